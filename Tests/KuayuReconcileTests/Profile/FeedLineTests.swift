import KuayuModel
import KuayuReconcile
import Testing

@Suite struct FeedLineTests {
    static let digest = "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    static let eid = "1f6eb50158beebeb51d0397eb2da87b28d1fdbcf5873eaa913e4c8372d76d5d1"
    static let valid = "CSJ202611240000001,1704067200,3,accepted,1704067260,\(digest),\(eid)"

    private func parse(_ text: String) throws(FeedError) -> FeedLine {
        try FeedLine.parse(Array(text.utf8), number: 7, hasIdentities: true)
    }

    @Test(arguments: [
        valid, valid.replacing("1704067260", with: ""), valid.replacing("1704067260", with: "0"),
        valid.replacing(digest, with: "-"), valid.replacing("CSJ202611240000001", with: "KY-1"),
        valid.replacing(",3,", with: ",0,"), valid.replacing(",3,", with: ",2147483647,"),
        valid.replacing("1704067200", with: "1577836800"), valid.replacing("1704067200", with: "3725320447"),
        valid.replacing("accepted", with: String(repeating: "x", count: 64)),
    ])
    func isWrittenAsItIsRead(line: String) throws {
        var bytes: [UInt8] = []
        try parse(line).append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == line + "\n")
    }

    @Test func withoutIdentitiesHasSixColumns() throws {
        let short = String(Self.valid.dropLast(65))
        let line = try FeedLine.parse(Array(short.utf8), number: 2, hasIdentities: false)
        #expect(line.eid == nil && line.row.element.nonce == "-" && line.row.stateAt == 1_704_067_260)
        let error = #expect(throws: FeedError.self) { try parse(short) }
        #expect(error == FeedError(.unreadable, "line 7: 6 columns instead of 7"))
    }

    @Test(arguments: [
        ("CSJ202611240000001", "", "case_id"), ("CSJ202611240000001", "\"CSJ\"", "case_id"),
        ("CSJ202611240000001", "CSJ 1", "case_id"), ("CSJ202611240000001", "CSJ\0", "case_id"),
        ("CSJ202611240000001", "长", "case_id"), ("CSJ202611240000001", String(repeating: "x", count: 65), "case_id"),
        ("1704067200", "", "registered_at"), ("1704067200", "+1704067200", "registered_at"),
        ("1704067200", "01704067200", "registered_at"), ("1704067200", "1577836799", "registered_at"),
        ("1704067200", "3725320448", "registered_at"), ("1704067200", "1704067200.5", "registered_at"),
        (",3,", ",-3,", "version"), (",3,", ",03,", "version"), (",3,", ",2147483648,", "version"),
        (",3,", ",9999999999999999999999,", "version"), ("accepted", "", "status"), ("accepted", "已受理", "status"),
        ("1704067260", "-", "state_at"), ("1704067260", "253402300800", "state_at"),
        ("sha256:ca", "sha256:CA", "content_digest"), ("sha256:ca", "sha256:c", "content_digest"),
        ("sha256:ca", "", "content_digest"), ("1f6eb5", "1F6EB5", "eid"), ("1f6eb5", "1f6eb", "eid"),
        ("d76d5d1", "d76d5d1\r", "eid"), ("1f6eb5", "1f6eb50", "eid"),
    ])
    func isReadStrictly(part: String, replacement: String, column: String) throws {
        try #require(Self.valid.contains(part))
        let line = Self.valid.replacing(part, with: replacement, maxReplacements: 1)
        let error = #expect(throws: FeedError.self) { try parse(line) }
        #expect(error?.kind == .unreadable && error?.detail.hasPrefix("line 7, column \(column): ") == true)
    }

    @Test(arguments: [("", 0), ("a", 0), (valid + ",x", 0), (valid, 400)])
    func refusesWrongColumnsAndLength(line: String, padding: Int) {
        let error = #expect(throws: FeedError.self) { try parse(line + String(repeating: "x", count: padding)) }
        #expect(error?.kind == (padding > 0 ? .limit : .unreadable))
    }

    @Test(
        arguments: [
            (FeedLine.header, true), (FeedLine.headerWithoutIdentities, false), ("", nil),
            ("\u{FEFF}" + FeedLine.header, nil),
            (FeedLine.header + "\r", nil), (FeedLine.header.uppercased(), nil), (FeedLedgerLine.header, nil),
        ] as [(String, Bool?)])
    func knowsTwoHeaders(header: String, hasIdentities: Bool?) {
        #expect((try? FeedLine.readHeader(header.utf8)) == hasIdentities)
    }

    @Test func ledgerLinesCarryTheNonce() throws {
        let element = LedgerElementTests.elements[0]
        let line = FeedLedgerLine(element: element, id: element.id(PortableDigester()))
        var bytes: [UInt8] = []
        line.append(to: &bytes)
        #expect(bytes.removeLast() == UInt8(ascii: "\n"))
        #expect(try FeedLedgerLine.parse(bytes) == line && FeedLedgerLine.canWrite(element))
        let error = #expect(throws: FeedError.self) { try FeedLedgerLine.parse(bytes.dropLast(33)) }
        #expect(error?.kind == .unavailable)
        for damage in ["", "a,b", "a\nb", String(repeating: "a", count: 65)] {
            var other = element
            other.caseID = damage
            #expect(!FeedLedgerLine.canWrite(other))
        }
    }
}
