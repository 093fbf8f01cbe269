import Glibc
import KuayuReconcile

/// Where the parts of a line lie that both sides must say alike: case to state in front, content and identity behind.
///
/// Read from the end of the line, where widths are fixed. Whatever looks unusual has no shape and is left to the pure
/// parser; a shape says nothing about whether the parts are valid.
struct LineShape {
    /// End of the state, which is also the length of the first part.
    var keyEnd: Int
    /// Where the content digest begins.
    var contentStart: Int
    /// Where it ends.
    var contentEnd: Int

    private static let comma = UInt8(ascii: ",")
    /// `sha256:` and 64 digits.
    private static let digestWidth = 71
    private static let identityWidth = 64

    /// Shape of a hub's line.
    @inline(__always)
    init?(feed line: UnsafePointer<UInt8>, _ count: Int, hasIdentities: Bool) {
        let end = hasIdentities ? count - Self.identityWidth - 1 : count
        guard end > 0, !hasIdentities || line[end] == Self.comma else { return nil }
        self.init(line, contentEnd: end)
    }

    /// Shape of one of the gateway's own lines.
    @inline(__always)
    init?(ledger line: UnsafePointer<UInt8>, _ count: Int) {
        // Nonces have 32 digits; any other is looked for.
        var nonce = count - 33
        if nonce <= 0 || line[nonce] != Self.comma {
            nonce = count - 1
            while nonce > 0, line[nonce] != Self.comma { nonce -= 1 }
        }
        let end = nonce - Self.identityWidth - 1
        guard end > 0, line[end] == Self.comma else { return nil }
        self.init(line, contentEnd: end)
    }

    @inline(__always)
    private init?(_ line: UnsafePointer<UInt8>, contentEnd: Int) {
        var start = contentEnd - Self.digestWidth
        if start < 2 || line[start - 1] != Self.comma {
            start = contentEnd - 1
            guard start >= 2, line[start - 1] == Self.comma else { return nil }
        }
        // The time at which the state was reached: up to 11 digits, which both sides may say otherwise.
        var time = start - 1
        let lowest = max(1, time - 11)
        while time > lowest, line[time - 1] &- 0x30 < 10 { time -= 1 }
        guard line[time - 1] == Self.comma, line[time] != 0x30 || time >= start - 2 else { return nil }
        keyEnd = time - 1
        contentStart = start
        self.contentEnd = contentEnd
    }

    var contentCount: Int { contentEnd - contentStart }
}

/// Comparisons of lines.
enum Lines {
    /// Whether a hub's line says what the gateway's does.
    @inline(__always)
    static func areSame(
        _ mine: UnsafePointer<UInt8>, _ mineCount: Int, _ theirs: UnsafePointer<UInt8>, _ theirsCount: Int,
        hasIdentities: Bool
    ) -> Bool {
        guard let a = LineShape(ledger: mine, mineCount),
            let b = LineShape(feed: theirs, theirsCount, hasIdentities: hasIdentities),
            a.keyEnd == b.keyEnd, a.contentCount == b.contentCount
        else { return false }
        // Content and identity are neighbours in both files.
        let tail = hasIdentities ? b.contentCount + 65 : b.contentCount
        return memcmp(mine, theirs, a.keyEnd) == 0 && memcmp(mine + a.contentStart, theirs + b.contentStart, tail) == 0
    }

    /// Length of the case id: up to the first comma.
    @inline(__always)
    static func caseCount(_ line: UnsafePointer<UInt8>, _ count: Int) -> Int {
        guard let comma = memchr(line, 0x2C, count) else { return count }
        return UnsafePointer(comma.assumingMemoryBound(to: UInt8.self)) - line
    }

    /// Order of the case ids of two lines, by bytes: negative, 0, positive.
    static func compareCases(
        _ a: UnsafePointer<UInt8>, _ aCount: Int, _ b: UnsafePointer<UInt8>, _ bCount: Int
    ) -> Int {
        let (aCase, bCase) = (caseCount(a, aCount), caseCount(b, bCount))
        let order = memcmp(a, b, min(aCase, bCase))
        return order != 0 ? Int(order) : aCase - bCase
    }

    static func compareCases(_ a: [UInt8], _ b: [UInt8]) -> Int {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                guard let first = a.baseAddress, let second = b.baseAddress else { return a.count - b.count }
                return compareCases(first, a.count, second, b.count)
            }
        }
    }

    /// A copy for later; what is too long is cut, but stays too long.
    static func copy(_ line: UnsafePointer<UInt8>, _ count: Int) -> [UInt8] {
        Array(UnsafeBufferPointer(start: line, count: min(count, FeedLine.byteLimit + 1)))
    }

    /// Unix seconds of the registration in a line that is known to be valid: there they always have 10 digits.
    @inline(__always)
    static func registeredAt(_ line: UnsafePointer<UInt8>, _ count: Int) -> Int64 {
        let start = line + caseCount(line, count) + 1
        var value = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self).littleEndian
        // Eight digits at once: neighbours are joined in pairs, then fours, then eight.
        value = ((value & 0x0F0F_0F0F_0F0F_0F0F) &* 2_561) >> 8
        value = ((value & 0x00FF_00FF_00FF_00FF) &* 6_553_601) >> 16
        value = ((value & 0x0000_FFFF_0000_FFFF) &* 42_949_672_960_001) >> 32
        return Int64(value) * 100 + Int64(start[8] &- 0x30) * 10 + Int64(start[9] &- 0x30)
    }
}
