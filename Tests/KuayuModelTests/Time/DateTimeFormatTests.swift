import KuayuModel
import Testing

@Suite struct DateTimeFormatTests {
    static let patterns = [
        "yyyyMMddTHHmmss", "yyyyMMddHHmmss", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.S",
        "yyyy-MM-ddTHH:mm:ss.SSS+08:00", "yyyy-MM-dd HH:mm", "yyyyMMdd", "yyyy-MM-dd", "yyyy年MM月dd日 HH时mm分",
        "dd/MM/yyyy", "HHmmss yyyyMMdd",
    ]

    @Test(
        arguments: [
            ("yyyyMMddTHHmmss", "20260302T093000", "2026-03-02T09:30:00+08:00"),
            ("yyyyMMddHHmmss", "20260302093000", "2026-03-02T09:30:00+08:00"),
            ("yyyy-MM-dd HH:mm:ss", "2026-03-02 23:59:59", "2026-03-02T23:59:59+08:00"),
            ("yyyy-MM-dd HH:mm:ss.S", "2026-03-02 09:30:00.0", "2026-03-02T09:30:00+08:00"),
            ("yyyy-MM-dd HH:mm", "2026-03-02 20:00", "2026-03-02T20:00:00+08:00"),
            ("yyyyMMdd", "20240229", "2024-02-29T00:00:00+08:00"),
            ("yyyy-MM-dd", "1969-12-31", "1969-12-31T00:00:00+08:00"),
            ("yyyy年MM月dd日", "2026年03月02日", "2026-03-02T00:00:00+08:00"),
        ] as [(String, String, String)])
    func readsLocalForms(_ pattern: String, _ text: String, _ canonical: String) throws {
        let format = try DateTimeFormat(pattern)
        let time = try #require(format.parse(text))
        #expect(time.instant.canonical == canonical)
        #expect(format.format(time) == text)
        #expect(format.parse(Array(text.utf8)) == time)
        #expect(format.parse(Array("x\(text)x".utf8).dropFirst().dropLast()) == time)
    }

    @Test(
        arguments: [
            ("yyyyMMdd", "20230229"), ("yyyyMMdd", "19000229"), ("yyyyMMdd", "20260431"), ("yyyyMMdd", "20261301"),
            ("yyyyMMdd", "20260001"), ("yyyyMMdd", "20260100"), ("yyyyMMdd", "00000101"), ("yyyyMMdd", "2026030"),
            ("yyyyMMdd", "202603021"), ("yyyyMMdd", " 20260302"), ("yyyyMMdd", "2026-3-2"), ("yyyyMMdd", ""),
            ("yyyyMMdd", "２０２６0302"), ("yyyyMMddHHmmss", "20260302240000"), ("yyyyMMddHHmmss", "20260302006000"),
            ("yyyyMMddHHmmss", "20260302235960"), ("yyyyMMddHHmmss", "20260302"),
            ("yyyyMMddTHHmmss", "20260302t093000"), ("yyyy-MM-dd HH:mm:ss", "2026-03-02 09:30:00.0"),
            ("yyyy-MM-dd HH:mm:ss", "2026-03-02T09:30:00"), ("yyyy-MM-dd", "1753-1-1"),
            ("yyyy-MM-ddTHH:mm:ss+08:00", "2026-03-02T09:30:00+09:00"),
            ("yyyy-MM-ddTHH:mm:ss+08:00", "2026-03-02T09:30:00Z"),
        ] as [(String, String)])
    func refusesWhatDoesNotMatch(_ pattern: String, _ text: String) throws {
        #expect(try DateTimeFormat(pattern).parse(text) == nil)
    }

    @Test(
        arguments: [
            ("", DateTimeFormat.PatternError.missingField("yyyy")), ("yyyyMM", .missingField("dd")),
            ("HH:mm:ss", .missingField("yyyy")), ("yyyyMMddmmss", .missingField("HH")),
            ("yyyyMMddHHss", .missingField("mm")), ("yyyyMMddHHmmSSS", .missingField("ss")),
            ("yyyyMMddHHmmssMM", .repeatedField("MM")), ("yyyyMMddHHmmss.S S", .repeatedField("S")),
            ("yyMMdd", .unknownField("yy", position: 1)), ("yyyy-M-d", .unknownField("M", position: 6)),
            ("yyyyMMddhhmmss", .unknownField("hh", position: 9)),
            ("yyyyMMddTTHHmmss", .unknownField("TT", position: 9)),
            ("yyyyMMddHHmmssZ", .unknownField("Z", position: 15)),
            ("yyyyMMddHHmmssSSSS", .unknownField("SSSS", position: 15)),
            ("yyyyyMMdd", .unknownField("yyyyy", position: 1)),
            ("yyyyMMdd" + String(repeating: " ", count: 57), .tooLong(limit: 64)),
        ] as [(String, DateTimeFormat.PatternError)])
    func refusesPatterns(_ pattern: String, _ expected: DateTimeFormat.PatternError) {
        #expect(throws: expected) { try DateTimeFormat(pattern) }
    }

    @Test func takesAPatternOfTheLongestLength() throws {
        let pattern = "yyyyMMdd" + String(repeating: " ", count: 56)
        #expect(try DateTimeFormat(pattern).parse("20260302" + String(repeating: " ", count: 56)) != nil)
    }

    @Test(arguments: patterns)
    func roundTripsRandomInstants(_ pattern: String) throws {
        let format = try DateTimeFormat(pattern)
        var rng = SeededGenerator(seed: 11)
        for _ in 0..<10_000 {
            let milliseconds = Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &rng)
            let time = Instant(epochMilliseconds: milliseconds - 28_800_000).local
            let text = format.format(time)
            let again = try #require(format.parse(text))
            #expect(again.date == time.date)
            #expect(format.format(again) == text)
            #expect(again <= time)
        }
    }

    /// Whatever bytes come, reading never traps, and what is taken is written back the same.
    @Test func readingAnyBytesIsSafe() throws {
        let format = try DateTimeFormat("yyyyMMddHHmmss")
        var rng = SeededGenerator(seed: 12)
        for _ in 0..<10_000 {
            let bytes = (0..<14).map { _ in UInt8(0x2F + rng.next(below: 11)) }
            if let time = format.parse(bytes) { #expect(Array(format.format(time).utf8) == bytes) }
        }
    }
}
