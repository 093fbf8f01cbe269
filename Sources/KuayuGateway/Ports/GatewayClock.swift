public import KuayuModel

/// Wall-clock time, owned by the shell; the core gets instants as values.
public protocol GatewayClock: Sendable {
    /// Now, to the millisecond.
    var now: Instant { get }
}
