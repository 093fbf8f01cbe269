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

    /// A new application under the region's own number.
    func draft(_ draft: CaseDraft, number: String) -> LocalTree
    /// The region's own number of a document; nil while it has none.
    func ownNumber(_ document: LocalTree) -> String?
    /// Gives a received document the region's own number.
    func setOwnNumber(_ number: String, in document: inout LocalTree)
    /// The federation id that a document names.
    func federationID(_ document: LocalTree) -> String?
    /// Writes the federation id into a document.
    func setFederationID(_ id: String, in document: inout LocalTree)
    /// The division in charge, as six digits or as this region writes it.
    func isHandledHere(_ document: LocalTree) -> Bool
    /// Takes a document a step further.
    func advance(_ document: inout LocalTree, to stage: CaseStage, at time: Instant, version: Int)

    /// A whole payload around documents.
    func payload(_ documents: [LocalTree], key: String, now: Instant) -> [UInt8]
    /// The documents of a payload.
    func parse(_ payload: [UInt8]) throws -> [LocalTree]
    /// The region's answer to a push of these cases, each with its federation id where the answer tells them apart.
    func reply(_ outcome: ReplyOutcome, cases: [String]) -> [UInt8]
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
