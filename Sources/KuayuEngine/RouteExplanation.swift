public import KuayuModel

/// Why a case goes where it goes: which place leads to which hub by which rule, which agreement lets it go there, and
/// what of it is withheld.
///
/// Holds no personal data: divisions, codes, levels and paths only.
public struct RouteExplanation: Hashable, Sendable {
    /// The hub that sends the case.
    public let sender: RegionCode
    /// The day whose agreements count.
    public let day: CalendarDate
    /// Catalogue code of the item; empty when unknown.
    public let item: String
    /// How the case is worked on.
    public let mode: String
    /// Where the mode came from.
    public let modeSource: ModeSource
    /// Whether it is granted without application.
    public let isProactive: Bool
    /// The highest level of what the case holds.
    public let level: DataLevel
    /// Everyone in the case, in the order of ``Routing/Participants/all``.
    public let parties: [Party]
    /// Everyone who is told, with what lets it go there; empty when the sender has no part in the case.
    public let receivers: [Receiver]
    /// Why the case is refused; nil when it may go.
    public let refusal: Routing.Refusal?

    /// Where a mode came from.
    public enum ModeSource: String, Hashable, Sendable {
        /// The sender's message said it.
        case message
        /// The message did not; the row of the item in the catalogue says it.
        case catalogue
        /// Neither says one; `online` stands for it.
        case standard
    }

    /// One region in the case.
    public struct Party: Hashable, Sendable {
        /// The hub, or the province that would have to be one.
        public let region: RegionCode
        /// Whether it is a hub.
        public let isHub: Bool
        /// Its parts.
        public let roles: CaseRoles
        /// Whether it is the first of those that handle it.
        public let isLead: Bool
        /// The places that made it take part; empty for an applying region that no place names.
        public let places: [CasePlace]
    }

    /// What one agreement decides.
    public struct Decision: Hashable, Sendable {
        /// The sending division.
        public let from: RegionCode
        /// The receiving division.
        public let to: RegionCode
        /// The line that decided; nil where none fits.
        public let agreement: Agreement?
    }

    /// One region that is told.
    public struct Receiver: Hashable, Sendable {
        /// The hub.
        public let region: RegionCode
        /// What decided, one for each of its divisions; empty where it is no hub.
        public let decisions: [Decision]
        /// The highest level that may be sent under the agreements.
        public let agreedLevel: DataLevel?
        /// The highest level that its registration allows.
        public let hubLevel: DataLevel
        /// The level up to which it gets the case.
        public let level: DataLevel
        /// Canonical paths of what it does not get of this case.
        public let withheld: [String]
        /// Why it cannot be sent there.
        public let refusal: Routing.Refusal?
    }
}

extension Routing {
    /// Explains what ``admit(_:from:on:)`` decides about a case.
    ///
    /// - Parameters:
    ///   - record: a case on record, or a document as its sender wrote it: what the gateway would add to it is added
    ///     here too.
    ///   - modeSource: where its mode came from, where that is known; else a mode that stands in it was said.
    ///   - hubLevels: the level that each hub's registration allows; L4 where none is given.
    public func explain(
        _ record: CaseRecord, from sender: RegionCode, on day: CalendarDate,
        modeSource: RouteExplanation.ModeSource? = nil, hubLevels: [RegionCode: DataLevel] = [:],
        items: Items = .standard
    ) -> RouteExplanation {
        let (record, source) = completed(record, sender: sender, items: items)
        let matter = Matter(record)
        let participants: Participants?
        var refusal: Refusal?
        do throws(Refusal) {
            participants = try self.participants(of: record)
        } catch {
            participants = nil
            refusal = error
        }
        if let participants { refusal = self.refusal(of: participants, from: sender) }
        var receivers: [RouteExplanation.Receiver] = []
        if let participants, !participants.roles(of: sender).isEmpty {
            for region in participants.all where region != sender {
                let judgement = judge(region, in: participants, from: sender, matter, on: day)
                receivers.append(receiver(region, record, judgement, hubLevels[region] ?? .l4))
            }
        }
        return RouteExplanation(
            sender: sender, day: day, item: matter.item, mode: matter.mode, modeSource: modeSource ?? source,
            isProactive: record[.proactive] == "true", level: CaseLevel.of(record),
            parties: participants.map(parties) ?? [], receivers: receivers,
            refusal: refusal ?? receivers.lazy.compactMap(\.refusal).first)
    }

    /// What the gateway adds to a document: the place of application is the sender's, the mode that of the item.
    private func completed(
        _ record: CaseRecord, sender: RegionCode, items: Items
    ) -> (record: CaseRecord, source: RouteExplanation.ModeSource) {
        var record = record
        if record[.appliedDivision] == nil { record[.appliedDivision] = sender.text }
        if record[.mode] != nil { return (record, .message) }
        let mode = record[.catalogCode].flatMap { items.item($0)?.mode.rawValue }
        record[.mode] = mode ?? "online"
        return (record, mode == nil ? .standard : .catalogue)
    }

    private func parties(_ participants: Participants) -> [RouteExplanation.Party] {
        participants.all.map { region in
            RouteExplanation.Party(
                region: region, isHub: directory.hubs?.contains(region) ?? true,
                roles: participants.roles(of: region), isLead: region == participants.handling.first,
                places: participants.places(of: region))
        }
    }

    private func receiver(
        _ region: RegionCode, _ record: CaseRecord, _ judgement: Judgement, _ hubLevel: DataLevel
    ) -> RouteExplanation.Receiver {
        let level = min(hubLevel, agreedLevel(of: record, to: region) ?? .l4)
        return RouteExplanation.Receiver(
            region: region, decisions: judgement.decisions, agreedLevel: judgement.level, hubLevel: hubLevel,
            level: level, withheld: CaseLevel.released(record, upTo: level).withheld, refusal: judgement.refusal)
    }
}
