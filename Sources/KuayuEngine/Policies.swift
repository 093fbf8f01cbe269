public import KuayuModel

/// When a failed delivery is tried again: exponential backoff with full jitter.
///
/// The delay before attempt *n + 1* is drawn evenly from `base ... max(base, min(cap, base × factorⁿ⁻¹))`. A
/// `Retry-After` of the partner (RFC 9110, 10.2.3) is a floor under that delay, up to ``retryAfterCap``.
public struct RetryPolicy: Hashable, Sendable {
    /// The shortest delay before any further attempt.
    ///
    /// Default 2 s.
    public var base: Duration
    /// The longest delay.
    ///
    /// Default 15 min.
    public var cap: Duration
    /// How long a delivery is tried before it is parked, unless the case's own clock says earlier.
    ///
    /// Default 72 h.
    public var deadline: Duration
    /// The longest `Retry-After` that is honoured.
    ///
    /// Default 1 h.
    public var retryAfterCap: Duration

    /// A policy; durations must not be negative.
    public init(
        base: Duration = .seconds(2), cap: Duration = .seconds(900), deadline: Duration = .seconds(72 * 3600),
        retryAfterCap: Duration = .seconds(3600)
    ) {
        precondition(base >= .zero && cap >= .zero && deadline >= .zero && retryAfterCap >= .zero)
        self.base = base
        self.cap = cap
        self.deadline = deadline
        self.retryAfterCap = retryAfterCap
    }

    /// However soon a case is due, its deliveries are tried for so long: 1 h, unless ``deadline`` is shorter.
    ///
    /// Long enough for a hub to be started anew; a delivery that is parked wants a person.
    public static let deadlineFloor: Duration = .seconds(3600)

    /// When a delivery is parked at the latest.
    ///
    /// A case that is due before its deliveries would be given up needs a person while there is still time: the
    /// earlier of both counts, but never less than ``deadlineFloor`` from now. A case that is overdue already gains
    /// nothing by giving up sooner: its deliveries are tried as long as any other.
    ///
    /// - Parameters:
    ///   - createdAt: when the delivery was made.
    ///   - caseDeadline: when the case is due; nil when its clock says nothing.
    public func deadline(of createdAt: Instant, now: Instant, caseDeadline: Instant?) -> Instant {
        let ordinary = createdAt.adding(deadline)
        guard let caseDeadline, caseDeadline > now else { return ordinary }
        return min(ordinary, max(caseDeadline, now.adding(Self.deadlineFloor)))
    }

    /// The delay after `failures` attempts have failed, `failures` from 1.
    public func delay(
        afterFailures failures: Int, retryAfter: Duration?, using rng: inout some RandomNumberGenerator
    ) -> Duration {
        let ceiling = max(base, ceiling(failures))
        let drawn = Int64.random(in: base.inMilliseconds...ceiling.inMilliseconds, using: &rng)
        let floor = min(retryAfter ?? .zero, retryAfterCap)
        return max(.milliseconds(drawn), floor)
    }

    /// `min(cap, base × 2ⁿ⁻¹)` without overflow.
    private func ceiling(_ failures: Int) -> Duration {
        var value = base
        var left = failures - 1
        while left > 0 && value < cap {
            value = value * 2
            left -= 1
        }
        return min(value, cap)
    }
}

/// What a receiver can do about a message that may have arrived.
public enum ReceiverCapability: String, Hashable, Sendable, CaseIterable {
    /// Applies each id once: send again.
    case dedupesByID = "dedupes-by-id"
    /// Can be asked: ask first.
    case statusQueryable = "status-queryable"
    /// Neither: an operator decides.
    case neither
}

/// How one hub is served.
public struct RoutePolicy: Hashable, Sendable {
    /// What the receiver can do about repetition.
    public var capability: ReceiverCapability
    /// Sends under way at once, at least 1.
    ///
    /// Default 8.
    public var slots: Int
    /// Cases that may travel in one payload, 1 to 32.
    ///
    /// Default 1.
    public var batch: Int
    /// When to try again.
    public var retry: RetryPolicy
    /// Consecutive failures that open the breaker.
    ///
    /// Default 5.
    public var breakerThreshold: Int
    /// First pause of an open breaker; doubles at each failed probe.
    ///
    /// Default 30 s.
    public var probeBase: Duration
    /// Longest pause between probes.
    ///
    /// Default 5 min.
    public var probeCap: Duration
    /// Unreadable answers in a row after which a delivery is parked.
    ///
    /// Default 3.
    public var garbageLimit: Int

    /// A policy.
    public init(
        capability: ReceiverCapability = .dedupesByID, slots: Int = 8, batch: Int = 1,
        retry: RetryPolicy = RetryPolicy(), breakerThreshold: Int = 5, probeBase: Duration = .seconds(30),
        probeCap: Duration = .seconds(300), garbageLimit: Int = 3
    ) {
        precondition(slots >= 1 && (1...32).contains(batch) && breakerThreshold >= 1 && garbageLimit >= 1)
        self.capability = capability
        self.slots = slots
        self.batch = batch
        self.retry = retry
        self.breakerThreshold = breakerThreshold
        self.probeBase = probeBase
        self.probeCap = probeCap
        self.garbageLimit = garbageLimit
    }
}

/// What the engine needs to know of its federation.
public struct EngineConfiguration: Sendable {
    /// The gateway's number, 0 to 99: the first two of the seven digits of a case id.
    public var gateway: Int
    /// Every hub that can be delivered to.
    public var routes: [RegionCode: RoutePolicy]

    /// A configuration.
    public init(gateway: Int, routes: [RegionCode: RoutePolicy]) {
        precondition((0...99).contains(gateway))
        self.gateway = gateway
        self.routes = routes
    }
}

extension Duration {
    /// Whole milliseconds, saturating.
    var inMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? Int64.max / 4 : product + attoseconds / 1_000_000_000_000_000
    }
}

extension Instant {
    /// Later (or, with a negative duration, earlier) by whole milliseconds.
    func adding(_ duration: Duration) -> Instant {
        Instant(epochMilliseconds: epochMilliseconds + duration.inMilliseconds)
    }
}
