import KuayuCrypto
import KuayuHTTP
import KuayuReconcile

// Profile N: negentropy v1 messages, answered from the view that the question names.

extension ReconAPI {
    func addNegentropy(to table: inout RouteTable) {
        table.on("POST", "/recon/v1/negentropy/{lane}") { request, parameters in
            await self.withLane(parameters["lane"]) { lane throws(FeedError) in
                try await self.negentropy(lane, request)
            }
        }
    }

    private func negentropy(_ lane: Lane, _ request: InboundRequest) async throws(FeedError) -> OutboundResponse {
        guard let (token, view) = try await view(request.head.query("snapshot")) else { return Self.gone }
        let items = try await items.of(lane, view, token: token)
        do throws(NegentropyError) {
            return OutboundResponse(
                status: 200, contentType: "application/octet-stream",
                body: try NegentropyServer(items, digester: SHA256()).answer(request.body))
        } catch {
            throw FeedError(error.isLimit ? .limit : .unreadable, "\(error)")
        }
    }
}

/// The items of the views that were asked last, so that a view is put in order once for all rounds.
actor NegentropyShelf {
    private struct Key: Hashable {
        var token: String
        var lane: Lane
    }

    private static let limit = 4
    private var kept: [(key: Key, items: NegentropyItems)] = []

    func of(_ lane: Lane, _ view: ToldView, token: String) async throws(FeedError) -> NegentropyItems {
        let key = Key(token: token, lane: lane)
        if let known = kept.first(where: { $0.key == key }) { return known.items }
        let rows = try await view.answers.all(lane)
        // What has no key has no place in the order; the totals show that it is there.
        let items = NegentropyItems(
            rows.compactMap { told in
                told.row.element.key.map { NegentropyItem(timestamp: UInt64($0), id: told.id) }
            })
        kept.removeAll { $0.key == key }
        kept = kept.suffix(Self.limit - 1) + [(key, items)]
        return items
    }
}
