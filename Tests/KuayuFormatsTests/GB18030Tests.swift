import KuayuFormats
import Testing

@Suite struct GB18030Tests {
    /// Codes and scalars.
    ///
    /// Origin: the GB18030 charset of OpenJDK 17.0.15, which implements the edition of 2022
    /// (`scripts/gb18030-golden.java`); Python 3.11 and glibc 2.36 agree except where the editions differ.
    static let vectors: [(String, [UInt32])] = [
        ("00", [0x00]), ("7f", [0x7F]), ("a1a1", [0x3000]), ("8140", [0x4E02]), ("817e", [0x4E8A]),
        ("8180", [0x4E90]), ("fea0", [0x9FBB]), ("fefe", [0xE4C5]), ("a2e3", [0x20AC]), ("a3a0", [0xE5E5]),
        ("aaa1", [0xE000]), ("f8a1", [0xE234]), ("a140", [0xE4C6]),
        // Moved in 2005 and 2022, each with the private-use character that took the other place.
        ("a8bc", [0x1E3F]), ("8135f437", [0xE7C7]), ("a6d9", [0xFE10]), ("a6da", [0xFE12]), ("a6db", [0xFE11]),
        ("a6df", [0xFE16]), ("a6ec", [0xFE17]), ("a6ed", [0xFE18]), ("a6f3", [0xFE19]), ("84318236", [0xE78D]),
        ("84318335", [0xE796]), ("fe59", [0x9FB4]), ("fe61", [0x9FB5]), ("fe66", [0x9FB6]), ("fe67", [0x9FB7]),
        ("fe6d", [0x9FB8]), ("fe7e", [0x9FB9]), ("fe90", [0x9FBA]), ("82359037", [0xE81E]),
        // Not moved.
        ("a6fe", [0xE79F]), ("fe51", [0xE816]), ("95329031", [0x20087]),
        ("81308130", [0x80]), ("8431a439", [0xFFFF]), ("84319533", [0xFEFF]), ("8336c738", [0xD7FF]),
        ("90308130", [0x10000]), ("e3329a35", [0x10FFFF]),
        ("c1fafe569534b235", [0x9F99, 0x3447, 0x20BB7]),
    ]

    @Test(arguments: vectors)
    func decodesAndEncodes(_ hex: String, _ scalars: [UInt32]) throws {
        let code = try Hex.decode(hex)
        let text = String(String.UnicodeScalarView(scalars.compactMap(Unicode.Scalar.init)))
        #expect(String(decoding: try GB18030.decode(code).bytes, as: UTF8.self).unicodeScalars.map(\.value) == scalars)
        #expect(Hex.encode(try GB18030.encode(text.bytes, repertoire: .gb18030)) == hex)
    }

    /// The FNV-1a digest of the codes of all 1,112,064 scalars in order, as `scripts/gb18030-golden.java` printed it
    /// with OpenJDK 17.0.15.
    @Test func everyScalarHasTheCodeThatOpenJDKGivesAndComesBack() throws {
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for block in stride(from: UInt32(0), to: 0x110000, by: 0x1000) {
            let scalars = (block..<block + 0x1000).compactMap(Unicode.Scalar.init)
            let text = String(String.UnicodeScalarView(scalars)).bytes
            let code = try GB18030.encode(text, repertoire: .gb18030)
            for byte in code { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
            #expect(try GB18030.decode(code).bytes == text, "block \(block)")
        }
        #expect(digest == 0xE5D6_199E_9510_0FFD)
    }

    @Test(arguments: [
        ("80", FormatError(.invalidGB18030, at: 0)), ("ff", FormatError(.invalidGB18030, at: 0)),
        ("6180", FormatError(.invalidGB18030, at: 1)), ("817f", FormatError(.invalidGB18030, at: 0)),
        ("81ff", FormatError(.invalidGB18030, at: 0)), ("8120", FormatError(.invalidGB18030, at: 0)),
        ("c1fa81", FormatError(.truncatedGB18030, at: 2)), ("8130", FormatError(.truncatedGB18030, at: 0)),
        ("813081", FormatError(.truncatedGB18030, at: 0)), ("813080", FormatError(.invalidGB18030, at: 0)),
        ("8130813a", FormatError(.invalidGB18030, at: 0)), ("8130ff30", FormatError(.invalidGB18030, at: 0)),
        ("8431a530", FormatError(.invalidGB18030, at: 0)), ("8f39fe39", FormatError(.invalidGB18030, at: 0)),
        ("e3329a36", FormatError(.invalidGB18030, at: 0)), ("fe39fe39", FormatError(.invalidGB18030, at: 0)),
        ("c1fac1fa80c1fa", FormatError(.invalidGB18030, at: 4)),
    ])
    func refuses(_ hex: String, _ expected: FormatError) throws {
        let code = try Hex.decode(hex)
        #expect(refusal { () throws(FormatError) in try GB18030.decode(code).bytes } == expected)
    }

    @Test func gbkTakesNoFourByteCodes() throws {
        let code = try Hex.decode("c1fa95349032")
        let error = refusal { () throws(FormatError) in try GB18030.decode(code, repertoire: .gbk).bytes }
        #expect(error == FormatError(.fourByteInGBK, at: 2))
        #expect(try GB18030.decode(Array(code[..<2]), repertoire: .gbk).bytes == "龙".bytes)
    }

    /// The characters of GBK; Python 3.11's `gbk` codec has the same 21,791 beside ASCII.
    @Test func gbkHasItsRepertoire() {
        var count = 0
        var sum: UInt64 = 0
        for scalar in (UInt32(0x80)...0xFFFF).compactMap(Unicode.Scalar.init) {
            let text = String(scalar).bytes
            if GB18030.unencodableOffsets(in: text, repertoire: .gbk).isEmpty {
                count += 1
                sum += UInt64(scalar.value)
            }
        }
        #expect(count == 21_791)
        #expect(sum == 653241050)
    }

    @Test(
        arguments: [
            ("办件龙", nil), ("x㑇", 1), ("龙㑇", 3), ("€", 0), ("ab𠮷", 2), ("\u{E000}", 0), ("\u{FE10}", 0), ("ǹ", 0),
            ("·—", nil),
        ] as [(String, Int?)])
    func gbkRefusesWhatItDoesNotHave(_ text: String, _ offset: Int?) {
        let error = refusal { () throws(FormatError) in try GB18030.encode(text.bytes, repertoire: .gbk) }
        #expect(error == offset.map { FormatError(.notInRepertoire(.gbk), at: $0) })
    }

    @Test func namesEveryCharacterThatCannotBeWritten() {
        #expect(GB18030.unencodableOffsets(in: "龙㑇x𠮷".bytes, repertoire: .gbk) == [3, 7])
        #expect(GB18030.unencodableOffsets(in: "龙㑇x𠮷".bytes, repertoire: .gb18030) == [])
        #expect(GB18030.unencodableOffsets(in: [0x61, 0xFF, 0x61], repertoire: .gb18030) == [1])
    }

    @Test func encodingRefusesBrokenUTF8() {
        let error = refusal { () throws(FormatError) in
            try GB18030.encode([0x61, 0xED, 0xA0, 0x80], repertoire: .gb18030)
        }
        #expect(error == FormatError(.invalidUTF8, at: 1))
    }

    @Test func offsetsLeadBackToTheOriginal() throws {
        // 3,000 repetitions take the map over many checkpoints.
        let unit = "a龙㑇𠮷é"
        let text = String(repeating: unit, count: 3_000)
        let code = try GB18030.encode(text.bytes, repertoire: .gb18030)
        let (bytes, map) = try GB18030.decode(code)
        let unitCode = code.count / 3_000
        let unitBytes = unit.utf8.count
        for repetition in [0, 1, 77, 1_500, 2_999] {
            let (derived, source) = (repetition * unitBytes, repetition * unitCode)
            #expect(
                (0..<unitBytes).map { map.sourceOffset(derived + $0) - source } == [
                    0, 1, 1, 1, 3, 3, 3, 5, 5, 5, 5, 9, 9,
                ])
        }
        #expect(map.sourceOffset(bytes.count) == code.count)
        #expect(map.sourceOffset(bytes.count + 9) == code.count)
    }

    @Test func mapsCompose() throws {
        // JSON inside JSON inside GB 18030.
        let document = #"{"名":"[\"龙\",\"\u9f99\",x]"}"#
        let code = try TextEncoding.gb18030.encode(document.bytes)
        let (bytes, outer) = try TextEncoding.gb18030.decode(code)
        let tape = try JSONReader.read(bytes)
        let (inner, map) = JSONReader.embeddedText(tape, 1)
        let error = try #require(refusal { () throws(FormatError) in try JSONReader.read(inner) })
        let offset = map.then(outer).sourceOffset(error.offset)
        #expect(code[offset] == UInt8(ascii: "x"))
        #expect(SourceMap.identity.then(outer).sourceOffset(2) == 2)
        #expect(sourcePosition(of: offset, in: code, encoding: .gb18030).column == 25)
    }
}
