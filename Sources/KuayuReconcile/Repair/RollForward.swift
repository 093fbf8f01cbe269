public import KuayuModel

/// The account of a day's breaks: opening + new + reopened − auto − manual − accepted = closing, for every hub and
/// code.
///
/// The movements come from the steps in the lives of the breaks; opening and closing are what was counted, so that a
/// step that was lost, or a break that changed without one, shows.
public struct RollForward: Hashable, Sendable {
    /// A hub and a kind of break.
    public struct Key: Hashable, Sendable, Comparable {
        /// The hub.
        public var hub: RegionCode
        /// The kind.
        public var code: BreakCode

        /// A hub and a kind.
        public init(hub: RegionCode, code: BreakCode) {
            self.hub = hub
            self.code = code
        }

        /// By hub, then code.
        public static func < (a: Key, b: Key) -> Bool { (a.hub, a.code) < (b.hub, b.code) }
    }

    /// One line of the account.
    public struct Line: Hashable, Sendable {
        /// Of what.
        public var key: Key
        /// Open when the day began.
        public var opening = 0
        /// Opened for the first time.
        public var new = 0
        /// Were over, or accepted, and came back.
        public var reopened = 0
        /// Ended by the gateway: repaired without a person, or gone by themselves.
        public var auto = 0
        /// Ended by persons, or by a repair that persons approved.
        public var manual = 0
        /// Accepted by persons.
        public var accepted = 0
        /// Open when the day ended.
        public var closing = 0

        /// A line of zeros.
        public init(key: Key) { self.key = key }

        /// What the movements make of the opening.
        public var expectedClosing: Int { opening + new + reopened - auto - manual - accepted }
        /// Whether the line adds up.
        public var isBalanced: Bool { expectedClosing == closing }
    }

    /// The day, at +08:00.
    public var day: CalendarDate
    /// Ascending by hub and code; lines of nothing but zeros are left out.
    public var lines: [Line]

    /// Whether every line adds up.
    public var isBalanced: Bool { lines.allSatisfy(\.isBalanced) }

    /// The account of a day.
    ///
    /// - Parameters:
    ///   - events: every step of the breaks up to the end of the day, in the order in which they happened; later ones
    ///     are not looked at.
    ///   - keys: hub and code of each break.
    ///   - opening: what was counted when the day before was closed; nil counts from the steps before the day.
    ///   - closing: what is counted at the end of the day from the breaks themselves; nil counts from the steps.
    public init(
        day: CalendarDate, events: [BreakEvent], keys: [String: Key], opening: [Key: Int]? = nil,
        closing: [Key: Int]? = nil
    ) {
        self.day = day
        var account = Account(day: day, keys: keys)
        for event in events where event.at.date <= day { account.take(event) }
        self.lines = account.lines(opening: opening, closing: closing)
    }

    /// How many breaks of each hub and code are open, by the breaks as they stand.
    public static func openCounts(_ breaks: some Sequence<Break>) -> [Key: Int] {
        var counts: [Key: Int] = [:]
        for item in breaks where item.state.isOpen {
            counts[Key(hub: item.hub, code: item.finding.code), default: 0] += 1
        }
        return counts
    }
}

/// Adds the steps up.
private struct Account {
    private struct Life {
        var isOpen = false
        var wasOpen = false
        /// A repair that persons approved is under way.
        var isByPersons = false
    }

    let day: CalendarDate
    let keys: [String: RollForward.Key]
    private var lives: [String: Life] = [:]
    private var movements: [RollForward.Key: RollForward.Line] = [:]
    private var openAtStart: [RollForward.Key: Int] = [:]

    init(day: CalendarDate, keys: [String: RollForward.Key]) {
        self.day = day
        self.keys = keys
    }

    mutating func take(_ event: BreakEvent) {
        guard let key = keys[event.breakID] else { return }
        var life = lives[event.breakID] ?? Life()
        let isToday = event.at.date == day
        switch (life.isOpen, event.to.isOpen) {
        case (false, true):
            if isToday {
                let isBack = life.wasOpen || event.to == .reopened
                move(key, isBack ? \.reopened : \.new)
            } else {
                openAtStart[key, default: 0] += 1
            }
        case (true, false):
            if isToday {
                move(key, Self.exit(event, life.isByPersons))
            } else {
                openAtStart[key, default: 0] -= 1
            }
        case (true, true), (false, false): break
        }
        life.isOpen = event.to.isOpen
        life.wasOpen = life.wasOpen || event.to.isOpen
        switch event.to {
        case .repairing: life.isByPersons = true
        case .verifying: break
        default: life.isByPersons = false
        }
        lives[event.breakID] = life
    }

    private mutating func move(_ key: RollForward.Key, _ column: WritableKeyPath<RollForward.Line, Int>) {
        movements[key, default: RollForward.Line(key: key)][keyPath: column] += 1
    }

    private static func exit(_ event: BreakEvent, _ isByPersons: Bool) -> WritableKeyPath<RollForward.Line, Int> {
        if event.to == .accepted { return \.accepted }
        return isByPersons || event.by != "gateway" ? \.manual : \.auto
    }

    func lines(opening: [RollForward.Key: Int]?, closing: [RollForward.Key: Int]?) -> [RollForward.Line] {
        var openAtEnd: [RollForward.Key: Int] = [:]
        for (id, life) in lives where life.isOpen {
            if let key = keys[id] { openAtEnd[key, default: 0] += 1 }
        }
        let starts = opening ?? openAtStart
        let ends = closing ?? openAtEnd
        let all = Set(movements.keys).union(starts.keys).union(ends.keys)
        return all.sorted().compactMap { key in
            var line = movements[key] ?? RollForward.Line(key: key)
            line.opening = starts[key] ?? 0
            line.closing = ends[key] ?? 0
            return line == RollForward.Line(key: key) ? nil : line
        }
    }
}
