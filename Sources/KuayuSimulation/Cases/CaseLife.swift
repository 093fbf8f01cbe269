import KuayuModel
import KuayuRules

/// One random life of a case: messages of all its parts, one after the other, each judged.
struct CaseLife {
    private(set) var events = 0
    private(set) var trace: [String] = []
    private(set) var violation: String?
    private(set) var record: CaseRecord
    private var chance: SeededGenerator
    private var now: Instant
    private let scene: CaseScene
    private let judge: CaseJudge
    private let mutant: CaseMutant?
    private let keepsTrace: Bool

    init(chance: SeededGenerator, judge: CaseJudge, mutant: CaseMutant?, keepsTrace: Bool) {
        self.chance = chance
        self.judge = judge
        self.mutant = mutant
        self.keepsTrace = keepsTrace
        now = Self.start(using: &self.chance)
        scene = CaseScene.draw(using: &self.chance, now: now)
        record = scene.record
    }

    /// A moment within the announced calendar.
    static func start(using chance: inout SeededGenerator) -> Instant {
        Instant(epochSeconds: 1_767_200_000 + Int64(chance.next(below: 25_000_000)))
    }

    mutating func run() {
        let length = 3 + chance.next(below: 10)
        for _ in 0..<length where violation == nil { step() }
        if violation == nil { violation = judge.validity(record) }
        if keepsTrace, let violation { trace.append("violated: \(violation)") }
    }

    private mutating func step() {
        // Some messages come within one second.
        if chance.chance(permille: 850) { now = now.adding(milliseconds: Int64(chance.next(below: 400_000)) * 1_000) }
        let document = CaseDocuments.draw(about: record, using: &chance, now: now)
        let reporter = scene.reporter(using: &chance)
        let before = record
        let outcome = MergeUnderTest(mutant: mutant).merge(document, into: before, by: reporter, now: now)
        let step = CaseJudge.Step(before: before, after: outcome.record, reporter: reporter, now: now)
        violation = judge.verdict(step)
        record = outcome.record
        if outcome.isEvent {
            events += 1
            record[.version] = String(events + 1)
        }
        if violation == nil { violation = judge.version(before, record, events: events) }
        if violation == nil, chance.chance(permille: 125) { violation = repeated(document, reporter) }
        if violation == nil, chance.chance(permille: 125) { violation = judge.validity(record) }
        if keepsTrace { trace.append(line(document, reporter, before)) }
    }

    /// The same message once more says nothing new.
    private func repeated(_ document: CaseRecord, _ reporter: CaseMerge.Reporter) -> String? {
        let again = CaseMerge(document, into: record, by: reporter, now: now)
        return again.isChange || again.record != record ? "a repeated message changed \(again.changed)" : nil
    }

    private func line(_ document: CaseRecord, _ reporter: CaseMerge.Reporter, _ before: CaseRecord) -> String {
        "\(now.canonical) \(reporter.region.text) as \(reporter.roles.rawValue)\(reporter.isLead ? " (lead)" : ""): "
            + "\(document[.status] ?? "-") \(document[.outcome] ?? "") in \(before[.mode] ?? "") "
            + "\(before[.status] ?? "") → \(record[.status] ?? "")"
    }
}
