import KuayuModel
import Testing

@Suite struct RegionCodeTests {
    @Test(arguments: ["310000", "310101", "999999", "100000"])
    func takesSixDigits(_ text: String) throws {
        #expect(try #require(RegionCode(text)).text == text)
        #expect(RegionCode(utf8: Array(text.utf8)) == RegionCode(text))
    }

    @Test(arguments: ["", "31000", "3100000", "31000a", "３10000", "010000", "-10000", " 31000", "310000\n"])
    func refusesAnythingElse(_ text: String) {
        #expect(RegionCode(text) == nil)
    }

    @Test(
        arguments: [(UInt32(99_999), false), (100_000, true), (999_999, true), (1_000_000, false)] as [(UInt32, Bool)])
    func boundsTheNumber(_ value: UInt32, _ isTaken: Bool) {
        #expect((RegionCode(value: value) != nil) == isTaken)
    }

    @Test func knowsItsProvinceAndName() throws {
        let pudong = try #require(RegionCode("310115"))
        #expect(pudong.province == .shanghai)
        #expect(pudong.name == "浦东新区")
        #expect(RegionCode.federated.map(\.name) == ["上海", "江苏", "浙江", "安徽"])
        #expect(RegionCode("110101")?.name == "110101")
        #expect(RegionCode.shanghai < .jiangsu)
        #expect(RegionCode.federated.map(\.text) == ["310000", "320000", "330000", "340000"])
    }

    @Test(
        arguments: [
            ("330000", "330903", true), ("330900", "330903", true), ("330900", "330000", false),
            ("330903", "330903", true), ("330900", "331000", false), ("310000", "330903", false),
        ] as [(String, String, Bool)])
    func containsByItsDigits(_ outer: String, _ inner: String, _ expected: Bool) throws {
        #expect(try #require(RegionCode(outer)).contains(#require(RegionCode(inner))) == expected)
    }
}
