import KuayuModel
import KuayuReconcile
import Testing

/// The account of a day adds up, and what was lost shows.
@Suite struct RollForwardTests {
    static let day = RepairBench.start.date
    static let key = RollForward.Key(hub: .zhejiang, code: .behind)

    /// An event so many hours after the beginning of the day.
    static func event(_ id: String, _ hour: Int, _ from: BreakState?, _ to: BreakState, by: String = "gateway")
        -> BreakEvent
    {
        let midnight = RepairBench.start.adding(milliseconds: -10 * 3_600_000)
        return BreakEvent(
            breakID: id, at: midnight.adding(milliseconds: Int64(hour) * 3_600_000), run: nil, from: from, to: to,
            by: by, reason: nil)
    }

    private static func line(
        opening: Int = 0, new: Int = 0, reopened: Int = 0, auto: Int = 0, manual: Int = 0, accepted: Int = 0,
        closing: Int = 0
    ) -> RollForward.Line {
        var line = RollForward.Line(key: key)
        line.opening = opening
        line.new = new
        line.reopened = reopened
        line.auto = auto
        line.manual = manual
        line.accepted = accepted
        line.closing = closing
        return line
    }

    /// The life of one break, and its line.
    ///
    /// Hours below 0 are the day before.
    static let lives: [([(Int, BreakState?, BreakState, String)], RollForward.Line)] = [
        ([(1, nil, .open, "gateway")], line(new: 1, closing: 1)),
        ([(1, nil, .detected, "gateway"), (1, .detected, .inFlight, "gateway")], line()),
        ([(-9, nil, .inFlight, "gateway"), (1, .inFlight, .open, "gateway")], line(new: 1, closing: 1)),
        ([(-9, nil, .inFlight, "gateway"), (1, .inFlight, .closed, "gateway")], line()),
        ([(-9, nil, .open, "gateway")], line(opening: 1, closing: 1)),
        ([(-9, nil, .open, "gateway"), (1, .open, .closed, "gateway")], line(opening: 1, auto: 1)),
        ([(-9, nil, .open, "gateway"), (1, .open, .closed, "li")], line(opening: 1, manual: 1)),
        ([(-9, nil, .open, "gateway"), (1, .open, .accepted, "li")], line(opening: 1, accepted: 1)),
        (
            [
                (1, nil, .open, "gateway"), (2, .open, .autoRepairing, "gateway"),
                (3, .autoRepairing, .verifying, "gateway"), (4, .verifying, .closed, "gateway"),
            ], line(new: 1, auto: 1)
        ),
        // A repair that persons approved the day before, verified by the gateway today.
        (
            [
                (-9, nil, .open, "gateway"), (-8, .open, .proposed, "li"), (-7, .proposed, .approved, "wang"),
                (-1, .approved, .repairing, "gateway"), (0, .repairing, .verifying, "gateway"),
                (1, .verifying, .closed, "gateway"),
            ], line(opening: 1, manual: 1)
        ),
        // Such a repair did not help; later it went away by itself.
        (
            [
                (0, nil, .open, "gateway"), (1, .open, .repairing, "gateway"), (2, .repairing, .verifying, "gateway"),
                (3, .verifying, .open, "gateway"), (4, .open, .closed, "gateway"),
            ], line(new: 1, auto: 1)
        ),
        (
            [(-9, nil, .open, "g"), (-8, .open, .closed, "gateway"), (1, .closed, .reopened, "gateway")],
            line(reopened: 1, closing: 1)
        ),
        (
            [(-9, nil, .open, "g"), (-8, .open, .accepted, "li"), (1, .accepted, .reopened, "gateway")],
            line(reopened: 1, closing: 1)
        ),
        ([(-9, nil, .open, "g"), (-8, .open, .accepted, "li"), (1, .accepted, .closed, "gateway")], line()),
        // There and back on one day.
        (
            [
                (1, nil, .open, "gateway"), (2, .open, .closed, "gateway"), (3, .closed, .reopened, "gateway"),
                (4, .reopened, .closed, "li"),
            ], line(new: 1, reopened: 1, auto: 1, manual: 1)
        ),
        // The next day is not looked at.
        ([(23, nil, .open, "gateway"), (24, .open, .closed, "gateway")], line(new: 1, closing: 1)),
    ]

    @Test(arguments: lives.indices)
    func everyLifeIsAccountedFor(index: Int) {
        let (steps, wanted) = Self.lives[index]
        let account = RollForward(
            day: Self.day, events: steps.map { Self.event("b", $0.0, $0.1, $0.2, by: $0.3) }, keys: ["b": Self.key])
        #expect(account.lines == (wanted == Self.line() ? [] : [wanted]))
        #expect(account.isBalanced)
    }

    @Test func allLivesTogetherAddUpByHubAndCode() throws {
        var events: [BreakEvent] = []
        var keys: [String: RollForward.Key] = [:]
        for (index, life) in Self.lives.enumerated() {
            for (hub, code) in [(RegionCode.zhejiang, BreakCode.behind), (.anhui, .behind), (.anhui, .orphan)] {
                let id = "\(hub.text)-\(code.rawValue)-\(index)"
                keys[id] = RollForward.Key(hub: hub, code: code)
                events += life.0.map { Self.event(id, $0.0, $0.1, $0.2, by: $0.3) }
            }
        }
        let account = RollForward(day: Self.day, events: events, keys: keys)
        #expect(account.lines.map(\.key) == account.lines.map(\.key).sorted() && account.lines.count == 3)
        for line in account.lines {
            #expect(line.new == Self.lives.map(\.1.new).reduce(0, +))
            #expect(line.closing == Self.lives.map(\.1.closing).reduce(0, +))
            #expect(line.isBalanced)
        }
    }

    // MARK: what was lost shows

    @Test(arguments: [(1, 1, true), (0, 1, false), (2, 1, false), (1, 0, false)])
    func countedNumbersMustFit(opening: Int, closing: Int, balances: Bool) {
        let account = RollForward(
            day: Self.day, events: [Self.event("b", -9, nil, .open)], keys: ["b": Self.key],
            opening: [Self.key: opening], closing: [Self.key: closing])
        #expect(account.isBalanced == balances)
    }

    @Test func aStepThatWasLostShows() {
        let steps = [Self.event("b", 1, nil, .open), Self.event("b", 2, .open, .closed)]
        let whole = RollForward(day: Self.day, events: steps, keys: ["b": Self.key], opening: [:], closing: [:])
        #expect(whole.isBalanced)
        let cut = RollForward(
            day: Self.day, events: Array(steps.prefix(1)), keys: ["b": Self.key], opening: [:], closing: [:])
        #expect(!cut.isBalanced && cut.lines.first?.expectedClosing == 1)
    }

    @Test func oneDaysClosingIsTheNextDaysOpening() {
        var generator = SeededGenerator(seed: 11)
        let states = BreakState.allCases
        var events: [BreakEvent] = []
        var keys: [String: RollForward.Key] = [:]
        for index in 0..<300 {
            let id = "b\(index)"
            keys[id] = RollForward.Key(
                hub: RegionCode.federated[index % 4], code: BreakCode.allCases[generator.next(below: 14)])
            var state: BreakState?
            var hour = -48 + generator.next(below: 48)
            for _ in 0..<generator.next(below: 12) {
                let next = states[generator.next(below: states.count)]
                events.append(Self.event(id, hour, state, next, by: generator.next(below: 2) == 0 ? "gateway" : "li"))
                state = next
                hour += generator.next(below: 12)
            }
        }
        events.sort { $0.at < $1.at }
        var opening: [RollForward.Key: Int]?
        for offset in -2...8 {
            let day = Self.day.adding(days: offset)
            let account = RollForward(day: day, events: events, keys: keys, opening: opening)
            #expect(account.isBalanced)
            opening = Dictionary(uniqueKeysWithValues: account.lines.map { ($0.key, $0.closing) })
        }
    }

    @Test func countsBreaksAsTheyStand() {
        let breaks = BreakState.allCases.map {
            RepairBench.item(RepairBench.finding(1, .behind, .redeliver, expected: 3, found: [1]), state: $0)
        }
        #expect(RollForward.openCounts(breaks) == [Self.key: BreakState.allCases.filter(\.isOpen).count])
    }
}
