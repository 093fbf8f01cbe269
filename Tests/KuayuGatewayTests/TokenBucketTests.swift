import KuayuHTTP
import Testing

/// Payloads a second: the bucket as a value, with time as the tests say.
@Suite struct TokenBucketTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let perSecond: Int
        /// Milliseconds at which a token is asked for, and whether there is one.
        let asked: [(at: Int, isThere: Bool)]
    }

    static let rows = [
        Row(
            testDescription: "one a second", perSecond: 1,
            asked: [(0, true), (0, false), (999, false), (1_000, true), (1_001, false), (2_000, true)]),
        Row(
            testDescription: "as many at once as come in a second", perSecond: 2,
            asked: [
                (0, true), (0, true), (0, false), (499, false), (500, true), (999, false), (1_000, true),
                (1_000, false),
            ]),
        Row(
            testDescription: "a long pause saves no more", perSecond: 3,
            asked: [(0, true), (60_000, true), (60_000, true), (60_000, true), (60_000, false), (60_334, true)]),
        Row(
            testDescription: "what is refused costs nothing", perSecond: 1,
            asked: [(0, true)] + (1...9).map { ($0 * 100, false) } + [(1_000, true)]),
        Row(
            testDescription: "a clock that goes back gives nothing away", perSecond: 1,
            asked: [(5_000, true), (0, false), (4_000, false), (5_999, false), (6_000, true)]),
        Row(testDescription: "zero is one", perSecond: 0, asked: [(0, true), (0, false), (1_000, true)]),
        Row(testDescription: "less than zero is one", perSecond: .min, asked: [(0, true), (0, false), (1_000, true)]),
    ]

    @Test(arguments: rows) func givesATokenForEachTime(_ row: Row) {
        var bucket = TokenBucket(perSecond: row.perSecond)
        for (at, isThere) in row.asked {
            #expect(bucket.take(at: .milliseconds(at)) == isThere, "at \(at) ms")
        }
    }

    /// Whatever the pattern, a second never gives more than the bucket and what comes meanwhile.
    @Test(arguments: [1, 3, 7, 50, 100_000]) func neverGivesMoreThanAgreed(_ perSecond: Int) {
        var bucket = TokenBucket(perSecond: perSecond)
        func taken(_ at: Duration) -> Int {
            var count = 0
            while bucket.take(at: at) { count += 1 }
            return count
        }
        #expect(taken(.zero) == perSecond)
        var sum = 0
        for step in 1...100 { sum += taken(.milliseconds(step * 10)) }
        #expect(sum == perSecond)
        #expect(taken(.seconds(1_000_000)) == perSecond)
    }

    @Test func countsEachClientAlone() {
        let rates = PeerRates(perSecond: ["a": 1, "b": 1])
        #expect(rates.refusal(of: "a") == nil)
        #expect(rates.refusal(of: "b") == nil)
        for _ in 0..<100 { #expect(rates.refusal(of: "c") == nil) }
    }
}
