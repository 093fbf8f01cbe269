import KuayuModel
import Testing

/// Vectors were computed apart, in Python, from the reference code of SplitMix64 and xoshiro256**.
@Suite struct SeededGeneratorTests {
    @Test func drawsTheNumbersOfTheReference() {
        var rng = SeededGenerator(seed: 42)
        #expect(
            (0..<4).map { _ in rng.next() } == [
                1_546_998_764_402_558_742, 6_990_951_692_964_543_102, 12_544_586_762_248_559_009,
                17_057_574_109_182_124_193,
            ])
    }

    @Test func oneSeedRepeatsAndAnotherDoesNot() {
        var (first, second, other) = (SeededGenerator(seed: 7), SeededGenerator(seed: 7), SeededGenerator(seed: 8))
        let numbers = (0..<100).map { _ in first.next() }
        #expect(numbers == (0..<100).map { _ in second.next() })
        #expect(numbers != (0..<100).map { _ in other.next() })
    }

    @Test(arguments: [Int.min, -1, 0, 1])
    func drawsZeroBelowSmallBounds(_ bound: Int) {
        var rng = SeededGenerator(seed: 1)
        #expect(rng.next(below: bound) == 0)
    }

    @Test func drawsEveryNumberBelowTheBound() {
        var rng = SeededGenerator(seed: 2)
        let drawn = (0..<1_000).map { _ in rng.next(below: 7) }
        #expect(Set(drawn) == Set(0..<7))
        #expect((0...(Int.max - 1)).contains(rng.next(below: .max)))
    }

    @Test(
        arguments: [(-1, 0...0), (0, 0...0), (300, 2_700...3_300), (1_000, 10_000...10_000), (1_001, 10_000...10_000)]
            as [(Int, ClosedRange<Int>)])
    func hasChances(_ permille: Int, _ expected: ClosedRange<Int>) {
        var rng = SeededGenerator(seed: 3)
        let hits = (0..<10_000).count { _ in rng.chance(permille: permille) }
        #expect(expected.contains(hits))
    }

    @Test func forksRunOnTheirOwn() {
        var rng = SeededGenerator(seed: 4)
        var fork = rng.fork()
        let same = rng
        _ = fork.next()
        #expect(rng == same)
        #expect(fork != rng)
    }
}
