public import KuayuModel

/// 登记信息: what the gateway has on record about a case at one version.
///
/// The parties of the case keep it and answer reconciliation from it.
public struct CaseRegistration: Hashable, Sendable {
    /// Federation id.
    public var caseID: CaseID
    /// Number of the last event, from 1.
    public var version: Int
    /// State as told to, or by, the hub that gets this.
    public var status: CaseState
    /// When the case was registered, Unix seconds; the same in every version.
    public var at: Int
    /// Random text given at registration, known to the parties only: 1 … 64 letters, digits, `-` or `_`.
    public var nonce: String
    /// Digest of the canonical case as released to that hub; `nil`, written `-`, where content is not compared.
    public var contentDigest: ContentDigest?

    /// Registration data.
    public init(
        caseID: CaseID, version: Int, status: CaseState, at: Int, nonce: String, contentDigest: ContentDigest?
    ) {
        self.caseID = caseID
        self.version = version
        self.status = status
        self.at = at
        self.nonce = nonce
        self.contentDigest = contentDigest
    }
}

extension CaseRegistration {
    /// Largest version and time that are read: what 15 digits hold.
    static let numbers = 0...999_999_999_999_999

    /// The content digest, or `-`.
    public var contentText: String { contentDigest?.text ?? "-" }

    /// Reads ``contentText``: the digest, or `nil` inside for `-`; `nil` outside for anything else.
    static func content(_ text: String) -> ContentDigest?? {
        if text == "-" { return .some(nil) }
        guard let digest = ContentDigest(text: text) else { return nil }
        return .some(digest)
    }

    static func isNonce(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
