import KuayuModel
import KuayuReconcile

/// When a hub's ledger is compared next, and in which way.
///
/// A function of what was run before and of the time: nothing is remembered that the store does not hold.
struct RunSchedule: Sendable {
    /// What is due.
    enum Due: Hashable, Sendable {
        /// Days that changed.
        case continuous
        /// Everything, to close this day.
        case daily(CalendarDate)
        /// A random sample with content and receipts.
        case audit
    }

    /// Pause between two continuous runs, milliseconds; 0: none.
    var interval: Int64
    /// When the hub's day ends, minutes after midnight at +08:00.
    var cutOffMinutes: Int
    /// Pause between two audits.
    static let auditInterval: Int64 = 7 * 86_400_000

    /// What is due now; a daily run goes before the others.
    ///
    /// - Parameters:
    ///   - lastRun: the latest start of any run of the hub.
    ///   - lastDay: the latest day that a daily run closed.
    ///   - lastAudit: the latest start of an audit; nil counts from `firstSeen`.
    ///   - firstSeen: the first start of a run of the hub.
    func due(
        now: Instant, lastRun: Instant?, lastDay: CalendarDate?, lastAudit: Instant?, firstSeen: Instant?
    ) -> Due? {
        let closed = closedDay(now)
        if let lastDay {
            if lastDay < closed { return .daily(closed) }
        } else if let firstSeen, closedDay(firstSeen) < closed {
            return .daily(closed)
        }
        if let since = lastAudit ?? firstSeen, now.milliseconds(since: since) >= Self.auditInterval { return .audit }
        guard interval > 0 else { return nil }
        guard let lastRun else { return .continuous }
        return now.milliseconds(since: lastRun) >= interval ? .continuous : nil
    }

    /// The last day whose cut-off has passed: with a cut-off at 20:00 a day ends then, without one at midnight.
    func closedDay(_ now: Instant) -> CalendarDate {
        let day = now.adding(milliseconds: -Int64(cutOffMinutes) * 60_000).date
        return cutOffMinutes == 0 ? day.adding(days: -1) : day
    }
}
