public import KuayuModel

/// One line of `agreements.csv`: who may send which item to whom.
///
/// What no line allows is denied.
public struct Agreement: Hashable, Sendable {
    /// The sending region; nil for any.
    public var from: RegionCode?
    /// The receiving region; nil for any.
    public var to: RegionCode?
    /// The item's catalogue code; nil for any.
    public var catalogCode: String?
    /// The mode; nil for any.
    public var mode: String?
    /// The highest data level that may be sent.
    public var maxLevel: DataLevel
    /// First day on which it holds.
    public var validFrom: CalendarDate?
    /// Last day on which it holds.
    public var validTo: CalendarDate?

    /// A line.
    public init(
        from: RegionCode?, to: RegionCode?, catalogCode: String?, mode: String?, maxLevel: DataLevel = .l4,
        validFrom: CalendarDate? = nil, validTo: CalendarDate? = nil
    ) {
        self.from = from
        self.to = to
        self.catalogCode = catalogCode
        self.mode = mode
        self.maxLevel = maxLevel
        self.validFrom = validFrom
        self.validTo = validTo
    }

    /// Whether this line lets a region send an item in a mode to another on a day.
    public func allows(
        from sender: RegionCode, to receiver: RegionCode, item: String, mode wanted: String, day: CalendarDate
    )
        -> Bool
    {
        (from == nil || from == sender) && (to == nil || to == receiver)
            && (catalogCode == nil || catalogCode == item) && (mode == nil || mode == wanted)
            && (validFrom.map { $0 <= day } ?? true) && (validTo.map { day <= $0 } ?? true)
    }
}

/// Who takes part in a case, in which part, and who is told of an event.
public struct Routing: Sendable {
    /// Every agreement in force.
    public var agreements: [Agreement]

    /// Routing by these agreements; none means that nothing may be sent.
    public init(agreements: [Agreement]) { self.agreements = agreements }

    /// The regions of a case, from its places.
    public struct Participants: Hashable, Sendable {
        /// Where it was applied for.
        public var applying: RegionCode
        /// Where papers are collected, if elsewhere than where it is handled.
        public var collecting: RegionCode?
        /// Who handles it, the lead first, each once.
        public var handling: [RegionCode]

        /// Everyone, each once, in a fixed order.
        public var all: [RegionCode] {
            var seen: [RegionCode] = []
            for region in [applying] + (collecting.map { [$0] } ?? []) + handling where !seen.contains(region) {
                seen.append(region)
            }
            return seen
        }

        /// The parts that a region plays.
        public func roles(of region: RegionCode) -> CaseRoles {
            var roles: CaseRoles = []
            if region == applying { roles.insert(.applying) }
            if region == collecting { roles.insert(.collecting) }
            if handling.contains(region) { roles.insert(.handling) }
            return roles
        }
    }

    /// Why a case cannot go where it asks to.
    public enum Refusal: Error, Hashable, Sendable {
        /// No handling division, or one that is not of a federated region.
        case noHandlingRegion
        /// The sender has no part in the case.
        case notParticipant(RegionCode)
        /// Everyone in it is the sender itself.
        case staysAtHome
        /// No agreement lets the sender send this item in this mode to that region.
        case notAgreed(from: RegionCode, to: RegionCode, item: String, mode: String)
        /// The agreement allows a lower data level than every case has.
        case levelTooHigh(to: RegionCode, allowed: DataLevel)
        /// The region is not a hub of this federation.
        case unknownHub(RegionCode)
    }

    /// The regions of a case by its places: the province of each division.
    public static func participants(of record: CaseRecord) throws(Refusal) -> Participants {
        var handling: [RegionCode] = []
        for row in record[.handling] {
            guard let region = province(row[.handlingDivision]) else { throw .noHandlingRegion }
            if !handling.contains(region) { handling.append(region) }
        }
        guard let lead = handling.first else { throw .noHandlingRegion }
        let applying = province(record[.appliedDivision]) ?? lead
        return Participants(
            applying: applying, collecting: province(record[.collectedDivision]), handling: handling)
    }

    /// The highest level that any line allows, whatever its dates; L1 where no line speaks of it.
    public func maxLevel(from sender: RegionCode, to receiver: RegionCode, item: String, mode: String) -> DataLevel {
        agreements.filter {
            ($0.from == nil || $0.from == sender) && ($0.to == nil || $0.to == receiver)
                && ($0.catalogCode == nil || $0.catalogCode == item) && ($0.mode == nil || $0.mode == mode)
        }.map(\.maxLevel).max() ?? .l1
    }

    /// The highest level among the fields that every case has.
    static let requiredLevel = CaseSchema.v1.scalars.filter(\.isRequired).map(\.level).max() ?? .l1

    private static func province(_ division: String?) -> RegionCode? {
        division.flatMap { RegionCode(String($0.prefix(2)) + "0000") }
    }

    /// Checks that a new case of `sender` may go to everyone in it; hubs are the receivers that exist.
    public func admit(
        _ record: CaseRecord, from sender: RegionCode, hubs: Set<RegionCode>, on day: CalendarDate
    ) throws(Refusal) -> Participants {
        let participants = try Self.participants(of: record)
        guard !participants.roles(of: sender).isEmpty else { throw .notParticipant(sender) }
        let receivers = participants.all.filter { $0 != sender }
        if receivers.isEmpty { throw .staysAtHome }
        let item = record[.catalogCode] ?? ""
        let mode = record[.mode] ?? "online"
        for receiver in receivers {
            guard hubs.contains(receiver) else { throw .unknownHub(receiver) }
            let level = agreements.filter {
                $0.allows(from: sender, to: receiver, item: item, mode: mode, day: day)
            }.map(\.maxLevel).max()
            guard let level else { throw .notAgreed(from: sender, to: receiver, item: item, mode: mode) }
            // What a case must have cannot be withheld; what is above the level and optional is.
            guard level >= Self.requiredLevel else { throw .levelTooHigh(to: receiver, allowed: level) }
        }
        return participants
    }
}
