/// A random number generator that one number repeats: xoshiro256**, seeded through SplitMix64.
///
/// For simulation, tests and made-up data; not for secrets. Copies run on independently from the same state. Source:
/// Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021.
public struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// A generator; the same seed gives the same numbers for ever.
    public init(seed: UInt64) {
        var mixer = SplitMix64(state: seed)
        (s0, s1, s2, s3) = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        let result = Self.rotate(s1 &* 5, 7) &* 9
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = Self.rotate(s3, 45)
        return result
    }

    /// A number from 0 to `bound` − 1, evenly drawn; 0 when `bound` is less than 1.
    public mutating func next(below bound: Int) -> Int {
        bound > 1 ? Int.random(in: 0..<bound, using: &self) : 0
    }

    /// True in that many of a thousand draws on average; 0 or less never, 1000 or more always.
    public mutating func chance(permille: Int) -> Bool { next(below: 1_000) < permille }

    /// An independent generator, drawn from this one.
    public mutating func fork() -> SeededGenerator { SeededGenerator(seed: next()) }

    private static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 { word << count | word >> (64 - count) }
}

/// Spreads one number over many (Steele, Lea and Flood, 2014).
private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
