/// How often something may happen: a bucket of tokens that fills evenly, one token for each time.
///
/// It holds as many tokens as come in a second and is full at first: after a pause that many may happen at once. Kept as
/// the time at which it will be full again, which is exact and never has to be counted up.
public struct TokenBucket: Hashable, Sendable {
    /// Tokens that come in a second, and most that it holds; 1 or more.
    public let perSecond: Int
    private let interval: Duration
    private var fullAt = Duration.zero

    /// A full bucket; less than one token a second counts as one.
    public init(perSecond: Int) {
        self.perSecond = max(1, perSecond)
        interval = .seconds(1) / self.perSecond
    }

    /// Takes a token; false when there is none.
    ///
    /// `now` is the time since a fixed moment. A clock that goes back gives no tokens away.
    public mutating func take(at now: Duration) -> Bool {
        let next = max(fullAt, now) + interval
        guard next - now <= interval * perSecond else { return false }
        fullAt = next
        return true
    }
}
