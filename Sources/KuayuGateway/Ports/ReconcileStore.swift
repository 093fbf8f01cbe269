public import KuayuModel
public import KuayuReconcile

/// Keeps what reconciliation finds, does and is signed for: runs, breaks, reports, signatures, repairs.
///
/// One conformance suite runs on every driver. All that belongs together is written in one transaction; a return without
/// error means that it is on stable storage. Unlike those of ``CaseStore``, writes may come from several threads at once
/// and wait for each other; they must not be nested.
public protocol ReconcileStore: Sendable {
    /// Runs `body` in one transaction and makes it durable before returning.
    ///
    /// - Throws: `StoreError.refused` when a write does not fit what is stored.
    func writeReconciliation<T>(_ body: (any ReconcileTransaction) throws -> T) throws(StoreError) -> T

    /// A consistent view for look-ups.
    func readReconciliation<T: Sendable>(_ body: (any ReconcileReader) throws -> T) throws(StoreError) -> T
}

/// Look-ups.
///
/// Limits are held within 1 to 10,000.
public protocol ReconcileReader {
    /// A run by its id.
    func run(_ id: String) throws -> RunRecord?
    /// Runs, latest start first, then by id descending.
    func runs(_ filter: RunFilter) throws -> [RunRecord]
    /// The run of a hub that started last, in one of these states; nil states for any.
    func latestRun(hub: RegionCode, states: Set<RunRecord.State>?) throws -> RunRecord?

    /// Breaks of a hub that are not closed, ascending by id.
    func standingBreaks(hub: RegionCode) throws -> [Break]
    /// Breaks by their ids, whatever their state, ascending; unknown ids are left out.
    func breaks(ids: [String]) throws -> [Break]
    /// Breaks, first seen first, then by id.
    func breaks(_ filter: BreakFilter) throws -> [Break]
    /// How many breaks there are per hub, code and state, ascending.
    func breakCounts() throws -> [BreakCount]
    /// The life of a break, in the order in which it was written.
    func breakEvents(of id: String) throws -> [RecordedBreakEvent]
    /// Steps in the life of breaks, in the order in which they were written.
    func breakEvents(_ filter: BreakEventFilter) throws -> [RecordedBreakEvent]
    /// The last step of every break before an instant, ascending by break: how they stood then.
    func lastBreakEvents(hub: RegionCode?, before instant: Instant) throws -> [RecordedBreakEvent]

    /// Days of a lane that agreed when they were compared last, ascending.
    func agreedDays(hub: RegionCode, lane: Lane) throws -> [AgreedDay]

    /// The report of a hub, or of all, for a day.
    func report(hub: RegionCode?, day: CalendarDate) throws -> StoredReport?
    /// Reports of every hub and of all, without their bytes, latest day first, then by hub, that of all first.
    func reports(before day: CalendarDate?, limit: Int) throws -> [StoredReport]
    /// The signatures under a hub's day.
    func signOff(hub: RegionCode, day: CalendarDate) throws -> SignOff?
    /// Signatures under a hub's days, latest day first.
    func signOffs(hub: RegionCode, limit: Int) throws -> [SignOff]

    /// A repair plan by its id.
    func repairPlan(_ id: String) throws -> KeptRepairPlan?
    /// Repair plans of a hub, or of all, begun last first, then by id.
    func repairPlans(hub: RegionCode?, limit: Int) throws -> [KeptRepairPlan]
    /// Repair plans that were begun and not ended, begun first first, then by id.
    func openRepairPlans() throws -> [KeptRepairPlan]
    /// What came of the steps of a plan, ascending.
    func repairSteps(plan id: String) throws -> [KeptRepairStep]

    /// Issues of a hub that are not closed, ascending by code.
    func openIssueGroups(hub: RegionCode) throws -> [IssueGroup]
    /// Issues of a hub, or of all, closed ones too, opened last first, then by key.
    func issueGroups(hub: RegionCode?, limit: Int) throws -> [IssueGroup]
    /// Notices that were not sent through a channel yet, in the order in which they were written.
    func unsentNotices(channel: String, limit: Int) throws -> [IssueNotice]
}

/// Writes of one transaction, with the look-ups that decide them.
public protocol ReconcileTransaction: ReconcileReader {
    /// Writes a run; its id must be new.
    func insert(_ run: RunRecord) throws
    /// Writes what is known of a run by now; it must be known, and its hub, profile, kind and start stay.
    func update(_ run: RunRecord) throws
    /// Writes breaks as they stand now, with the steps that led there.
    ///
    /// The steps of a break must go on from where it stands, and end where it is said to stand now: a break that somebody
    /// moved meanwhile is refused.
    func apply(breaks: [Break], events: [BreakEvent]) throws
    /// Remembers days that agreed, in place of what was known of them.
    func upsert(_ days: [AgreedDay]) throws
    /// Writes a report in place of the one of that hub and day, unless that is signed off by two persons.
    func upsert(_ report: StoredReport) throws
    /// Writes the signatures under a hub's day; a day without a signature is forgotten.
    ///
    /// They stand under the report that is stored, by digest; a second signature stands under a first that is stored, by
    /// another person; two signatures are final.
    func upsert(_ signOff: SignOff) throws
    /// Keeps a plan before its first step; a plan that is kept already stays as it is, with its outcomes.
    func insert(_ plan: KeptRepairPlan) throws
    /// Keeps what came of a step of a plan that is kept; the first outcome of a step counts, a later one changes nothing.
    func insert(_ step: KeptRepairStep, plan id: String) throws
    /// Keeps that a plan has ended; the first time counts.
    func endRepairPlan(_ id: String, at: Instant) throws
    /// Writes an issue, new or changed, by hub, code and the time it was opened; one of a key stands at a time.
    func upsert(_ group: IssueGroup) throws
    /// Writes a notice that is to be sent; one that is written already stays.
    func insert(_ notice: IssueNotice) throws
    /// Remembers that a notice was sent through a channel.
    func setSent(notice id: String, channel: String, at: Instant) throws
}
