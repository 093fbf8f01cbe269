import KuayuEvidence
import KuayuModel
import Testing

/// Stands for a signature scheme: 32 bytes of SHA-256 over a secret and the message, twice.
///
/// Good enough to notice a change, and in need of no library.
struct TestSigner: ReceiptSigner, ReceiptVerifier {
    var keyID = "test-key"
    var secret: [UInt8] = [1, 2, 3]

    func sign(_ bytes: [UInt8]) throws(ReceiptSigningError) -> [UInt8] {
        let half = PortableDigester().digest(secret + bytes)
        return half + half
    }

    func check(_ signature: [UInt8], of bytes: [UInt8], keyID: String) -> SignatureCheck {
        guard keyID == self.keyID, let expected = try? sign(bytes) else { return .unknownKey }
        return signature == expected ? .valid : .invalid
    }
}

/// Refuses to sign.
struct BrokenSigner: ReceiptSigner {
    var keyID: String { "broken" }

    func sign(_ bytes: [UInt8]) throws(ReceiptSigningError) -> [UInt8] { throw ReceiptSigningError(reason: "no key") }
}

extension ContentDigest {
    /// SHA-256 of some text.
    init(of text: String) { self.init(PortableDigester().digest(Array(text.utf8))) }
}

/// Values that several suites use.
enum Sample {
    static let nonce = "000102030405060708090a0b0c0d0e0f"

    static func registration(
        version: Int = 3, status: CaseState = .accepted, content: ContentDigest? = ContentDigest(of: "a")
    ) throws -> CaseRegistration {
        CaseRegistration(
            caseID: try #require(CaseID("CSJ202611240000001")), version: version, status: status, at: 1_795_478_400,
            nonce: nonce, contentDigest: content)
    }

    static func accepted() throws -> Receipt {
        Receipt(
            messageID: "js-0001/0001", registration: try registration(), digest: ContentDigest(of: "b"),
            sender: .jiangsu, receivedAt: 1_795_479_000, outcome: .accepted)
    }

    static func refused() -> Receipt {
        let issues = [
            ReceiptIssue(
                code: "code.unknown", path: "ApplyInfo/类型", line: 12, column: 7,
                message: "没有这个代码\n\"9\" \\ \u{1}\u{7F}"),
            ReceiptIssue(code: "count-mismatch", path: "", message: "2 ≠ 3"),
        ]
        return Receipt(
            messageID: "js-\"0002\"", registration: nil, digest: ContentDigest(of: "c"), sender: .anhui,
            receivedAt: 1_795_479_001, outcome: .refused, issues: issues)
    }
}
