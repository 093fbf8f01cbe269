public import KuayuModel

/// What holds of a case at a moment and somebody should know, and when that may change by itself.
///
/// A pure function of the case, the calendar and the moment; the texts of a notice do not change while it stands. Bundles
/// are judged elsewhere, because they take more than one case.
public struct CaseAgenda: Sendable {
    /// The clock, with its calendar and thresholds.
    public let clock: CaseClock

    /// An agenda by one clock.
    public init(clock: CaseClock = CaseClock()) { self.clock = clock }

    /// The notices that stand at `now`, each kind and subject at most once, and the earliest later moment at which that
    /// may change if the case does not; nil when never.
    public func look(at record: CaseRecord, now: Instant) -> (standing: [CaseNotice], next: Instant?) {
        let all = spans(of: record, now: now)
        let standing = all.filter { $0.contains(now) }.map(\.notice)
        let next = all.flatMap { [$0.notice.since, $0.until].compactMap(\.self) }.filter { $0 > now }.min()
        return (standing, next)
    }

    private func spans(of record: CaseRecord, now: Instant) -> [NoticeSpan] {
        let facts = AgendaFacts(record, course: clock.course(of: record), now: now)
        guard facts.state != .draft else { return [] }
        return clockSpans(facts) + owedSpans(facts) + supplementSpans(facts) + proofSpans(facts)
    }
}

/// A notice and until when it stands if the case does not change.
struct NoticeSpan {
    var notice: CaseNotice
    /// The first moment at which it no longer stands; nil for ever.
    var until: Instant?

    init(_ notice: CaseNotice, until: Instant? = nil) {
        self.notice = notice
        self.until = until
    }

    func contains(_ moment: Instant) -> Bool { notice.since <= moment && until.map { moment < $0 } ?? true }
}

/// What the rules of the agenda ask of a case.
struct AgendaFacts {
    let record: CaseRecord
    let course: ClockCourse
    let state: CaseState?
    /// Whether it has been decided or has ended otherwise.
    let isEnded: Bool
    /// Since when the gateway knows what has no time of its own.
    let knownSince: Instant

    init(_ record: CaseRecord, course: ClockCourse, now: Instant) {
        self.record = record
        self.course = course
        state = record[.status].flatMap(CaseState.init(rawValue:))
        isEnded = course.facts.isEnded
        knownSince = instant(record[.registeredAt]) ?? instant(record[AgendaFields.appliedAt]) ?? now
    }

    /// When the first process entry of an action began: by time, because entries that only say something stand before the
    /// one that led to the state.
    func firstEvent(_ state: CaseState) -> Instant? {
        record[.events].filter { $0[.eventAction] == state.rawValue }.compactMap { instant($0[.eventStartedAt]) }.min()
    }
}

/// Fields that the agenda reads, looked up once.
enum AgendaFields {
    static let appliedAt = Field.named("appliedAt")
    static let proactive = Field.named("proactive")
    static let bundleRole = Field.named("bundle.role")
    static let bundleAfter = Field.named("bundle.after")
    static let commitments = ListField.named("commitments")
    static let commitmentKind = Field.named("commitments[].kind")
    static let commitmentMaterials = Field.named("commitments[].materials")
    static let commitmentMadeAt = Field.named("commitments[].madeAt")
    static let commitmentDueAt = Field.named("commitments[].dueAt")
    static let commitmentFulfilledAt = Field.named("commitments[].fulfilledAt")
    static let supplementItems = Field.named("supplements[].items")
    static let supplementAnsweredAt = Field.named("supplements[].answeredAt")
    static let branchAcceptedAt = Field.named("branches[].acceptedAt")
    static let materialExempt = Field.named("materials[].exempt")
    static let materialLicenceID = Field.named("materials[].provenance.licenceId")
    static let materialQuery = Field.named("materials[].provenance.query")
    static let materialProvider = Field.named("materials[].provenance.provider")
    static let materialVerifiedAt = Field.named("materials[].provenance.verifiedAt")
    static let licences = ListField.named("result.licences")
    static let licenceID = Field.named("result.licences[].licenceId")
    static let licenceValidFrom = Field.named("result.licences[].validFrom")
    static let licenceValidTo = Field.named("result.licences[].validTo")
}
