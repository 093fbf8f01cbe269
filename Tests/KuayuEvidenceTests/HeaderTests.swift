import KuayuEvidence
import KuayuModel
import Testing

@Suite struct CaseHeaderTests {
    private static let digest = "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    private static let member =
        "\"CSJ202611240000001\";v=3;s=\"accepted\";at=1795478400;n=\"000102030405060708090a0b0c0d0e0f\";d=\"\(digest)\""

    @Test func writesOneMemberPerCase() throws {
        let uncompared = try Sample.registration(version: 1, status: .submitted, content: nil)
        let written = try CaseHeader.write([Sample.registration(), uncompared])
        let second =
            "\"CSJ202611240000001\";v=1;s=\"submitted\";at=1795478400;n=\"000102030405060708090a0b0c0d0e0f\";d=\"-\""
        #expect(written == Self.member + ", " + second)
        #expect(try CaseHeader.parse(written) == [Sample.registration(), uncompared])
    }

    @Test(arguments: CaseState.allCases)
    func readsEveryState(_ state: CaseState) throws {
        let entry = try Sample.registration(status: state)
        #expect(try CaseHeader.parse(CaseHeader.write([entry])) == [entry])
    }

    @Test func readsAnyOrderAndPassesOverOtherParameters() throws {
        let text =
            "\"CSJ202611240000001\";d=\"\(Self.digest)\"; n=\"000102030405060708090a0b0c0d0e0f\";x;at=1795478400"
            + ";v=9;s=\"accepted\";v=3"
        #expect(try CaseHeader.parse(text) == [Sample.registration()])
    }

    @Test func anEmptyHeaderHasNoCases() throws {
        #expect(try CaseHeader.write([]) == "")
        #expect(try CaseHeader.parse("").isEmpty)
    }

    /// Each row changes one piece of a good member; the number counts from where the change begins.
    @Test(
        arguments: [
            ("\"CSJ202611240000001\"", "CSJ202611240000001", StructuredFieldError.Kind.member, 0),
            ("CSJ20261124", "CSJ20261131", .member, -1),
            (";v=3", "", .missingParameter("v"), nil),
            (";s=\"accepted\"", "", .missingParameter("s"), nil),
            (";at=1795478400", "", .missingParameter("at"), nil),
            (";d=", ";e=", .missingParameter("d"), nil),
            ("v=3", "v=0", .parameter("v"), 0),
            ("v=3", "v=-1", .parameter("v"), 0),
            ("v=3", "v=3.0", .parameter("v"), 0),
            ("v=3", "v=\"3\"", .parameter("v"), 0),
            ("v=3", "v=1000000000000000", .number, 2),
            ("s=\"accepted\"", "s=accepted", .parameter("s"), 0),
            ("s=\"accepted\"", "s=\"6\"", .parameter("s"), 0),
            ("at=1795478400", "at=-1", .parameter("at"), 0),
            ("at=1795478400", "at=@1795478400", .parameter("at"), 0),
            ("n=\"00", "n=\" 00", .parameter("n"), 0),
            ("n=\"000102030405060708090a0b0c0d0e0f\"", "n=\"\"", .parameter("n"), 0),
            ("d=\"sha256:ca", "d=\"sha256:CA", .parameter("d"), 0),
            ("d=\"sha256:ca", "d=\"ca", .parameter("d"), 0),
            (";v=3", "; v =3", .character, 4),
        ] as [(String, String, StructuredFieldError.Kind, Int?)])
    func refuses(_ old: String, _ new: String, _ kind: StructuredFieldError.Kind, _ delta: Int?) throws {
        let text = Self.member.replacingFirst(old, with: new)
        let start = try #require(Self.member.offset(of: old))
        // What is missing is reported at the member, 0.
        let offset = delta.map { start + $0 } ?? 0
        #expect(throws: StructuredFieldError(kind, offset: offset)) { try CaseHeader.parse(text) }
    }

    @Test func reportsPlacesInLaterMembers() throws {
        let text = Self.member + ", " + Self.member.replacingFirst("v=3", with: "v=0")
        let offset = Self.member.utf8.count + 2 + 21
        #expect(throws: StructuredFieldError(.parameter("v"), offset: offset)) { try CaseHeader.parse(text) }
    }

    @Test(arguments: [(0, false), (1, true), (64, true), (65, false)])
    func aNonceHasALimit(_ count: Int, _ isFine: Bool) throws {
        var entry = try Sample.registration()
        entry.nonce = String(repeating: "a", count: count)
        let written = try? CaseHeader.write([entry])
        #expect((written != nil) == isFine)
    }
}

@Suite struct ListHeaderTests {
    @Test func messageIDsAreQuoted() throws {
        let ids = ["CSJ202611240000001-v3-330000", "a \"b\"", "1"]
        let written = try MessageIDHeader.write(ids)
        #expect(written == "\"CSJ202611240000001-v3-330000\", \"a \\\"b\\\"\", \"1\"")
        #expect(try MessageIDHeader.parse(written) == ids)
        #expect(try MessageIDHeader.parse("abc, \"d\"") == ["abc", "d"])
    }

    @Test func messageIDsHaveALimit() throws {
        let longest = String(repeating: "m", count: MessageIDHeader.limitBytes)
        #expect(try MessageIDHeader.parse(MessageIDHeader.write([longest])) == [longest])
        for wrong in ["", longest + "m"] {
            #expect(throws: StructuredFieldError(.member, offset: 0)) { try MessageIDHeader.write([wrong]) }
            #expect(throws: StructuredFieldError(.member, offset: 0)) { try MessageIDHeader.parse("\"\(wrong)\"") }
        }
        #expect(throws: StructuredFieldError(.character, offset: 0)) { try MessageIDHeader.write(["报文"]) }
        #expect(throws: StructuredFieldError(.member, offset: 3)) { try MessageIDHeader.parse("a, 7") }
    }

    @Test func receiptsStandAsTokens() throws {
        let receipts = try [Sample.accepted(), Sample.refused()].map { try ReceiptJWS.sign($0, by: TestSigner()) }
        let written = ReceiptHeader.write(receipts)
        #expect(written == receipts[0] + ", " + receipts[1])
        #expect(try ReceiptHeader.parse(written) == receipts)
        #expect(try ReceiptHeader.parse("\"\(receipts[0])\"") == [receipts[0]])
    }
}

@Suite struct ContentDigestHeaderTests {
    /// RFC 9530, appendix D: the digest of `{"hello": "world"}` and a new line.
    private static let example = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    private let digest = ContentDigest(of: "{\"hello\": \"world\"}\n")

    @Test func writesTheDigest() { #expect(ContentDigestHeader.write(digest) == Self.example) }

    @Test(arguments: [
        Self.example, "sha-512=:AAAA:, \(Self.example)", "\(Self.example), unixsum=1234;x",
        "md5=:AA==:,\(Self.example);q=1", "sha-256=?0, \(Self.example)",
        "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg:",
    ])
    func readsItAmongOthers(_ value: String) throws {
        #expect(try ContentDigestHeader.parse(value) == digest)
    }

    @Test(arguments: ["", "sha-512=:AAAA:", "unixsum=30637"])
    func findsNone(_ value: String) throws { #expect(try ContentDigestHeader.parse(value) == nil) }

    @Test(
        arguments: [
            ("sha-256=:AAAA:", StructuredFieldError.Kind.member, 8),
            ("sha-256=RK", .member, 8), ("sha-256", .member, 0), ("a, sha-256=()", .member, 0),
            ("SHA-256=:AAAA:", .character, 0), ("sha-256=:!:", .base64, 9), ("sha-256=:AAAA:,", .character, 15),
        ] as [(String, StructuredFieldError.Kind, Int)])
    func refuses(_ value: String, _ kind: StructuredFieldError.Kind, _ offset: Int) {
        #expect(throws: StructuredFieldError(kind, offset: offset)) { try ContentDigestHeader.parse(value) }
    }
}
