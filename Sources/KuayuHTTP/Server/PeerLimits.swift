import NIOCore
import Synchronization

/// How many connections each client has to each server of the process.
///
/// Connections of one server share nothing but the channel that accepted them: it stands for the server here.
enum PeerConnections {
    /// A client at a server.
    struct Seat: Hashable, Sendable {
        /// The listening channel; nil in tests without one.
        let server: ObjectIdentifier?
        /// The client's first URI, or the pin of its key when its certificate bears none.
        let peer: String

        init(server: (any Channel)?, peer: PeerIdentity) {
            self.server = server.map { ObjectIdentifier($0) }
            self.peer = peer.uriSANs.first ?? peer.spkiPin
        }
    }

    private static let counts = Mutex<[Seat: Int]>([:])

    /// Counts one more connection.
    ///
    /// False, and nothing counted, when there are `limit` of them.
    static func take(_ seat: Seat, limit: Int) -> Bool {
        counts.withLock { counts in
            guard counts[seat, default: 0] < limit else { return false }
            counts[seat, default: 0] += 1
            return true
        }
    }

    /// A connection that was counted is over.
    static func leave(_ seat: Seat) {
        counts.withLock { counts in
            let left = counts[seat, default: 1] - 1
            counts[seat] = left > 0 ? left : nil
        }
    }
}

/// How many requests of each client are under way; those beyond the limit are asked to come again a second later.
///
/// What one client asks for cannot use up what the others need.
public final class PeerRequests: Sendable {
    /// Most requests of one client at once, 1 or more.
    public let limit: Int
    private let counts = Mutex<[String: Int]>([:])

    /// Nothing under way; `limit` is 64 by default.
    public init(limit: Int = 64) {
        self.limit = max(1, limit)
    }

    /// A first look, before a body is read: 429 when the limit is reached, nil otherwise.
    public func refusal(of peer: String) -> OutboundResponse? {
        counts.withLock { $0[peer, default: 0] < limit } ? nil : tooMany
    }

    /// The answer of `work`, or 429 without calling it.
    public func run(_ peer: String, _ work: () async -> OutboundResponse) async -> OutboundResponse {
        guard begin(peer) else { return tooMany }
        defer { end(peer) }
        return await work()
    }

    private func begin(_ peer: String) -> Bool {
        counts.withLock { counts in
            guard counts[peer, default: 0] < limit else { return false }
            counts[peer, default: 0] += 1
            return true
        }
    }

    private func end(_ peer: String) {
        counts.withLock { counts in
            let left = counts[peer, default: 1] - 1
            counts[peer] = left > 0 ? left : nil
        }
    }

    private var tooMany: OutboundResponse {
        .problem(
            ProblemDocument(
                kind: "too-many-requests", title: "Too many requests of this hub are under way", status: 429,
                detail: "At most \(limit) requests of one hub are worked on at once; send this one again.",
                isRetryable: true, retryAfterSeconds: 1))
    }
}
