import KuayuFormats
import Testing

@Suite struct CanonicalJSONTests {
    private func canonical(_ text: String) throws -> String {
        String(decoding: try CanonicalJSON.canonicalize(try JSONReader.read(text.bytes)), as: UTF8.self)
    }

    /// RFC 8785, 3.2.2 and 3.2.3, and cases in the manner of its reference test data.
    @Test(arguments: [
        (
            #"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"#
                + #""string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#,
            #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
                + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        ),
        (
            #"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","#
                + #""\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#,
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\","
                + "\"\u{F6}\":\"Latin Small Letter O With Diaeresis\",\"\u{20AC}\":\"Euro Sign\","
                + "\"\u{1F600}\":\"Emoji: Grinning Face\",\"\u{FB33}\":\"Hebrew Letter Dalet With Dagesh\"}"
        ),
        (#"[56,{"d":true,"10":null,"1":[]}]"#, #"[56,{"1":[],"10":null,"d":true}]"#),
        (
            #"{"péché":"one","pêche":"two","peach":"three","sin":"four"}"#,
            #"{"peach":"three","péché":"one","pêche":"two","sin":"four"}"#
        ),
        (
            "{\"1\": {\"f\": {\"f\": \"hi\",\"F\": 5} ,\"\\n\": 56.0},\"10\": { },\"\": \"empty\",\"a\": { },"
                + "\"111\": [ {\"e\": \"yes\",\"E\": \"no\" } ],\"A\": { }}",
            #"{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}"#
        ),
        (#"{"a":"\b\f\u007f\u001f"}"#, "{\"a\":\"\\b\\f\u{7F}\\u001f\"}"),
        ("-0", "0"), ("\"x\"", "\"x\""), ("{}", "{}"), ("9007199254740992", "9007199254740992"),
        ("18446744073709550000", "18446744073709550000"), ("-295147905179352830000", "-295147905179352830000"),
    ])
    func writesTheCanonicalForm(_ text: String, _ expected: String) throws {
        #expect(try canonical(text) == expected)
        #expect(try canonical(expected) == expected)
    }

    /// RFC 8785, Appendix B; the bits of the double and its spelling.
    @Test(
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
            (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
            (0xC340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
            (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"), (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
            (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
            (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
            (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
            (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
            (0x41B3_DE43_5555_5557, "333333333.33333343"), (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
            (0x4314_3FF3_C1CB_0959, "1424953923781206.2"), (0x3FF0_0000_0000_0000, "1"), (0x4024_0000_0000_0000, "10"),
            (0x3FE0_0000_0000_0000, "0.5"), (0x4028_AE14_7AE1_47AE, "12.34"),
        ] as [(UInt64, String)])
    func writesNumbersAsECMAScript(_ bits: UInt64, _ expected: String) throws {
        var out: [UInt8] = []
        try CanonicalJSON.appendNumber(Double(bitPattern: bits), to: &out)
        #expect(String(decoding: out, as: UTF8.self) == expected)
    }

    @Test(arguments: [Double.infinity, -Double.infinity, Double.nan])
    func refusesWhatIsNoNumber(_ value: Double) {
        var out: [UInt8] = []
        #expect(throws: FormatError(.numberNotExact, at: 0)) { try CanonicalJSON.appendNumber(value, to: &out) }
        #expect(out == [])
    }

    @Test(arguments: [
        ("[9007199254740993]", 1), ("[1,-9007199254740993]", 3), ("1e400", 0), ("18446744073709549568", 0),
        ("123456789012345678901", 0),
    ])
    func refusesNumbersThatWouldChange(_ text: String, _ offset: Int) {
        #expect(throws: FormatError(.numberNotExact, at: offset)) { try canonical(text) }
    }

    @Test func everyRandomDoubleComesBack() throws {
        var random = SeededGenerator(seed: 8785)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            var out: [UInt8] = []
            try CanonicalJSON.appendNumber(value, to: &out)
            let text = String(decoding: out, as: UTF8.self)
            #expect(Double(text) == value)
            #expect(throws: Never.self) { try JSONReader.read(out) }
        }
    }

    @Test func deepDocumentsNeedNoStack() throws {
        let depth = 100_000
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let tape = try JSONReader.read(text.bytes, limits: FormatLimits(depth: depth))
        #expect(try CanonicalJSON.canonicalize(tape) == text.bytes)
    }
}
