/// Number and sums of the rows of one bucket, as plain SQL computes them.
public struct BucketSum: Hashable, Sendable {
    /// Where the bucket begins, seconds of the range key.
    public let start: Int
    /// How many rows, at least 1.
    public let count: Int
    /// Eight sums: of the most significant 8 hexadecimal digits of every identity first, of the least significant last.
    public let limbs: [UInt64]

    /// Sums of a bucket; nil when they cannot be: no row, not eight sums, or a sum that so many rows do not reach.
    public init?(start: Int, count: Int, limbs: [UInt64]) {
        guard count > 0, count <= Int(ProfileLimits.claimedRows), limbs.count == 8 else { return nil }
        let highest = UInt64(count) * 0xFFFF_FFFF
        guard limbs.allSatisfy({ $0 <= highest }) else { return nil }
        self.start = start
        self.count = count
        self.limbs = limbs
    }

    /// Sums that stand for a known set; nil for the empty one, which is left out of answers.
    public init?(start: Int, _ total: Accumulator) {
        guard total.count > 0, total.count <= ProfileLimits.claimedRows else { return nil }
        let words = [total.sum.w3, total.sum.w2, total.sum.w1, total.sum.w0]
        self.init(start: start, count: Int(total.count), limbs: words.flatMap { [$0 >> 32, $0 & 0xFFFF_FFFF] })
    }

    /// The set that the sums stand for.
    public var total: Accumulator {
        var total = Accumulator()
        for limb in limbs {
            total.shiftLeft32()
            total.add(Accumulator(count: 0, sum: ElementID(0, 0, 0, limb)))
        }
        total.add(Accumulator(count: UInt64(count), sum: ElementID(0, 0, 0, 0)))
        return total
    }
}

extension Accumulator {
    /// Multiplies the sum by 2³² modulo 2²⁵⁶.
    fileprivate mutating func shiftLeft32() {
        self = Accumulator(
            count: count,
            sum: ElementID(
                sum.w3 << 32 | sum.w2 >> 32, sum.w2 << 32 | sum.w1 >> 32, sum.w1 << 32 | sum.w0 >> 32, sum.w0 << 32))
    }
}
