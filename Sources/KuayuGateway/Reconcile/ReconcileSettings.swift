/// When ledgers are compared and what is repaired without a person.
public struct ReconcileSettings: Hashable, Sendable {
    /// Pause between two continuous runs of a hub; zero: none.
    ///
    /// Default 5 min.
    public var interval: Duration
    /// Whether breaks of the automatic kinds are repaired without a person.
    ///
    /// Default true.
    public var repairs: Bool
    /// Most steps of one repair.
    ///
    /// Default 1,000.
    public var cap: Int
    /// Cases that a weekly audit draws from each hub.
    ///
    /// Default 200.
    public var auditSize: Int
    /// Working days without an event after which an unfinished case is stuck.
    ///
    /// Default 10.
    public var stuckDays: Int
    /// How often it is looked whether something is due.
    ///
    /// Default 1 s.
    public var tick: Duration

    /// Settings with their defaults.
    public init(
        interval: Duration = .seconds(300), repairs: Bool = true, cap: Int = 1_000, auditSize: Int = 200,
        stuckDays: Int = 10, tick: Duration = .seconds(1)
    ) {
        self.interval = interval
        self.repairs = repairs
        self.cap = cap
        self.auditSize = auditSize
        self.stuckDays = stuckDays
        self.tick = tick
    }
}
