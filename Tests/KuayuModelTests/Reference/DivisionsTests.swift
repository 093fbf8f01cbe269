import KuayuModel
import Testing

@Suite struct DivisionsTests {
    let divisions = Divisions.standard

    @Test(
        arguments: [
            ("310115", "上海市/浦东新区"), ("330903", "浙江省/舟山市/普陀区"), ("320576", "江苏省/苏州市/苏州工业园区"),
            ("340000", "安徽省"), ("340100", "安徽省/合肥市"), ("310108", "上海市/闸北区"), ("320602", "江苏省/南通市/崇川区"),
        ] as [(String, String)])
    func writesPaths(_ code: String, _ path: String) throws {
        #expect(try divisions.path(#require(RegionCode(code))) == path)
    }

    @Test(
        arguments: [
            ("310115", "310115"), ("310108", "310106"), ("320621", "320685"), ("320684", "320614"),
            ("341400", "340100"),
            ("320602", "320613"), ("320576", "320576"),
        ] as [(String, String)])
    func followsAbolishedCodes(_ code: String, _ current: String) throws {
        let code = try #require(RegionCode(code))
        #expect(divisions.isKnown(code))
        #expect(divisions.current(code)?.text == current)
    }

    @Test func doesNotKnowCodesOutsideTheTable() throws {
        for text in ["110000", "319999", "330001"] {
            let code = try #require(RegionCode(text))
            #expect(!divisions.isKnown(code))
            #expect(divisions.current(code) == nil)
            #expect(divisions.name(code) == nil)
            #expect(divisions.path(code) == nil)
        }
    }

    @Test(
        arguments: [
            ("330903", "330903"), ("330903001002", "330903"), ("330999001002", "330900"), ("339999001002", "330000"),
            ("110101001002", nil), ("33090300100", nil), ("3309030010021", nil), ("33090a", nil), ("", nil),
            ("330903001O02", nil),
        ] as [(String, String?)])
    func looksUpLongCodesByTheirLongestKnownPrefix(_ text: String, _ code: String?) {
        #expect(divisions.division(containing: text)?.code.text == code)
    }

    @Test(
        arguments: [
            ("浙江省/舟山市/普陀区", "330903"), ("上海市/普陀区", "310107"), ("上海市/市辖区/浦东新区", "310115"),
            ("上海市/浦东新区", "310115"), ("上海市浦东新区", "310115"), ("上海市市辖区浦东新区", "310115"), ("上海市", "310000"),
            ("上海市/市辖区", "310000"), ("上海市市辖区", "310000"), ("上海市/县/崇明区", "310151"),
            ("浙江省/普陀区", "330903"), ("浙江省舟山市普陀区", "330903"), ("浙江省舟山市", "330900"),
            ("江苏省/南京市/鼓楼区", "320106"), ("江苏省徐州市鼓楼区", "320302"), ("江苏省/南通市/崇川区", "320613"),
            ("江苏省/南通市/海门市", "320684"), (" 浙江省 / 舟山市 /　普陀区 ", "330903"), ("安徽省/巢湖市", "340181"),
            ("上海市/闸北区", "310108"), ("江苏省/苏州市/苏州工业园区", "320576"), ("江苏省/昆山市", "320583"),
        ] as [(String, String)])
    func readsPaths(_ path: String, _ code: String) {
        #expect(divisions.resolve(path: path).code?.text == code)
    }

    @Test(
        arguments: [
            ("江苏省/鼓楼区", ["320106", "320302"]), ("江苏省鼓楼区", ["320106", "320302"]), ("普陀区", ["310107", "330903"]),
            ("浦东新区", ["310115"]), ("鼓楼区", ["320106", "320302"]),
        ] as [(String, [String])])
    func saysWhenAPathIsAmbiguous(_ path: String, _ codes: [String]) {
        #expect(divisions.resolve(path: path) == .ambiguous(codes.compactMap { RegionCode($0) }))
    }

    @Test(arguments: [
        "", "/", "浙江省/浦东新区", "浙江", "北京市/朝阳区", "上海市/浦东", "舟山市/普陀区/浙江省", "上海市浦东新区花木街道",
        "浙江省/舟山市/普陀区/沈家门街道",
    ])
    func doesNotGuess(_ path: String) { #expect(divisions.resolve(path: path) == .unknown) }

    @Test(
        arguments: [
            ("普陀区", "310000", "310107"), ("普陀区", "330000", "330903"), ("浦东新区", "310000", "310115"),
            ("上海市/市辖区/浦东新区", "310000", "310115"), ("上海市/浦东新区", "310000", "310115"),
            ("市辖区/浦东新区", "310000", "310115"), ("上海市", "310000", "310000"), ("舟山市/普陀区", "330000", "330903"),
            ("舟山市普陀区", "330000", "330903"), ("舟山市", "330900", "330900"), ("普陀区", "330900", "330903"),
            ("鼓楼区", "320100", "320106"), ("江苏省/鼓楼区", "320300", "320302"), ("静安区", "310000", "310106"),
        ] as [(String, String, String)])
    func readsNamesWithinARegion(_ name: String, _ region: String, _ code: String) throws {
        #expect(try divisions.resolve(name: name, within: #require(RegionCode(region))).code?.text == code)
    }

    @Test func namesLeadNowhereOutsideTheirRegion() throws {
        #expect(divisions.resolve(name: "普陀区", within: .anhui) == .unknown)
        #expect(divisions.resolve(name: "浙江省/舟山市/普陀区", within: .shanghai) == .unknown)
        #expect(divisions.resolve(name: "", within: .shanghai) == .unknown)
        #expect(divisions.resolve(name: "浦东新区", within: try #require(RegionCode("110000"))) == .unknown)
        let gulou = ["320106", "320302"].compactMap { RegionCode($0) }
        #expect(divisions.resolve(name: "鼓楼区", within: .jiangsu) == .ambiguous(gulou))
    }

    @Test func everyPathReadsBack() {
        for division in divisions.all where division.isInForce {
            #expect(divisions.path(division.code).map { divisions.resolve(path: $0) } == .found(division.code))
        }
    }

    @Test func knowsTheTable() throws {
        #expect(divisions.all.count == 361)
        #expect(divisions.children(of: .shanghai).filter(\.isInForce).count == 16)
        let shanghai = try #require(divisions.division(.shanghai))
        #expect(shanghai.level == .province && shanghai.parent == nil && shanghai.status == .current)
        #expect(shanghai.centre.map { abs($0.longitude - 121.47) < 0.01 && abs($0.latitude - 31.23) < 0.01 } == true)
    }

    static let header = "code,name,level,parent,status,replaced_by,lon,lat\n"

    @Test(
        arguments: [
            ("31000,上海市,province,,current,,,\n", 2), ("310000,上海市,town,,current,,,\n", 2),
            ("310000,上海市,province,,current,,,\n310000,上海市,province,,current,,,\n", 3),
            ("310101,黄浦区,county,310000,current,,,\n", 2),
            ("310000,上海市,province,,current,,,\n320101,黄浦区,county,310000,current,,,\n", 3),
            ("310000,上海市,province,310000,current,,,\n", 2),
            ("310000,上海市,province,,abolished,,,\n", 2), ("310000,上海市,province,,current,320000,,\n", 2),
            ("310000,上海市,province,,abolished,310000,,\n", 2), ("310000,上海市,province,,abolished,320000,,\n", 2),
            ("310000,上海市,province,,current,,181,31\n", 2), ("310000,上海市,province,,current,,east,31\n", 2),
            ("310000,上海市,province,,current,,\n", 2), ("\"310000,上海市,province,,current,,,\n", 2),
            ("310000,上\"海,province,,current,,,\n", 2), ("310000,\"上海\"市,province,,current,,,\n", 2),
        ] as [(String, Int)])
    func refusesBrokenTables(_ rows: String, _ line: Int) {
        let error = #expect(throws: ReferenceError.self) { try Divisions(csv: Array((Self.header + rows).utf8)) }
        #expect(error?.line == line)
    }

    @Test func readsQuotedValuesAndOtherLineEnds() throws {
        let rows = "310000,\"上海,\"\"市\"\"\nx\",province,,current,,,\r\n\r\n310101,黄浦区,county,310000,current,,,"
        let table = try Divisions(csv: Array((Self.header.replacing("\n", with: "\r\n") + rows).utf8))
        #expect(table.name(.shanghai) == "上海,\"市\"\nx")
        #expect(table.all.count == 2)
    }

    @Test func refusesBytesThatAreNotUTF8() {
        let bytes = Array(Self.header.utf8) + [0x33, 0xFF, 0x0A]
        #expect(throws: ReferenceError.self) { try Divisions(csv: bytes) }
        #expect(throws: ReferenceError.self) { try Divisions(csv: []) }
    }
}
