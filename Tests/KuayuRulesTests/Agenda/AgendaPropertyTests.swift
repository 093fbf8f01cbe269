import KuayuModel
import KuayuRules
import Testing

@Suite struct AgendaPropertyTests {
    let agenda = CaseAgenda()

    /// Going from look to look by `next` sees every set of notices that a look every `minutes` sees, at the same time.
    @Test(arguments: zip(UInt64(0)..<8, [60, 60, 60, 60, 60, 60, 23, 23]))
    func nextLeavesNoChangeOut(_ seed: UInt64, _ minutes: Int) {
        var random = RandomAgenda(seed: seed)
        var changes = 0
        for _ in 0..<12 {
            let record = random.record()
            let seconds = Int64(random.chance.next(below: 20 * 86_400))
            let start = Instant("2025-12-10").adding(milliseconds: seconds * 1_000)
            let step = Int64(minutes) * 60_000
            var (standing, next) = agenda.look(at: record, now: start)
            for count in 1...(45 * 1_440 / minutes) {
                let now = start.adding(milliseconds: step * Int64(count))
                while let due = next, due <= now {
                    changes += 1
                    (standing, next) = agenda.look(at: record, now: due)
                }
                let scanned = agenda.look(at: record, now: now)
                #expect(scanned.standing == standing, "seed \(seed), \(now)")
                if scanned.standing != standing { return }
                #expect(scanned.next == next)
            }
        }
        #expect(changes > 3, "the cases had something to say")
    }

    @Test(arguments: 0..<20)
    func aLookIsInOrder(_ seed: UInt64) {
        var random = RandomAgenda(seed: seed + 100)
        for _ in 0..<100 {
            let record = random.record()
            let now = random.clock.moment()
            let look = agenda.look(at: record, now: now)
            #expect(look.standing.allSatisfy { $0.since <= now })
            #expect(look.next.map { $0 > now } ?? true)
            #expect(Set(look.standing.map { "\($0.kind) \($0.subject)" }).count == look.standing.count)
            #expect(look.standing.allSatisfy { !$0.chinese.isEmpty && !$0.english.isEmpty })
        }
    }

    /// Whatever a case holds, a notice names no one: every personal text of a generated case is looked for.
    @Test(arguments: 0..<20)
    func saysNothingOfPersons(_ seed: UInt64) {
        var chance = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let record = CaseGenerator.make(using: &chance)
            let texts = agenda.look(at: record, now: Instant("2035-01-01")).standing
                .map { "\($0.subject) \($0.chinese) \($0.english)" }.joined()
            for (field, value) in record.presentScalars where value.utf8.count > 8 {
                let privacy = CaseSchema.v1.info(field).privacy
                if privacy == .personal || privacy == .sensitive { #expect(!texts.contains(value), "\(field.path)") }
            }
        }
    }
}

/// Cases with something to say on every line of the agenda.
struct RandomAgenda {
    var clock: RandomClock
    var chance: SeededGenerator

    init(seed: UInt64) {
        clock = RandomClock(seed: seed)
        chance = SeededGenerator(seed: seed + 7)
    }

    mutating func record() -> CaseRecord {
        var record = clock.record()
        if chance.chance(permille: 300) {
            record[.startedAt] = nil
            record[.status] = "transferred"
            record[.named("pauses")] = []
        }
        record[.registeredAt] = clock.moment().canonical
        if chance.chance(permille: 500) {
            record.add("events", ["action": "transferred", "startedAt": clock.moment().canonical])
        }
        for _ in 0..<chance.next(below: 3) {
            record.add(
                "commitments",
                [
                    "kind": "deferred", "madeAt": clock.moment().canonical, "dueAt": clock.moment().canonical,
                ])
        }
        for _ in 0..<chance.next(below: 3) { addSupplement(to: &record) }
        for _ in 0..<chance.next(below: 3) {
            record.add(
                "result.licences",
                [
                    "name": "证照", "licenceId": "x", "validFrom": clock.moment().date.text,
                    "validTo": clock.moment().date.text,
                ])
        }
        if chance.chance(permille: 300) { record.add("materials", ["id": "m", "name": "材料", "exempt": "true"]) }
        return record
    }

    private mutating func addSupplement(to record: inout CaseRecord) {
        let asked = clock.moment()
        record.add("supplements", ["requestedAt": asked.canonical, "items": chance.chance(permille: 500) ? "甲" : "乙"])
    }
}
