import KuayuModel
import KuayuRules
import Testing

/// Cases at random, 2025-12 to 2026-03, so that holidays, moved weekends and the end of the year lie within.
struct RandomClock {
    var chance: SeededGenerator

    init(seed: UInt64) { chance = SeededGenerator(seed: seed) }

    mutating func moment() -> Instant {
        Instant("2025-12-01").adding(milliseconds: Int64(chance.next(below: 90 * 86_400)) * 1_000)
    }

    mutating func record() -> CaseRecord {
        let unit = ["workday", "day", "hour"][chance.next(below: 3)]
        let amount = chance.next(below: unit == "hour" ? 400 : 25)
        var sketch = ClockSketch(limit: (amount, unit))
        if chance.chance(permille: 200) { sketch.extensions = [(chance.next(below: 10) + 1, unit)] }
        if chance.chance(permille: 50) { sketch.limit = nil }
        var record = sketch.record
        record[.startedAt] = moment().canonical
        if chance.chance(permille: 200) { record[.dueAt] = moment().canonical }
        if chance.chance(permille: 100) {
            record[.status] = "supplementing"
            record.addEvent("supplementing", moment().local.date.text)
        }
        for _ in 0..<chance.next(below: 4) { addPause(to: &record) }
        if chance.chance(permille: 50) { record[.decidedAt] = moment().canonical }
        return record
    }

    mutating func addPause(to record: inout CaseRecord) {
        var row = CaseRow(.named("pauses"))
        let from = moment()
        let length = Int64(chance.next(below: [3_600, 86_400, 864_000][chance.next(below: 3)]))
        row[.named("pauses[].from")] = from.canonical
        row[.named("pauses[].cause")] = "special"
        if !chance.chance(permille: 150) {
            row[.named("pauses[].to")] = from.adding(milliseconds: length * 1_000).canonical
        }
        record[.named("pauses")].append(row)
    }
}

@Suite struct ClockPropertyTests {
    let clock = CaseClock()

    @Test(arguments: 0..<40)
    func pausingNeverMakesItDueEarlier(_ seed: UInt64) {
        var random = RandomClock(seed: seed)
        for _ in 0..<100 {
            var record = random.record()
            let now = random.moment()
            let before = clock.reading(of: record, now: now)
            random.addPause(to: &record)
            let after = clock.reading(of: record, now: now)
            #expect(after.used <= before.used && after.used >= 0)
            #expect((after.dueAt ?? .forever) >= (before.dueAt ?? .forever))
            #expect((after.yellowAt ?? .forever) >= (before.yellowAt ?? .forever))
        }
    }

    @Test(arguments: 0..<40)
    func aReadingOnlyGrows(_ seed: UInt64) {
        var random = RandomClock(seed: seed + 1_000)
        for _ in 0..<50 {
            let record = random.record()
            var last: ClockReading?
            for now in (0..<20).map({ _ in random.moment() }).sorted() {
                let reading = clock.reading(of: record, now: now)
                check(reading, at: now)
                if let last { #expect(reading.used >= last.used && reading.warning >= last.warning) }
                last = reading
            }
        }
    }

    private func check(_ reading: ClockReading, at now: Instant) {
        #expect(reading.used >= 0)
        if let limit = reading.limit { #expect(reading.used + (reading.remaining ?? 0) == limit.amount) }
        if let next = reading.nextChangeAt { #expect(next > now) }
        guard reading.state != .stopped, reading.startedAt != nil else { return }
        if let remaining = reading.remaining { #expect((remaining < 0) == (reading.warning == .red)) }
        if reading.limit != nil { #expect((reading.warning == .red) == reading.dueAt.map { now > $0 } ?? false) }
    }

    /// Between a moment and ``ClockReading/nextChangeAt`` nothing differs, looked at every 20 minutes and a second before.
    @Test(arguments: 0..<12)
    func nothingChangesBeforeTheNextChange(_ seed: UInt64) {
        var random = RandomClock(seed: seed + 2_000)
        for _ in 0..<10 {
            let record = random.record()
            let now = random.moment()
            let reading = clock.reading(of: record, now: now)
            let next = reading.nextChangeAt ?? now.adding(milliseconds: 40 * 86_400_000)
            var moments = [next.adding(milliseconds: -1_000)].filter { $0 >= now }
            var moment = now
            while moment < next, moments.count < 300 {
                moments.append(moment)
                moment = moment.adding(milliseconds: 1_200_000)
            }
            for moment in moments {
                let later = clock.reading(of: record, now: moment)
                #expect(later.used == reading.used && later.warning == reading.warning, "\(seed) \(moment)")
            }
        }
    }

    /// The same days, walked one by one.
    @Test(arguments: 0..<40)
    func agreesWithAPlainWalk(_ seed: UInt64) {
        var random = RandomClock(seed: seed + 3_000)
        for _ in 0..<50 {
            var record = random.record()
            record[.status] = "reviewing"
            let reading = clock.reading(of: record, now: random.moment())
            guard let limit = reading.limit, limit.unit != .hour, limit.amount > 0, let start = reading.startedAt
            else { continue }
            #expect(reading.dueAt?.date == walk(record, limit, from: start.date), "\(seed)")
        }
    }

    private func walk(_ record: CaseRecord, _ limit: TimeLimit, from start: CalendarDate) -> CalendarDate? {
        let pauses = record[.named("pauses")].map { row -> ClosedRange<CalendarDate> in
            let from = Instant(canonical: row[.named("pauses[].from")] ?? "")?.date ?? .max
            return from...(row[.named("pauses[].to")].flatMap { Instant(canonical: $0)?.date } ?? .max)
        }
        var date = start
        var left = limit.amount
        while left > 0 {
            date = date.adding(days: 1)
            if date.year > 2030 { return nil }
            if pauses.contains(where: { $0.contains(date) }) { continue }
            if limit.unit == .day || WorkCalendar.standard.isWorkday(date).isWorkday { left -= 1 }
        }
        return date
    }
}

extension Instant {
    fileprivate static let forever = Instant(epochMilliseconds: .max)
}
