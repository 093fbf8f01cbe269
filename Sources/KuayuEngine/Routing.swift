public import KuayuModel

/// Who takes part in a case, in which part, and who is told of an event.
public struct Routing: Sendable {
    /// Every agreement, in the order of its file.
    public let agreements: [Agreement]
    /// Which hub serves a division.
    public let directory: HubDirectory
    /// Whether no agreement restricts levels, so that cases need not be looked at.
    public let allowsEverything: Bool
    /// The agreements that may speak of an item, in file order.
    private let byItem: [String: [Agreement]]
    private let forAnyItem: [Agreement]

    /// Routing by these agreements among these hubs.
    ///
    /// No agreements mean that nothing may be sent. Nil hubs: every province counts as one.
    public init(agreements: [Agreement], hubs: Set<RegionCode>? = nil, divisions: Divisions = .standard) {
        self.agreements = agreements
        directory = HubDirectory(hubs: hubs, divisions: divisions)
        allowsEverything = agreements.allSatisfy { $0.maxLevel == .l4 }
        forAnyItem = agreements.filter { $0.catalogCode == nil }
        var byItem: [String: [Agreement]] = [:]
        for item in Set(agreements.compactMap(\.catalogCode)) { byItem[item] = [] }
        for agreement in agreements {
            if let item = agreement.catalogCode {
                byItem[item]?.append(agreement)
            } else {
                for item in byItem.keys { byItem[item]?.append(agreement) }
            }
        }
        self.byItem = byItem
    }

    /// Why a case cannot go where it asks to.
    public enum Refusal: Error, Hashable, Sendable {
        /// No handling division, or one that is no division code.
        case noHandlingRegion
        /// The sender has no part in the case.
        case notParticipant(RegionCode)
        /// Everyone in it is the sender itself.
        case staysAtHome
        /// No agreement lets the sender send this item in this mode to that region.
        case notAgreed(from: RegionCode, to: RegionCode, item: String, mode: String)
        /// The agreement allows a lower data level than every case has.
        case levelTooHigh(to: RegionCode, allowed: DataLevel)
        /// No hub covers a division; its province.
        case unknownHub(RegionCode)
    }

    // MARK: who takes part

    /// The regions of a case by its places, where every province is a hub.
    public static func participants(of record: CaseRecord) throws(Refusal) -> Participants {
        try participants(of: record, in: provinces)
    }

    /// The regions of a case by its places: the hub of each division.
    public func participants(of record: CaseRecord) throws(Refusal) -> Participants {
        try Self.participants(of: record, in: directory)
    }

    private static let provinces = HubDirectory(hubs: nil)

    private static func participants(
        of record: CaseRecord, in directory: HubDirectory
    ) throws(Refusal) -> Participants {
        var handling: [RegionCode] = []
        var places: [CasePlace] = []
        for (index, row) in record[.handling].enumerated() {
            guard let route = row[.handlingDivision].flatMap(directory.route) else { throw .noHandlingRegion }
            if !handling.contains(route.region) { handling.append(route.region) }
            places.append(CasePlace(role: .handling, path: "places.handling[\(index)].division", route: route))
        }
        guard let lead = handling.first else { throw .noHandlingRegion }
        let applied = place(.applied, .appliedDivision, of: record, in: directory)
        let collected = place(.collected, .collectedDivision, of: record, in: directory)
        // Where no place of collection is named, the papers are collected where the applicant stands.
        let window = record[.mode] == "collect" ? applied?.route.region : nil
        return Participants(
            applying: applied?.route.region ?? lead, collecting: collected?.route.region ?? window, handling: handling,
            places: [applied, collected].compactMap { $0 } + places, isProactive: record[.proactive] == "true")
    }

    private static func place(
        _ role: CasePlace.Role, _ field: Field, of record: CaseRecord, in directory: HubDirectory
    ) -> CasePlace? {
        record[field].flatMap(directory.route).map { CasePlace(role: role, path: field.path, route: $0) }
    }

    // MARK: what is agreed

    /// The agreement that decides whether a division may send an item in a mode to another; nil where none allows it.
    ///
    /// - Parameter day: nil asks whatever the dates.
    public func agreement(
        from sender: RegionCode, to receiver: RegionCode, item: String, mode: String, on day: CalendarDate?
    ) -> Agreement? {
        var best: Agreement?
        for line in byItem[item] ?? forAnyItem where line.covers(from: sender, to: receiver, item: item, mode: mode) {
            if let day, !line.holds(on: day) { continue }
            if best.map({ line.outranks($0) }) ?? true { best = line }
        }
        return best
    }

    /// The highest level that a hub may have of a case under the agreements, whatever their dates: the lowest of what is
    /// agreed for each of its divisions, L1 where no line speaks of one.
    ///
    /// Nil where no agreement is asked: at the side where the case began, and where none restricts levels.
    public func agreedLevel(of record: CaseRecord, to hub: RegionCode) -> DataLevel? {
        guard !allowsEverything, let participants = try? participants(of: record),
            participants.beginning != hub
        else { return nil }
        let matter = Matter(record)
        let sender = participants.divisions(of: participants.beginning)[0]
        return participants.divisions(of: hub).map {
            agreement(from: sender, to: $0, item: matter.item, mode: matter.mode, on: nil)?.maxLevel ?? .l1
        }.min()
    }

    /// The highest level among the fields that every case has.
    static let requiredLevel = CaseSchema.v1.scalars.filter(\.isRequired).map(\.level).max() ?? .l1

    /// What agreements speak of.
    struct Matter {
        let item: String
        let mode: String

        init(_ record: CaseRecord) {
            item = record[.catalogCode] ?? ""
            mode = record[.mode] ?? "online"
        }
    }

    // MARK: what may go

    /// Checks that a new case of `sender` may go to everyone in it.
    ///
    /// Any participant may send it: as a rule the applying region, the handling one where it is granted without
    /// application.
    public func admit(
        _ record: CaseRecord, from sender: RegionCode, on day: CalendarDate
    ) throws(Refusal) -> Participants {
        let participants = try participants(of: record)
        if let refusal = refusal(of: participants, from: sender) { throw refusal }
        for receiver in participants.all where receiver != sender {
            if let refusal = judge(receiver, in: participants, from: sender, Matter(record), on: day).refusal {
                throw refusal
            }
        }
        return participants
    }

    /// The same among other hubs.
    public func admit(
        _ record: CaseRecord, from sender: RegionCode, hubs: Set<RegionCode>, on day: CalendarDate
    ) throws(Refusal) -> Participants {
        if hubs == directory.hubs { return try admit(record, from: sender, on: day) }
        return try Routing(agreements: agreements, hubs: hubs).admit(record, from: sender, on: day)
    }

    /// Why nobody can be told, before any agreement is asked.
    func refusal(of participants: Participants, from sender: RegionCode) -> Refusal? {
        if participants.roles(of: sender).isEmpty { return .notParticipant(sender) }
        return participants.all == [sender] ? .staysAtHome : nil
    }

    /// What the agreements say of one receiver.
    struct Judgement {
        /// One for each division of the receiver.
        var decisions: [RouteExplanation.Decision] = []
        /// The lowest level agreed.
        var level: DataLevel?
        var refusal: Refusal?
    }

    func judge(
        _ receiver: RegionCode, in participants: Participants, from sender: RegionCode, _ matter: Matter,
        on day: CalendarDate
    ) -> Judgement {
        let isHub = directory.hubs?.contains(receiver) ?? true
        if !isHub { return Judgement(refusal: .unknownHub(receiver)) }
        let from = participants.divisions(of: sender)[0]
        var judgement = Judgement()
        for division in participants.divisions(of: receiver) {
            let line = agreement(from: from, to: division, item: matter.item, mode: matter.mode, on: day)
            judgement.decisions.append(RouteExplanation.Decision(from: from, to: division, agreement: line))
            guard let line else {
                judgement.refusal = .notAgreed(from: sender, to: receiver, item: matter.item, mode: matter.mode)
                continue
            }
            judgement.level = min(judgement.level ?? line.maxLevel, line.maxLevel)
        }
        // What a case must have cannot be withheld; what is above the level and optional is.
        if judgement.refusal == nil, let level = judgement.level, level < Self.requiredLevel {
            judgement.refusal = .levelTooHigh(to: receiver, allowed: level)
        }
        return judgement
    }
}

extension Field {
    /// `proactive`.
    static let proactive = named("proactive")
}
