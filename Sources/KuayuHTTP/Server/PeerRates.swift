import Synchronization

/// How many requests a second each client may make; those beyond it are asked to come again a second later.
public final class PeerRates: Sendable {
    private let buckets: Mutex<[String: TokenBucket]>
    private let start = ContinuousClock.now

    /// Requests a second of each client, 1 or more; a client that is not named may make as many as it likes.
    public init(perSecond: [String: Int]) {
        buckets = Mutex(perSecond.mapValues { TokenBucket(perSecond: $0) })
    }

    /// Counts a request: nil, or 429 when the client has made too many.
    ///
    /// To be asked once for each request.
    public func refusal(of peer: String) -> OutboundResponse? {
        buckets.withLock { buckets in
            // Read inside the lock, so that no bucket sees time go back.
            let now = start.duration(to: .now)
            guard buckets[peer]?.take(at: now) == false else { return nil }
            return buckets[peer].map(PeerRates.tooFast)
        }
    }

    private static func tooFast(_ bucket: TokenBucket) -> OutboundResponse {
        .problem(
            ProblemDocument(
                kind: "rate-exceeded", title: "This hub sends more in a second than is agreed", status: 429,
                detail: "At most \(bucket.perSecond) payloads of one hub are taken in a second; send this one again.",
                isRetryable: true, retryAfterSeconds: 1))
    }
}
