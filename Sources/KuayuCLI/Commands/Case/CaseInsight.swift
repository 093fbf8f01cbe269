import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuRules

/// What the rules say of a case at a moment: its clock, what stands, its bundle, and who may see what.
struct CaseInsight: Sendable {
    /// A notice that stands; those that the gateway has not recorded yet are worked out from the case.
    struct Notice: Sendable {
        var kind: CaseNotice.Kind
        var subject: String
        var severity: CaseNotice.Severity
        var since: Instant
        var isRecorded: Bool
        var chinese: String
        var english: String
    }

    let clock: ClockReading
    let notices: [Notice]
    let bundle: BundleView?
    let level: DataLevel

    /// Looks at a case, its bundle and the notices that stand, by the calendar in force.
    init(
        _ record: CaseRecord, _ id: CaseID, in reader: any CaseReader, policy: RulesPolicy, now: Instant
    ) throws {
        let rulebook = try Self.rulebook(reader, policy: policy)
        clock = rulebook.clock.reading(of: record, now: now)
        level = CaseLevel.of(record)
        bundle = try Self.bundle(of: record, in: reader, themes: rulebook.themes)
        let standing = rulebook.agenda.look(at: record, now: now).standing
        let inBundle = bundle?.notices.filter { $0.caseID == id }.map(\.notice) ?? []
        notices = Self.notices(recorded: try reader.openNotices(id), standing: standing + inBundle)
    }

    /// The rules with the calendar that was loaded last.
    static func rulebook(_ reader: any CaseReader, policy: RulesPolicy) throws -> Rulebook {
        guard let bytes = try reader.calendar() else { return Rulebook(policy: policy) }
        return Rulebook(policy: policy, calendar: try WorkCalendar(csv: bytes))
    }

    private static func bundle(
        of record: CaseRecord, in reader: any CaseReader, themes: Bundles
    ) throws -> BundleView? {
        guard let key = BundleKey(of: record, themes: themes) else { return nil }
        let members = try reader.bundleMembers(key.number, origin: key.region).compactMap { id in
            try reader.caseInForce(id).map { BundleMember(caseID: id, record: try CaseLookup.record(of: $0)) }
        }
        return members.isEmpty ? nil : BundleView(members: members, themes: themes)
    }

    private static func notices(recorded: [NoticeRow], standing: [CaseNotice]) -> [Notice] {
        let rows = recorded.map {
            Notice(
                kind: $0.kind, subject: $0.subject, severity: $0.severity, since: $0.raisedAt, isRecorded: true,
                chinese: $0.chinese, english: $0.english)
        }
        let others = standing.filter { notice in
            !recorded.contains { $0.kind == notice.kind && $0.subject == notice.subject }
        }
        return rows
            + others.map {
                Notice(
                    kind: $0.kind, subject: $0.subject, severity: $0.severity, since: $0.since, isRecorded: false,
                    chinese: $0.chinese, english: $0.english)
            }
    }
}

/// What of a case each receiver may have, by the agreements and registrations of the configuration.
enum CaseRelease: Sendable {
    case known([ExplanationFacts.Withheld])
    /// The configuration does not say, with the reason.
    case unknown(String)

    /// Works it out for some cases, reading the adapters once.
    static func reader(_ configuration: GatewayConfiguration) -> (CaseRecord, CaseHead) -> CaseRelease {
        do {
            let federation = try FederationLoader(configuration: configuration).load().federation
            return { record, head in
                let explanation = federation.explain(record, from: head.origin, on: head.registeredAt.date)
                return .known(
                    explanation.receivers.map {
                        ExplanationFacts.Withheld(hub: $0.region, level: $0.level, paths: $0.withheld)
                    })
            }
        } catch {
            let reason = "\(error)".split(separator: "\n").first.map(String.init) ?? "?"
            return { _, _ in .unknown(reason) }
        }
    }

    var rows: [ExplanationFacts.Withheld] {
        switch self {
        case .known(let rows): rows
        case .unknown: []
        }
    }
}
