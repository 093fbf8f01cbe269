import KuayuFormats
import KuayuModel

/// How one region writes its documents, as its own system knows them.
///
/// No adapter is involved.
protocol LocalFormat: Sendable {
    /// The region.
    var region: RegionCode { get }
    /// Media type of its payloads and replies.
    var contentType: String { get }

    /// A new application under the region's own number; only what the format itself has.
    func draft(_ draft: CaseDraft, number: String) -> LocalTree
    /// The region's own number of a document; nil while it has none.
    func ownNumber(_ document: LocalTree) -> String?
    /// Gives a received document the region's own number.
    func setOwnNumber(_ number: String, in document: inout LocalTree)
    /// The federation id that a document names.
    func federationID(_ document: LocalTree) -> String?
    /// Writes the federation id into a document.
    func setFederationID(_ id: String, in document: inout LocalTree)
    /// The divisions in charge, six digits each, the lead first.
    func handling(_ document: LocalTree) -> [String]
    /// Catalogue code of the item.
    func itemCode(_ document: LocalTree) -> String?
    /// The applicant's identity number.
    func applicantNumber(_ document: LocalTree) -> String?
    /// Number of the bundle; nil where the document or the format has none.
    func bundleNumber(_ document: LocalTree) -> String?
    /// Whether the state says that a supplement is waited for.
    func isSupplementing(_ document: LocalTree) -> Bool
    /// Takes a document a step further; what the format cannot say stays unsaid.
    func advance(_ document: inout LocalTree, to stage: CaseStage, _ context: StageContext)

    /// What is handed in and owed.
    func materials(_ document: LocalTree) -> [LocalMaterial]
    /// Adds a material that was handed in.
    func addMaterial(_ material: CaseDraft.Material, to document: inout LocalTree)
    /// Everything that is owed is handed in.
    func settleOwed(in document: inout LocalTree)
    /// How the extension block names a material.
    func materialID(_ material: CaseDraft.Material) -> String

    /// The extension block of a document, read; nil where there is none.
    func extensionBlock(_ document: LocalTree) -> LocalTree?
    /// Replaces the extension block; nil takes it away.
    func setExtension(_ block: LocalTree?, in document: inout LocalTree)

    /// A whole payload around documents.
    func payload(_ documents: [LocalTree], key: String, now: Instant) -> [UInt8]
    /// The documents of a payload.
    func parse(_ payload: [UInt8]) throws -> [LocalTree]
    /// The region's answer to a push of these cases, each with its federation id where the answer tells them apart.
    func reply(_ outcome: ReplyOutcome, cases: [String]) -> [UInt8]
}

extension LocalFormat {
    func materialID(_ material: CaseDraft.Material) -> String { material.code }

    /// Whether the region is in charge, alone or as a branch.
    func isHandledHere(_ document: LocalTree) -> Bool { handling(document).contains(where: isOwn) }

    /// Whether the region leads.
    func isLeadHere(_ document: LocalTree) -> Bool { handling(document).first.map(isOwn) ?? false }

    /// The other regions in charge, each once.
    func otherRegions(_ document: LocalTree) -> [String] {
        var regions: [String] = []
        for division in handling(document) where !isOwn(division) {
            let region = division.prefix(2) + "0000"
            if !regions.contains(String(region)) { regions.append(String(region)) }
        }
        return regions
    }

    private func isOwn(_ division: String) -> Bool { division.prefix(2) == region.text.prefix(2) }

    /// The extension block of a text; nil where it is empty or no JSON.
    func block(in tree: LocalTree?) -> LocalTree? {
        guard let text = tree?.text, !text.isEmpty, let tape = try? JSONReader.read(Array(text.utf8)) else {
            return nil
        }
        return LocalTree(tape)
    }

    /// The extension block as a text; nil where there is none.
    func text(of block: LocalTree?) -> LocalTree? {
        block.map { .text(String(decoding: $0.json, as: UTF8.self)) }
    }
}

/// What a step of a case depends on beside the document.
struct StageContext: Sendable {
    var time: Instant
    /// The hub's own version of the document.
    var version: Int
    /// In a joint case: whether another region leads; then a document speaks of the branch.
    var isBranch = false
    /// In a branch: when this hub accepted it; the document may have come with the lead's time.
    var acceptedAt: Instant?
}

/// A material as a local document names it.
struct LocalMaterial: Hashable, Sendable {
    /// As the extension block names it.
    var id: String
    var name: String
    var isOwed: Bool
}

/// What a hub answers to a push.
enum ReplyOutcome: Sendable {
    case taken, duplicate, busy
    case refused(String)
}

/// A payload that a hub cannot read.
struct UnreadablePayload: Error {
    let reason: String
}

/// Local spellings of instants.
enum LocalTime {
    static func text(_ time: Instant, _ pattern: String) -> String {
        (try? DateTimeFormat(pattern))?.format(LocalDateTime(time)) ?? ""
    }
}
