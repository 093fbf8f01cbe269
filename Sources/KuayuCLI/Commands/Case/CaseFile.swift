import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuRules
import KuayuSQLite

/// Everything that is known of one case, masked.
struct CaseFile: Sendable {
    let current: EventRecord
    let events: [EventRecord]
    let messages: [MessageRecord]
    let deliveries: [(row: DeliveryRow, attempts: [AttemptRow])]
    let record: CaseRecord
    let insight: CaseInsight
    let release: CaseRelease

    private init?(
        _ id: CaseID, _ reader: any CaseReader, policy: RulesPolicy, now: Instant,
        release: (CaseRecord, CaseHead) -> CaseRelease
    ) throws {
        events = try reader.events(id)
        guard let last = events.last else { return nil }
        current = last
        let full = try CaseLookup.record(of: last)
        record = CaseMasking.masked(full)
        insight = try CaseInsight(full, id, in: reader, policy: policy, now: now)
        self.release = release(full, last.head)
        messages = try reader.messages(caseID: id)
        deliveries = try reader.deliveries(caseID: id).map { ($0, try reader.attempts($0.id)) }
    }

    /// The cases that a number leads to; exit code 2 with a sentence when there is none.
    static func find(_ number: String, _ configuration: GatewayConfiguration) throws -> [CaseFile] {
        let store = try SQLiteStore(path: configuration.store, creates: false)
        let release = CaseRelease.reader(configuration)
        let now = SystemClock().now
        let files = try store.read { reader in
            try CaseLookup.all(number, in: reader).compactMap {
                try CaseFile($0, reader, policy: configuration.rules, now: now, release: release)
            }
        }
        if files.isEmpty { throw CaseLookup.notThere(number) }
        return files
    }

    /// What the sentences about it are made from.
    var facts: ExplanationFacts {
        var facts = ExplanationFacts(
            caseID: current.head.caseID, version: current.head.version, record: record, clock: insight.clock)
        facts.bundle = insight.bundle
        facts.notices = insight.notices.map {
            ExplanationFacts.Notice(severity: $0.severity, chinese: $0.chinese, english: $0.english)
        }
        facts.ineffective = events.last { $0.kind == .noEffect }.map {
            ExplanationFacts.Report(version: $0.head.version, author: $0.author, at: $0.at, note: $0.note)
        }
        facts.deliveries = deliveries.map(\.row).filter { !$0.state.isSettled }.map {
            ExplanationFacts.OpenDelivery(
                number: $0.id.value, version: $0.version, hub: $0.hub, state: $0.state.rawValue,
                nextAttemptAt: $0.nextAttemptAt, reason: $0.reason)
        }
        let isMain = insight.bundle?.main?.caseID == current.head.caseID
        facts.withheld = isMain ? [] : release.rows
        return facts
    }
}

/// An explanation for people and programs.
struct ExplanationText {
    private let file: CaseFile
    private let explanation: CaseExplanation

    init(_ file: CaseFile) {
        self.file = file
        explanation = CaseExplanation(of: file.facts)
    }

    /// Chinese sentences by topic, then the English ones.
    var text: String {
        var lines: [String] = []
        var last: CaseExplanation.Topic?
        for sentence in explanation.sentences {
            let label = sentence.topic == last ? "" : sentence.topic.chinese
            lines.append(label + String(repeating: " ", count: 12 - TextTable.width(label)) + sentence.chinese)
            last = sentence.topic
        }
        lines.append("")
        lines += explanation.sentences.map(\.english)
        return lines.joined(separator: "\n")
    }

    var json: JSONOutput {
        .object([
            ("case", .text(file.current.head.caseID.text)), ("version", .number(Int64(file.current.head.version))),
            ("status", .text(file.current.head.status.rawValue)),
            (
                "sentences",
                .array(
                    explanation.sentences.map {
                        .object([
                            ("topic", .text($0.topic.rawValue)), ("chinese", .text($0.chinese)),
                            ("english", .text($0.english)),
                        ])
                    })
            ),
        ])
    }
}
