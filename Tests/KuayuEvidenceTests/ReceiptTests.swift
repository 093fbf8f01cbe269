import KuayuEvidence
import KuayuModel
import Testing

/// The expected bytes were written by Python's `json.dumps(sort_keys=True, separators=(',', ':'), ensure_ascii=False)`.
@Suite struct ReceiptTests {
    private static let acceptedText = """
        {"case":"CSJ202611240000001",\
        "content":"sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",\
        "digest":"sha256:3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",\
        "message":"js-0001/0001","nonce":"000102030405060708090a0b0c0d0e0f","outcome":"accepted",\
        "receivedAt":1795479000,"registeredAt":1795478400,"sender":"320000","status":"accepted","v":1,"version":3}
        """
    private static let refusedText = """
        {"digest":"sha256:2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6",\
        "issues":[{"code":"code.unknown","column":7,"line":12,"message":"没有这个代码\\n\\"9\\" \\\\ \\u0001\u{7F}",\
        "path":"ApplyInfo/类型"},{"code":"count-mismatch","message":"2 ≠ 3","path":""}],\
        "message":"js-\\"0002\\"","outcome":"refused","receivedAt":1795479001,"sender":"340000","v":1}
        """

    @Test func writesMembersInCanonicalOrder() throws {
        #expect(String(decoding: try Sample.accepted().canonicalBytes, as: UTF8.self) == Self.acceptedText)
    }

    @Test func writesIssuesAndLeavesOutWhatARefusedMessageDoesNotHave() {
        #expect(String(decoding: Sample.refused().canonicalBytes, as: UTF8.self) == Self.refusedText)
    }

    @Test(arguments: Receipt.Outcome.allCases)
    func readsWhatItWrote(_ outcome: Receipt.Outcome) throws {
        var receipt = try Sample.accepted()
        receipt.outcome = outcome
        receipt.issues = Sample.refused().issues
        #expect(try Receipt(canonicalBytes: receipt.canonicalBytes) == receipt)
        receipt.registration?.contentDigest = nil
        #expect(try Receipt(canonicalBytes: receipt.canonicalBytes) == receipt)
    }

    @Test func readsARefusalWithoutACase() throws {
        #expect(try Receipt(canonicalBytes: Sample.refused().canonicalBytes) == Sample.refused())
    }

    @Test func everyControlCharacterSurvives() throws {
        var receipt = Sample.refused()
        receipt.messageID = String(String.UnicodeScalarView((0...0x7F).map { Unicode.Scalar(UInt8($0)) })) + "𠮷é"
        #expect(try Receipt(canonicalBytes: receipt.canonicalBytes) == receipt)
    }

    /// Each row replaces one piece of an accepted receipt.
    @Test(
        arguments: [
            ("\"v\":1", "\"v\":2", ReceiptError.member("v")),
            ("\"js-0001/0001\"", "\"\"", .member("message")),
            ("sha256:3e", "sha256:3E", .member("digest")),
            ("sha256:3e", "sha512:3e", .member("digest")),
            ("sha256:ca", "sha256:c", .member("content")),
            ("\"320000\"", "\"32000\"", .member("sender")),
            ("\"outcome\":\"accepted\"", "\"outcome\":\"taken\"", .member("outcome")),
            ("\"status\":\"accepted\"", "\"status\":\"6\"", .member("status")),
            ("CSJ20261124", "CSJ20261131", .member("case")),
            ("\"0001", "\"00|1", .member("nonce")),
            ("\"version\":3", "\"version\":0", .member("version")),
        ] as [(String, String, ReceiptError)])
    func refusesAValueThatAMemberCannotHave(_ old: String, _ new: String, _ error: ReceiptError) throws {
        let text = Self.acceptedText.replacingFirst(old, with: new)
        #expect(throws: error) { try Receipt(canonicalBytes: Array(text.utf8)) }
    }

    @Test func refusesAnAcceptedReceiptWithoutACase() throws {
        let text = Self.refusedText.replacingFirst("refused", with: "accepted")
        #expect(throws: ReceiptError.member("case")) { try Receipt(canonicalBytes: Array(text.utf8)) }
    }

    /// Another spelling of the same receipt is not that receipt.
    ///
    /// The number counts from where the change begins.
    @Test(arguments: [
        ("{\"digest\"", "{ \"digest\"", 1),
        ("\"v\":1", "\"v\":01", 4),
        ("\"v\":1", "\"v\":1.0", 5),
        ("\"v\":1", "\"v\":1000000000000000", 4),
        ("\\n", "\\u000a", 1),
        ("\\u0001", "\\u007f", 4),
        ("\\u0001", "\\u001", 4),
        ("≠", "\\u2260", 1),
        ("\"line\":12", "\"line\":-12", 7),
        ("\"v\":1}", "\"v\":1}\n", 6),
        ("\"v\":1}", "\"v\":1,\"w\":2}", 5),
        ("\"v\":1}", "\"v\":1", 5),
        ("\"issues\":[", "\"issues\":[]", 10),
        ("2 ≠ 3", "2 \t 3", 2),
        ("\"outcome\"", "\"message\":\"again\",\"outcome\"", -1),
    ])
    func refusesAnotherSpelling(_ old: String, _ new: String, _ delta: Int) throws {
        let text = Self.refusedText.replacingFirst(old, with: new)
        let start = try #require(Self.refusedText.offset(of: old))
        #expect(throws: ReceiptError.payload(offset: start + delta)) { try Receipt(canonicalBytes: Array(text.utf8)) }
    }

    @Test func refusesBytesThatAreNotUTF8() throws {
        var bytes = try Sample.accepted().canonicalBytes
        let index = try #require(bytes.firstIndex(of: UInt8(ascii: "j")))
        bytes[index] = 0xFF
        #expect(throws: ReceiptError.payload(offset: index - 1)) { try Receipt(canonicalBytes: bytes) }
    }

    @Test func everyShorterTextIsRefused() throws {
        let bytes = try Sample.accepted().canonicalBytes
        for count in 0..<bytes.count {
            #expect(throws: ReceiptError.self) { try Receipt(canonicalBytes: Array(bytes.prefix(count))) }
        }
    }

    @Test func takesItsFindingsFromIssues() {
        let issue = KuayuModel.Issue(
            code: "json.duplicate-key", path: "a/b", position: MessagePosition(offset: 9, line: 2, column: 4),
            message: "twice", help: "remove one")
        let expected = ReceiptIssue(code: "json.duplicate-key", path: "a/b", line: 2, column: 4, message: "twice")
        #expect(ReceiptIssue(issue) == expected)
    }
}

extension String {
    /// Where `part` first begins, in bytes.
    func offset(of part: String) -> Int? {
        let bytes = Array(utf8)
        let wanted = Array(part.utf8)
        return bytes.indices.first { bytes[$0...].starts(with: wanted) }
    }

    /// The text with the first occurrence of `old` replaced; itself when there is none.
    func replacingFirst(_ old: String, with new: String) -> String {
        guard let start = offset(of: old) else { return self }
        let bytes = Array(utf8)
        let end = start + old.utf8.count
        return String(decoding: bytes[..<start] + Array(new.utf8) + bytes[end...], as: UTF8.self)
    }
}
