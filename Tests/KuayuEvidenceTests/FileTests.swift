import KuayuEvidence
import KuayuModel
import Testing

private let digest = "sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
private let registered = "m|CSJ202611240000001|3|1795478400|000102030405060708090a0b0c0d0e0f|accepted|\(digest)"

@Suite struct FileAckTests {
    @Test func writesOneLinePerCase() throws {
        let uncompared = try Sample.registration(content: nil)
        let ack = FileAck(lines: [
            .init(
                number: "AH1", answer: .accepted(.init(messageID: "m", registration: try Sample.registration()))),
            .init(number: "AH2", answer: .refused(reason: "代码 9|x\n不明\\")),
            .init(number: "AH3", answer: .accepted(nil)),
            .init(number: "A|4", answer: .accepted(.init(messageID: "m|5", registration: uncompared))),
        ])
        let last = "A\\|4|0||m\\|5|CSJ202611240000001|3|1795478400|000102030405060708090a0b0c0d0e0f|accepted|-"
        let expected = ["AH1|0||" + registered, "AH2|1|代码 9\\|x\\n不明\\\\", "AH3|0|", last]
        #expect(ack.text == expected.map { $0 + "\n" }.joined())
        #expect(try FileAck(text: ack.text) == ack)
    }

    @Test func readsWhatOthersWrite() throws {
        let ack = try FileAck(text: "\u{FEFF}AH1|0|\r\n\r\nAH2|1|no")
        let expected = [
            FileAck.Line(number: "AH1", answer: .accepted(nil)),
            FileAck.Line(number: "AH2", answer: .refused(reason: "no")),
        ]
        #expect(ack.lines == expected)
    }

    @Test(
        arguments: [
            ("", FileTextError.Kind.empty, 1), ("\n\r\n", .empty, 1), ("AH1|0", .columnCount(2), 1),
            ("AH1|0||m", .columnCount(4), 1), ("AH1|0||\(registered)|x", .columnCount(11), 1),
            ("AH1|1||\(registered)", .columnCount(10), 1), ("|0|", .column("number"), 1),
            ("AH1|0|\nAH2|2|", .column("result"), 2), ("AH1|1|a\\x", .escape, 1), ("\nAH1|1|a\\", .escape, 2),
        ] as [(String, FileTextError.Kind, Int)])
    func refuses(_ text: String, _ kind: FileTextError.Kind, _ line: Int) {
        #expect(throws: FileTextError(kind, line: line)) { try FileAck(text: text) }
    }

    @Test func refusesMoreThanItsLimit() throws {
        let atLimit = "AH1|1|" + String(repeating: "n", count: FileText.limitBytes - 6)
        #expect(try FileAck(text: atLimit).lines.count == 1)
        #expect(throws: FileTextError(.tooLong, line: 1)) { try FileAck(text: atLimit + "n") }
    }

    /// Each row changes one column of a good line.
    @Test(arguments: [
        ("|m|", "||", "message"), ("CSJ2026", "KY-2026", "case"), ("|3|", "|0|", "version"), ("|3|", "|+3|", "version"),
        ("|3|", "|3.0|", "version"), ("|3|", "|1000000000000000|", "version"), ("|1795478400|", "||", "at"),
        ("|1795478400|", "|-1|", "at"), ("|0001", "|00 1", "nonce"), ("accepted", "已受理", "status"),
        ("sha256:", "sm3:", "content"), (digest, "", "content"),
    ])
    func refusesAColumn(_ old: String, _ new: String, _ column: String) {
        let text = ("AH1|0||" + registered).replacingFirst(old, with: new)
        #expect(throws: FileTextError(.column(column), line: 1)) { try FileAck(text: text) }
    }
}

@Suite struct FileManifestTests {
    private static let sm3 = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

    @Test func writesTheHeadAndOneLinePerCase() throws {
        let message = RegisteredMessage(messageID: "m", registration: try Sample.registration())
        let manifest = FileManifest(
            lineCount: 2, sm3: Self.sm3, entries: [.init(number: "AH1", message: message)])
        #expect(manifest.text == "2 \(Self.sm3)\nAH1|\(registered)\n")
        #expect(try FileManifest(text: manifest.text) == manifest)
    }

    @Test(arguments: [
        "0 \(Self.sm3)", "0 \(Self.sm3)\r\n", "\u{FEFF}0\t \(Self.sm3.uppercased())  \n\n", "\n0 \(Self.sm3)\n",
    ])
    func readsAHeadAlone(_ text: String) throws {
        #expect(try FileManifest(text: text) == FileManifest(lineCount: 0, sm3: Self.sm3))
    }

    @Test(
        arguments: [
            ("", FileTextError.Kind.empty, 1), ("2", .head, 1), (Self.sm3, .head, 1), ("-1 \(Self.sm3)", .head, 1),
            ("two \(Self.sm3)", .head, 1), ("1000000000000000 \(Self.sm3)", .head, 1), ("2 \(Self.sm3)0", .head, 1),
            ("2 \(Self.sm3.dropLast())", .head, 1), ("2 \(Self.sm3.dropLast())g", .head, 1),
            ("2 \(Self.sm3) x", .head, 1),
            ("2|\(Self.sm3)", .head, 1), ("2 \(Self.sm3)\nAH1|m", .columnCount(2), 2),
            ("2 \(Self.sm3)\n|\(registered)", .column("number"), 2),
            ("2 \(Self.sm3)\nAH1|\(registered)|", .columnCount(9), 2),
            ("2 \(Self.sm3)\nAH1|\(registered)\nAH2|\\q", .escape, 3),
        ] as [(String, FileTextError.Kind, Int)])
    func refuses(_ text: String, _ kind: FileTextError.Kind, _ line: Int) {
        #expect(throws: FileTextError(kind, line: line)) { try FileManifest(text: text) }
    }
}
