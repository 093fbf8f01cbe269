import KuayuModel
import KuayuReconcile
import Testing

@Suite struct WireValueTests {
    static let row = ToldRow(
        HubRow(
            element: LedgerElement(
                caseID: "CSJ01202401010000001", version: 3, status: "accepted", contentDigest: "-", nonce: "00ff",
                registeredAt: 1_704_067_200), stateAt: 1_704_067_260, localNumber: "浙-1"),
        id: ElementID(1, 2, 3, .max))

    @Test func metaReturnsAsItWasWritten() throws {
        let lane = HubMeta.LaneTotals(
            total: Accumulator(count: 4, sum: ElementID(.max, 0, 7, 1)), duplicates: 1,
            statuses: ["accepted": 3, "closed": 1])
        let meta = HubMeta(
            snapshot: "abc", watermark: 1_704_067_200, profiles: [.sql, .negentropy], out: lane,
            in: HubMeta.LaneTotals())
        #expect(try HubMeta(decoding: meta.encoded()) == meta)
        #expect(
            String(decoding: meta.encoded(), as: UTF8.self)
                == #"{"v":"kuayu-recon-meta-1","snapshot":"abc","watermark":1704067200,"profiles":["S","N"],"lanes":"#
                + #"{"in":{"rows":0,"a":"\#(String(repeating: "0", count: 64))","statuses":{}},"#
                + #""out":{"rows":4,"a":"ffffffffffffffff000000000000000000000000000000070000000000000001","#
                + #""duplicates":1,"statuses":{"accepted":3,"closed":1}}}}"#)
    }

    @Test func sumsReturnAsTheyWereWritten() throws {
        let query = FingerprintQuery(lane: .out, snapshot: "x", width: .hour, ranges: [-28_800..<0, 3_600..<7_200])
        #expect(try FingerprintQuery(decoding: query.encoded()) == query)
        let bucket = try #require(BucketSum(start: -28_800, count: 2, limbs: [1, 2, 3, 4, 5, 6, 7, 0x1_FFFF_FFFE]))
        let answer = FingerprintAnswer(snapshot: "x", buckets: [bucket])
        #expect(try FingerprintAnswer(decoding: answer.encoded()) == answer)
        #expect(
            String(decoding: answer.encoded(), as: UTF8.self)
                == #"{"snapshot":"x","buckets":[[-28800,2,1,2,3,4,5,6,7,8589934590]]}"#)
    }

    @Test(arguments: [
        RowsQuery.Selection.ranges([0..<300]), .identities([ElementID(1, 2, 3, 4)]), .cases(["CSJ1"]), .duplicates,
    ])
    func questionsForRowsReturnAsTheyWereWritten(selection: RowsQuery.Selection) throws {
        for after in [nil, "17/abc"] {
            let query = RowsQuery(lane: .in, snapshot: nil, selection: selection, after: after, limit: 10)
            #expect(try RowsQuery(decoding: query.encoded()) == query)
        }
    }

    @Test func rowsReturnAsTheyWereWritten() throws {
        var bare = Self.row
        bare.row.stateAt = nil
        bare.row.localNumber = nil
        let answer = RowsAnswer(snapshot: "x", rows: [Self.row, bare], after: "c")
        #expect(try RowsAnswer(decoding: answer.encoded()) == answer)
    }

    @Test func limbsAddUpToTheSumOfTheIdentities() throws {
        var limbs = [UInt64](repeating: 0, count: 8)
        var total = Accumulator()
        var rng = SeededGenerator(seed: 9)
        for _ in 0..<1_000 {
            let id = ElementID(rng.next(), rng.next(), rng.next(), rng.next())
            total.add(id)
            for (index, word) in [id.w3, id.w2, id.w1, id.w0].enumerated() {
                limbs[index * 2] += word >> 32
                limbs[index * 2 + 1] += word & 0xFFFF_FFFF
            }
        }
        #expect(BucketSum(start: 0, count: 1_000, limbs: limbs)?.total == total)
        #expect(BucketSum(start: 0, total)?.total == total)
        #expect(BucketSum(start: 0, Accumulator()) == nil)
    }

    /// One row of everything that is wrong with questions.
    @Test(arguments: [
        (#"{"lane":"up","width":300,"ranges":[[0,1]]}"#, FeedError.Kind.unreadable),
        (#"{"lane":"in","width":301,"ranges":[[0,1]]}"#, .unreadable),
        (#"{"lane":"in","width":300,"ranges":[]}"#, .unreadable),
        (#"{"lane":"in","width":300,"ranges":[[1,1]]}"#, .unreadable),
        (#"{"lane":"in","width":300,"ranges":[[5,9],[8,10]]}"#, .unreadable),
        (#"{"lane":"in","width":300,"ranges":[[-28801,10]]}"#, .unreadable),
        (#"{"lane":"in","width":300,"ranges":[[0,99999999999]]}"#, .unreadable),
        (#"{"lane":"in","width":300,"ranges":[[0,1,2]]}"#, .unreadable),
        (#"{"lane":"in","width":300,"ranges":[[0,1.5]]}"#, .unreadable),
        (#"{"lane":"in","width":300,"ranges":[[0,1]],"more":1}"#, .unreadable),
        (#"{"lane":"in","lane":"in","width":300,"ranges":[[0,1]]}"#, .unreadable),
        (#"{"lane":"in","width":300,"ranges":[[0,1]]"#, .unreadable),
        (#"[]"#, .unreadable),
        (#"{"lane":"in","width":300,"ranges":[[0,2147400000]]}"#, .limit),
        (#"{"lane":"in","width":86400,"ranges":[[-28800,2147414400]]}"#, nil),
        (#"{"lane":"in","snapshot":null,"width":3600,"ranges":[[0,3600]]}"#, nil),
    ])
    func refusesQuestionsForSums(json: String, wanted: FeedError.Kind?) {
        #expect(kind { try FingerprintQuery(decoding: Array(json.utf8)) } == wanted)
    }

    @Test(arguments: [511, 512, 513])
    func takesSoManyRanges(count: Int) {
        let query = FingerprintQuery(
            lane: .in, snapshot: nil, width: .fiveMinutes, ranges: (0..<count).map { $0 * 600..<$0 * 600 + 300 })
        #expect(kind { try FingerprintQuery(decoding: query.encoded()) } == (count > 512 ? .limit : nil))
    }

    @Test(arguments: [
        (#"{"lane":"in","ranges":[[0,1]]}"#, FeedError.Kind?.none),
        (#"{"lane":"in","ranges":[[0,1]],"limit":10001}"#, .unreadable),
        (#"{"lane":"in","ranges":[[0,1]],"limit":0}"#, .unreadable),
        (#"{"lane":"in","ranges":[[0,1]],"cases":["a"]}"#, .unreadable),
        (#"{"lane":"in"}"#, .unreadable),
        (#"{"lane":"in","cases":[]}"#, .unreadable),
        (#"{"lane":"in","cases":["a b"]}"#, .unreadable),
        (#"{"lane":"in","cases":["a\nb"]}"#, .unreadable),
        (#"{"lane":"in","ids":["00"]}"#, .unreadable),
        (#"{"lane":"in","duplicates":false}"#, .unreadable),
        (#"{"lane":"in","duplicates":true,"after":"x"}"#, nil),
    ])
    func refusesQuestionsForRows(json: String, wanted: FeedError.Kind?) {
        #expect(kind { try RowsQuery(decoding: Array(json.utf8)) } == wanted)
    }

    @Test(arguments: [
        ("[0,1,0,0,0,0,0,0,0,1]", FeedError.Kind?.none),
        ("[0,1,0,0,0,0,0,0,0,4294967295]", nil),
        ("[0,1,0,0,0,0,0,0,0,4294967296]", .sum),
        ("[0,2147483649,0,0,0,0,0,0,0,0]", .sum),
        ("[0,0,0,0,0,0,0,0,0,0]", .unreadable),
        ("[0,1,0,0,0,0,0,0,0,-1]", .unreadable),
        ("[0,1,0,0,0,0,0,0,0,9223372036854775808]", .unreadable),
        ("[0,1,0,0,0,0,0,0,0,1e3]", .unreadable),
        ("[0,1,0,0,0,0,0,0,0]", .unreadable),
        ("[0,1,0,0,0,0,0,0,0,0,0]", .unreadable),
        ("{}", .unreadable),
    ])
    func refusesSums(bucket: String, wanted: FeedError.Kind?) {
        let json = #"{"snapshot":"x","buckets":[\#(bucket)]}"#
        #expect(kind { try FingerprintAnswer(decoding: Array(json.utf8)) } == wanted)
    }

    @Test(arguments: [
        ("\"version\":3", "\"version\":-1"), ("\"version\":3", "\"version\":\"3\""), ("\"nonce\":\"00ff\"", "\"n\":1"),
        ("\"case\":\"CSJ", "\"case\":\"A\\nB"), ("1704067200", "17040672000000000"), ("accepted", ""),
        ("00000000", "0000000G"), ("ffffffffffffffff", "FFFFFFFFFFFFFFFF"), ("\"after\":null", "\"after\":\"\""),
    ])
    func refusesRows(part: String, bad: String) {
        let json = String(decoding: RowsAnswer(snapshot: "x", rows: [Self.row]).encoded(), as: UTF8.self)
        #expect(json.contains(part))
        let bent = json.replacing(part, with: bad, maxReplacements: 1)
        #expect(kind { try RowsAnswer(decoding: Array(bent.utf8)) } == .unreadable)
    }

    @Test func namesTheFaultAndNoValue() throws {
        let json = String(decoding: RowsAnswer(snapshot: "x", rows: [Self.row]).encoded(), as: UTF8.self)
            .replacing("\"version\":3", with: "\"version\":\"secret\"")
        #expect(throws: FeedError(.unreadable, "rows[0].version must be a number")) {
            try RowsAnswer(decoding: Array(json.utf8))
        }
    }

    @Test func statesMustAddUpToTheRows() {
        let lane = HubMeta.LaneTotals(total: Accumulator(count: 4, sum: ElementID(0, 0, 0, 1)), statuses: ["closed": 3])
        let meta = HubMeta(snapshot: "a", watermark: 1, profiles: [], out: lane, in: HubMeta.LaneTotals())
        #expect(kind { try HubMeta(decoding: meta.encoded()) } == .count)
    }

    @Test(arguments: [
        (BucketWidth.day, UInt32(0), 0), (.day, 57_599, 0), (.day, 57_600, 1), (.hour, 0, 8), (.hour, 3_600, 9),
        (.fiveMinutes, 299, 96), (.fiveMinutes, 300, 97), (.day, 2_147_483_647, 24_855),
    ])
    func bucketsBeginAtMidnightOfTheirDay(width: BucketWidth, key: UInt32, number: Int) {
        #expect(width.number(of: key) == number)
        #expect(width.keys(of: number).contains(key))
        #expect(width.number(startingAt: width.start(of: number)) == number)
        #expect(width.number(startingAt: width.start(of: number) + 1) == nil)
    }

    @Test func daysAreDatesOfUTC8() {
        #expect(BucketWidth.date(ofDay: 0).text == "2020-01-01")
        #expect(BucketWidth.dayNumber(of: BucketWidth.date(ofDay: 1_461)) == 1_461)
        #expect(BucketWidth.date(ofDay: 1_461).text == "2024-01-01")
    }
}
