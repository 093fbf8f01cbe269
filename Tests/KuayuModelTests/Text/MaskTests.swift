import KuayuModel
import Testing

@Suite struct MaskTests {
    @Test(
        arguments: [
            (Mask.citizenNumber, "310101199003070019", "310***********0019"),
            (.citizenNumber, "34011119930322210x", "340***********210x"),
            (.citizenNumber, "310101900307001", "***************"),
            (.citizenNumber, "31010119900307001", "*****************"),
            (.citizenNumber, "3101011990030700199", "******************"),
            (.citizenNumber, "31010119900307001Y", "******************"),
            (.citizenNumber, "E12345678", "*********"),
            (.mobile, "13800001234", "138****1234"), (.mobile, "1380000123", "**********"),
            (.mobile, "138000012345", "************"), (.mobile, "1380000123x", "***********"),
            (.mobile, "02112345678", "***********"),
            (.name, "王小明", "王**"), (.name, "王", "王"), (.name, "欧阳小小明", "欧***"), (.name, "𠮷田太郎", "𠮷***"),
            (.name, "买买提·吐尔逊", "买***"), (.name, "John Smith", "J***"), (.name, "13800001234", "***********"),
            (.name, "王1", "**"), (.name, " 王小明", "****"), (.name, "王\u{0}明", "***"),
            (.address, "浙江省舟山市普陀区沈家门街道1号", "浙江省舟山市普陀区***"),
            (.address, "上海市黄浦区人民大道200号", "上海市黄浦区***"), (.address, "上海市市辖区浦东新区世纪大道1号", "上海市市辖区浦东新区***"),
            (.address, "昆山市玉山镇1号", "昆山市***"), (.address, "江苏省苏州市苏州工业园区1号", "江苏省苏州市苏州工业园区***"),
            (.address, "张江高科技园区1号", "*********"), (.address, "北京市朝阳区1号", "********"),
            (.address, "上海市闸北区1号", "上海市闸北区***"),
            (.creditCode, "91310000MA1FL0000N", "91310000MA1FL0000N"),
            (.creditCode, "310101199003070019", "310***********0019"),
            (.hidden, "任意", "***"), (.hidden, "a", "***"), (.none, "abc", "abc"),
        ] as [(Mask, String, String)])
    func masks(_ mask: Mask, _ text: String, _ expected: String) { #expect(mask.apply(text) == expected) }

    @Test(arguments: Mask.allCases)
    func leavesAnEmptyTextEmpty(_ mask: Mask) { #expect(mask.apply("") == "") }

    /// Whatever comes, no more than first 3 and last 4 characters, the first of a name, or a known division shows.
    @Test func neverShowsMoreOfAnyText() {
        var rng = SeededGenerator(seed: 14)
        let alphabet = Array("0123456789Xx王李·市区县上海江苏 \u{301}\n|")
        for _ in 0..<5_000 {
            let text = String((0..<rng.next(below: 30)).map { _ in alphabet[rng.next(below: alphabet.count)] })
            for mask in [Mask.citizenNumber, .mobile, .name, .hidden] {
                let shown = mask.apply(text).filter { $0 != "*" }
                #expect(shown.count <= (mask == .hidden ? 0 : mask == .name ? 1 : 7), "\(mask): \(text)")
            }
            #expect(Mask.address.apply(text).unicodeScalars.count <= max(18, 20 + 3))
        }
    }

    @Test func aCitizenNumberInTheFieldOfACreditCodeStaysMasked() {
        var rng = SeededGenerator(seed: 16)
        for _ in 0..<500 {
            let number = CitizenNumber.synthetic(using: &rng)
            #expect(Mask.creditCode.apply(number.text) == number.masked)
        }
    }

    @Test func doesNotGiveLengthsAway() {
        #expect(Mask.citizenNumber.apply(String(repeating: "1", count: 5_000)).count == 18)
        #expect(Mask.name.apply(String(repeating: "王", count: 5_000)).count == 4)
    }
}
