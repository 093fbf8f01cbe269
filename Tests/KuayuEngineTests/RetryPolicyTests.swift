import KuayuEngine
import KuayuModel
import Testing

@Suite struct RetryPolicyTests {
    static let policy = RetryPolicy(base: .seconds(2), cap: .seconds(60))

    /// Failures and the longest delay that may come of them.
    @Test(arguments: [(1, 2), (2, 4), (3, 8), (5, 32), (6, 60), (7, 60), (64, 60), (Int.max, 60)])
    func staysBetweenBaseAndCeiling(failures: Int, ceiling: Int) {
        var rng = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let delay = Self.policy.delay(afterFailures: failures, retryAfter: nil, using: &rng)
            #expect(delay >= .seconds(2) && delay <= .seconds(ceiling))
        }
    }

    @Test func usesTheWholeRange() {
        var rng = SeededGenerator(seed: 1)
        let delays = (0..<500).map { _ in Self.policy.delay(afterFailures: 5, retryAfter: nil, using: &rng) }
        #expect(delays.contains { $0 < .seconds(6) })
        #expect(delays.contains { $0 > .seconds(28) })
    }

    /// `Retry-After` is a floor, up to its cap.
    @Test(arguments: [(0, 2), (30, 30), (3600, 3600), (7200, 3600)])
    func honoursRetryAfterAsAFloor(seconds: Int, floor: Int) {
        var rng = SeededGenerator(seed: 1)
        let delay = Self.policy.delay(afterFailures: 1, retryAfter: .seconds(seconds), using: &rng)
        #expect(delay >= .seconds(floor))
        #expect(delay <= .seconds(max(floor, 2)))
    }
}
