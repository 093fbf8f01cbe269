import KuayuFormats
import Testing

/// Any bytes give a tape or an error, never a crash; and what a reader takes is sound.
@Suite struct MutationTests {
    static let json = #"""
        {"isSuccess":true,"msg":"","batch":{"from":"2026-03-02 20:00","count":2},"apply":[{"suid":"3100\u4e2d",
        "toll":"12.50","n":-1.5e+3,"x":null,"memo":"a\\b\"c\ud842\udfb7","materials":[{"a":1},{"a":[]}]}]}
        """#
    static let xml = """
        <?xml version="1.0" encoding="GB18030"?>\r\n<ApproveDataInfo xmlns:p="u"><Header a="1" b='x&amp;y'>t</Header>
        <!-- c --><List><p:I>&#x20BB7;&lt;</p:I><I/><I><![CDATA[<x>]]]]></I></List><?pi x?><名>龙㑇𠮷</名></ApproveDataInfo>
        """
    static let pipe = "#BJ|v3|340000\n1|a\\|b|龙\\n\n2|\\\\|x\r\n3||"
    static let csv = "local,canonical\r\n\"a,\"\"b\",c\r\n龙,\"x\ny\"\r\n"
    static let pieces = [
        "<", ">", "/>", "</", "]]>", "<![CDATA[", "<!--", "-->", "<?", "?>", "&", ";", "\"", "'", "\\", "\\u", "{", "}",
        "[", "]",
        ",", ":", "|", "\n", "\r", "=", "xmlns:", "\u{0}", "e", "-", "𠮷",
    ].map(\.bytes)

    /// One to four edits: a byte changed, removed, a piece put in, a part doubled, an end cut off.
    private func mutate(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: at)
            case 2: bytes.insert(contentsOf: Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)], at: at)
            case 3: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 20)], at: at)
            default: if Int.random(in: 0..<4, using: &random) == 0 { bytes.removeLast(bytes.count - at) }
            }
        }
        return bytes
    }

    /// Runs one reader over mutated samples; returns how many were taken.
    private func run(
        _ sample: String, seed: UInt64, count: Int, _ read: ([UInt8]) throws(FormatError) -> Tape
    ) -> Int {
        var random = SeededGenerator(seed: seed)
        var taken = 0
        for round in 0..<count {
            let bytes = mutate(sample.bytes, &random)
            do {
                let tape = try read(bytes)
                let fault = structureFault(tape)
                #expect(fault == nil, "seed \(seed), round \(round)")
                taken += 1
            } catch {
                #expect(0...bytes.count ~= error.offset, "seed \(seed), round \(round)")
            }
        }
        return taken
    }

    @Test func json() {
        let taken = run(Self.json, seed: 11, count: 7_000) { bytes throws(FormatError) in try JSONReader.read(bytes) }
        #expect(0 < taken && taken < 7_000)
    }

    @Test func xml() {
        let taken = run(Self.xml, seed: 12, count: 7_000) { bytes throws(FormatError) in try XMLReader.read(bytes) }
        #expect(0 < taken && taken < 7_000)
    }

    @Test func tables() {
        for (sample, dialect) in [(Self.pipe, DelimitedDialect.pipe), (Self.csv, .csv)] {
            let taken = run(sample, seed: 13, count: 3_000) { bytes throws(FormatError) in
                let (tape, errors) = DelimitedReader.table(bytes, columns: ["a", "b", "c"], from: 0, dialect: dialect)
                if errors.isEmpty != (refusalOfRows(bytes, dialect) == nil) && errors.allSatisfy(isNoColumnCount) {
                    throw FormatError(.invalidHex, at: -1)
                }
                return tape
            }
            #expect(taken == 3_000)
        }
    }

    private func refusalOfRows(_ bytes: [UInt8], _ dialect: DelimitedDialect) -> FormatError? {
        refusal { () throws(FormatError) in try DelimitedReader.rows(bytes, dialect: dialect) }
    }

    private func isNoColumnCount(_ error: FormatError) -> Bool {
        if case .delimitedColumnCount = error.kind { false } else { true }
    }

    @Test func gb18030() throws {
        let sample = try GB18030.encode(Self.xml.bytes, repertoire: .gb18030)
        var random = SeededGenerator(seed: 14)
        for round in 0..<3_000 {
            let bytes = mutate(sample, &random)
            do {
                let (text, map) = try GB18030.decode(bytes)
                #expect(try GB18030.encode(text, repertoire: .gb18030) == bytes, "round \(round)")
                #expect(map.sourceOffset(text.count) == bytes.count)
            } catch {
                #expect(0..<bytes.count ~= error.offset, "round \(round)")
            }
        }
    }

    /// Pure noise, short enough that much of it is taken.
    @Test func noise() {
        var random = SeededGenerator(seed: 15)
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)][0]
            }
            for result in [
                refusal { () throws(FormatError) in structureFault(try JSONReader.read(bytes)) },
                refusal { () throws(FormatError) in structureFault(try XMLReader.read(bytes)) },
            ] {
                if let result { #expect(0...bytes.count ~= result.offset) }
            }
            _ = XMLReader.declaredEncoding(of: bytes)
        }
    }
}
