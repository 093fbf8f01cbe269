import KuayuGateway
import KuayuHTTP
import KuayuReconcile
import Synchronization

// Profile F over HTTPS: a file of the ledger and its manifest.

extension ReconAPI {
    func addFeeds(to table: inout RouteTable) {
        table.on("GET", "/recon/v1/feeds/{lane}/manifest") { _, parameters in
            await self.withLane(parameters["lane"]) { lane throws(FeedError) in
                .json(try await self.makeFeed(lane).manifest)
            }
        }
        table.on("GET", "/recon/v1/feeds/{lane}") { _, parameters in
            await self.withLane(parameters["lane"]) { lane throws(FeedError) in try await self.feed(lane) }
        }
    }

    /// A file of a lane of the ledger as it stands now.
    func makeFeed(_ lane: Lane) async throws(FeedError) -> HubFeed {
        let view = try await ToldView(try await source.view(), lie: lie.withLock { $0 })
        do throws(FeedError) {
            let feed = try await feeds.make(lane, view, now: clock.now)
            await view.close()
            return feed
        } catch {
            await view.close()
            throw error
        }
    }

    /// The file that goes with the last manifest.
    private func feed(_ lane: Lane) async throws(FeedError) -> OutboundResponse {
        guard let feed = feeds.last(lane) else {
            return .problem(
                ProblemDocument(
                    kind: "feed-missing", title: "No feed was made", status: 404,
                    detail: "Ask for the manifest first.", origin: .peer))
        }
        let type = feed.name.compression == .gzip ? "application/gzip" : "text/csv; charset=utf-8"
        return OutboundResponse(status: 200, contentType: type, body: feed.file)
    }

    func withLane(
        _ name: String, _ body: (Lane) async throws(FeedError) -> OutboundResponse
    ) async -> OutboundResponse {
        guard let lane = Lane(rawValue: name) else { return OutboundResponse(status: 404) }
        return await answer { () throws(FeedError) in try await body(lane) }
    }
}
