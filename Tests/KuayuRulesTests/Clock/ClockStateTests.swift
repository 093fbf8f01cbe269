import KuayuModel
import KuayuRules
import Testing

@Suite struct ClockStateTests {
    let clock = CaseClock()
    let now = Instant("2026-03-10 12:00")

    private func reading(_ record: CaseRecord) -> ClockReading { clock.reading(of: record, now: now) }

    private func sketch(_ status: String, start: String? = "2026-03-02 10:00") -> CaseRecord {
        ClockSketch(status: status, start: start, limit: (10, "workday")).record
    }

    @Test(
        arguments: [
            ("draft", .notStarted), ("submitted", .notStarted), ("collected", .notStarted),
            ("transferred", .notStarted),
            ("closed", .stopped), ("notAccepted", .stopped), ("returned", .stopped), ("withdrawn", .stopped),
            ("voided", .stopped), ("decided", .stopped), ("issued", .stopped), ("delivered", .stopped),
        ] as [(String, ClockReading.State)])
    func withoutAcceptanceItHasNotStarted(_ status: String, _ state: ClockReading.State) {
        let reading = reading(sketch(status, start: nil))
        #expect(reading.state == state)
        #expect(reading.used == 0 && reading.remaining == 10)
        #expect(reading.dueAt == nil && reading.deadline == nil && reading.nextChangeAt == nil)
        #expect(reading.warning == .none)
    }

    @Test(
        arguments: [
            ("accepted", .running), ("reviewing", .running), ("supplementing", .paused(.supplement)),
            ("special", .paused(.special)), ("decided", .stopped), ("issued", .stopped), ("delivered", .stopped),
            ("closed", .stopped), ("returned", .stopped), ("withdrawn", .stopped), ("voided", .stopped),
            ("notAccepted", .stopped),
        ] as [(String, ClockReading.State)])
    func followsTheStatus(_ status: String, _ state: ClockReading.State) {
        var record = sketch(status)
        record.addEvent("accepted", "2026-03-02 10:00")
        record.addEvent(status, "2026-03-05 10:00")
        let reading = reading(record)
        #expect(reading.state == state)
        switch state {
        case .running: #expect(reading.used == 6)
        case .paused: #expect(reading.used == 2)
        default: #expect(reading.used == 3 && reading.stoppedAt == Instant("2026-03-05 10:00"))
        }
    }

    @Test func collectionDoesNotStartIt() {
        var record = sketch("collected", start: nil)
        record.addEvent("collected", "2026-03-02 10:00")
        #expect(reading(record).state == .notStarted)
        record[.status] = "accepted"
        record.addEvent("accepted", "2026-03-05 10:00")
        #expect(reading(record).startedAt == Instant("2026-03-05 10:00"))
    }

    @Test func theDecisionEndsIt() {
        var record = sketch("closed")
        record.addEvent("accepted", "2026-03-02 10:00")
        record.addEvent("denied", "2026-03-06 10:00")
        record.addEvent("closed", "2026-03-09 10:00")
        #expect(reading(record).stoppedAt == Instant("2026-03-06 10:00"))
        record[.decidedAt] = ClockSketch.canonical("2026-03-04 10:00")
        #expect(reading(record).stoppedAt == Instant("2026-03-04 10:00"))
        #expect(reading(record).used == 2)
        record[.status] = "reviewing"
        #expect(reading(record).state == .stopped)
    }

    @Test func showsAfterTheEndHowItEnded() {
        var record = sketch("closed")
        record[.decidedAt] = ClockSketch.canonical("2026-03-16 23:59:59")
        #expect(reading(record).remaining == 0)
        record[.decidedAt] = ClockSketch.canonical("2026-03-17")
        #expect(reading(record).remaining == -1)
        #expect(reading(record).warning == .none)
    }

    @Test func aPauseWithoutEndEndsWhenTheReviewGoesOn() {
        var record = sketch("reviewing")
        record.addPause("2026-03-04 10:00", nil)
        #expect(reading(record).state == .paused(.supplement))
        record.addEvent("reviewing", "2026-03-04 10:00")
        #expect(reading(record).state == .paused(.supplement), "an entry of the same second began the pause")
        record.addEvent("reviewing", "2026-03-05 10:00")
        #expect(reading(record).state == .running)
        #expect(reading(record).used == 4)
        record[.status] = "special"
        record.addEvent("special", "2026-03-09 10:00")
        #expect(reading(record).state == .paused(.special))
        #expect(reading(record).used == 2)
    }

    @Test func aStatusThatPausesPausesWithoutAnEntry() {
        var record = sketch("supplementing")
        var row = CaseRow(.named("supplements"))
        row[.named("supplements[].requestedAt")] = ClockSketch.canonical("2026-03-06 10:00")
        record[.named("supplements")] = [row]
        #expect(reading(record).state == .paused(.supplement))
        #expect(reading(record).used == 3)
        record[.named("supplements")] = []
        #expect(reading(record).state == .paused(.supplement))
        #expect(reading(record).used == 0, "nothing says when: nothing is held against the office")
    }

    @Test func survivesNonsense() {
        var record = ClockSketch(status: "nonsense", start: "2026-03-02 10:00", limit: (5, "fortnight")).record
        record.addPause("2026-03-09", "2026-03-04")
        #expect(reading(record).state == .running)
        #expect(reading(record).limit == nil)
        #expect(reading(CaseRecord()).state == .notStarted)
    }
}
