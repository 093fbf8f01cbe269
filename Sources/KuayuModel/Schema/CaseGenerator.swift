/// Random valid cases for tests, demonstrations and benchmarks; the same generator state gives the same case.
///
/// The cases are made to be hard to carry: every field and every code occurs, lists are empty or long, texts are as long
/// as they may be and hold what breaks formats (pipes, backslashes, separators, quotes, markup, line feeds, characters
/// outside the Basic Multilingual Plane). All persons, firms and numbers are synthetic.
public enum CaseGenerator {
    /// What kind of cases are wanted.
    public struct Options: Sendable {
        /// The states to choose from, at least one; default: all.
        public var states: [CaseState]
        /// How much of what is optional is there: 0 nothing, 1 everything; default 0.5.
        public var richness: Double
        /// Whether the case is registered: `caseId`, `version`, `registeredAt`, `mode` and `calendar`; default true.
        public var withGatewayFields: Bool
        /// Whether texts hold characters that break formats; default true.
        public var hasHardText: Bool
        /// Whether texts hold characters that GBK cannot say; default true.
        ///
        /// Without ``hasHardText`` there are none.
        public var hasRareCharacters: Bool

        /// What kind of cases are wanted.
        public init(
            states: [CaseState] = CaseState.allCases, richness: Double = 0.5, withGatewayFields: Bool = true,
            hasHardText: Bool = true, hasRareCharacters: Bool = true
        ) {
            precondition(!states.isEmpty, "a case has a state")
            self.states = states
            self.richness = min(max(richness, 0), 1)
            self.withGatewayFields = withGatewayFields
            self.hasHardText = hasHardText
            self.hasRareCharacters = hasRareCharacters
        }
    }

    /// A random case that ``CaseValidation`` finds nothing wrong with, not even a warning.
    public static func make<Chance: RandomNumberGenerator>(
        using chance: inout Chance, options: Options = Options()
    ) -> CaseRecord {
        var draft = CaseDraft(chance: chance, options: options)
        draft.write()
        chance = draft.chance
        return draft.record
    }
}

/// A case while it is being made up.
///
/// The steps are in the order in which later ones rely on earlier ones.
struct CaseDraft<Chance: RandomNumberGenerator> {
    var chance: Chance
    let options: CaseGenerator.Options
    var record = CaseRecord()
    var state = CaseState.submitted
    /// The hour hand of the story, Unix seconds.
    var clock = 0
    /// Divisions of the regions in charge, the lead first.
    var handling: [String] = []

    init(chance: Chance, options: CaseGenerator.Options) {
        self.chance = chance
        self.options = options
    }

    mutating func write() {
        state = pick(options.states)
        clock = draw(CaseDraftPools.clockRange)
        record[.status] = state.rawValue
        writeItem()
        writePlaces()
        writeApplicant()
        writeLife()
        writeResult()
        writeMaterials()
        writeOwnNumbers()
        writeRest()
        if options.withGatewayFields { writeRegistration() } else { clearRegistration() }
    }

    private mutating func writeRegistration() {
        let registered = TimeText.seconds(record[.appliedAt]) ?? clock
        let at = registered + draw(1...600)
        record[.registeredAt] = TimeText.instant(at)
        let number = String(draw(1...9_999_999))
        record[.caseID] =
            "CSJ" + TimeText.compactDate(at) + String(repeating: "0", count: 7 - number.utf8.count) + number
        record[.version] = String(max(1, record[.events].count) + draw(0...2))
        if roll() { record[.calendar] = pick(["2026", "2026-provisional", "2025"]) }
    }

    private mutating func clearRegistration() {
        for field in [Field.caseID, .version, .registeredAt, .calendar] { record[field] = nil }
        if record[.mode] != "joint" && roll(0.5) { record[.mode] = nil }
        record.update(.events) { rows in
            for index in rows.indices { rows[index][.eventReportedBy] = nil }
        }
    }

    /// What no other step has written and no rule ties to anything.
    private mutating func writeRest() {
        for field in CaseDraftPools.freeScalars where record[field] == nil && roll() {
            record[field] = value(for: field)
        }
        for (first, second) in CaseDraftPools.limitPairs where roll() {
            record[first] = value(for: first)
            record[second] = value(for: second)
        }
        if record[.statusRawCode] == nil, roll() {
            record[.statusRawTable] = value(for: .statusRawTable)
            record[.statusRawCode] = value(for: .statusRawCode)
        }
    }
}

extension Field {
    static let appliedAt = named("appliedAt")
}
