import KuayuFormats
import KuayuModel
import KuayuReconcile
import Synchronization

/// Asks a hub for its ledger: the gateway's side of the reconciliation interface, whatever carries it.
struct HubLedgerClient: Sendable {
    /// Largest answer that is read: 10,000 rows with room to spare.
    static let answerLimitBytes = 16 << 20
    /// Largest feed that is read.
    static let feedLimitBytes = 1 << 30

    /// A complete answer.
    struct Answer: Sendable {
        var status: Int
        var headers: [(name: String, value: String)]
        var body: [UInt8]

        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    /// A file with its manifest.
    struct Feed: Sendable {
        var manifest: [UInt8]
        var file: [UInt8]
    }

    let hub: FederatedHub
    let transport: any PartnerTransport
    let meter = CostMeter()

    /// One question of the interface: `path` below `/recon/v1/`.
    func ask(_ path: String, _ body: [UInt8]? = nil, type: String = "application/json") async throws(FeedError)
        -> Answer
    {
        guard case .https(let link) = hub.link else {
            throw FeedError(.unavailable, "hub \(hub.region.text) exchanges files and answers no questions")
        }
        return try await exchange(link, "/recon/v1/" + path, body, type: type, limit: Self.answerLimitBytes)
    }

    /// An answer with status 200; `snapshot-gone` and everything else as a ``FeedError``.
    func body(_ path: String, _ question: [UInt8]? = nil, type: String = "application/json") async throws(FeedError)
        -> [UInt8]
    {
        let answer = try await ask(path, question, type: type)
        switch answer.status {
        case 200: return answer.body
        case 409: throw FeedError(.changed, "\(path): the hub no longer has the snapshot")
        default: throw FeedError(.unavailable, "\(path): HTTP \(answer.status)")
        }
    }

    private func exchange(
        _ link: HTTPSLink, _ path: String, _ body: [UInt8]?, type: String, limit: Int
    ) async throws(FeedError) -> Answer {
        var limits = link.limits
        limits.replyBytes = limit
        let request = PartnerRequest(
            method: body == nil ? "GET" : "POST", url: link.base + path,
            headers: body == nil ? [] : [("Content-Type", type)], body: body ?? [], tls: link.tls, limits: limits)
        let outcome = await withCheckedContinuation { continuation in
            transport.exchange(request) { continuation.resume(returning: $0) }
        }
        switch outcome {
        case .answered(let status, let headers, let answer):
            meter.add(sent: (body?.count ?? 0) + path.utf8.count, received: answer.count)
            return Answer(status: status, headers: headers, body: answer)
        case .notSent(let reason), .possiblySent(let reason):
            throw FeedError(.unavailable, "\(path): \(reason)")
        case .wrongIdentity(let reason):
            throw FeedError(.unavailable, "\(path): the hub is not who it should be: \(reason)")
        case .unreadable(let reason): throw FeedError(.unreadable, "\(path): \(reason)")
        }
    }

    // MARK: files

    /// The newest complete feed of a lane.
    func feed(_ lane: Lane) async throws(FeedError) -> Feed {
        switch hub.link {
        case .https(let link):
            let manifest = try await body("feeds/\(lane.rawValue)/manifest")
            let file = try await exchange(
                link, "/recon/v1/feeds/\(lane.rawValue)", nil, type: "", limit: Self.feedLimitBytes)
            guard file.status == 200 else { throw FeedError(.unavailable, "the feed: HTTP \(file.status)") }
            return Feed(manifest: manifest, file: file.body)
        case .files(let link): return try await newest(lane, link)
        }
    }

    private func newest(_ lane: Lane, _ link: FileLink) async throws(FeedError) -> Feed {
        let names = try await partner { () throws(PartnerError) in
            try await transport.list(link.outFolder, at: link.place)
        }
        let head = "\(hub.region.text)_DZ_"
        let manifests = names.filter {
            $0.hasPrefix(head) && $0.hasSuffix(".manifest.json") && $0.contains("_\(lane.rawValue).csv")
        }
        guard let name = manifests.max() else {
            throw FeedError(.unavailable, "\(link.outFolder) has no \(head)…_\(lane.rawValue).csv.manifest.json")
        }
        let manifest = try await fetch(name, link)
        let file = try await fetch(String(name.dropLast(".manifest.json".count)), link)
        return Feed(manifest: manifest, file: file)
    }

    private func fetch(_ name: String, _ link: FileLink) async throws(FeedError) -> [UInt8] {
        let bytes = try await partner { () throws(PartnerError) in
            try await transport.fetch("\(link.outFolder)/\(name)", at: link.place, limitBytes: Self.feedLimitBytes)
        }
        meter.add(sent: 0, received: bytes.count)
        return bytes
    }

    private func partner<T>(_ body: () async throws(PartnerError) -> T) async throws(FeedError) -> T {
        do throws(PartnerError) {
            return try await body()
        } catch {
            throw FeedError(.unavailable, error.reason)
        }
    }
}

/// Counts what a comparison costs.
final class CostMeter: Sendable {
    private let state = Mutex(ComparisonCost())

    func add(sent: Int, received: Int) {
        state.withLock {
            $0.bytesSent += sent
            $0.bytesReceived += received
            $0.roundTrips += 1
        }
    }

    /// What has been counted since the last call.
    func take() -> ComparisonCost {
        state.withLock { cost in
            defer { cost = ComparisonCost() }
            return cost
        }
    }
}
