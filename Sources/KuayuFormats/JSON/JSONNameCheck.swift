/// Finds a member name that an object has twice.
///
/// Small objects go through a table of 256 slots that is cleared and used again; the work per member is bounded by
/// their number, whatever names somebody chooses. Large objects, and those with escaped names, are sorted:
/// n log n comparisons, again whatever the names are.
struct JSONNameCheck {
    private static let tableLimit = 96
    /// The position in `members` plus one, or 0.
    private var slots = [UInt8](repeating: 0, count: 256)
    private var members: [Tape.Node] = []

    /// Throws when two children of the object at `parent` have the same decoded name.
    mutating func check(_ bytes: Span<UInt8>, _ nodes: [Tape.Node], _ parent: Int) throws(FormatError) {
        members.removeAll(keepingCapacity: true)
        var isEscaped = false
        var child = parent + 1
        let end = Int(nodes[parent].next)
        while child < end {
            let node = nodes[child]
            members.append(node)
            isEscaped = isEscaped || node.nameIsEscaped
            child = Int(node.next)
        }
        if members.count < 2 { return }
        if isEscaped || members.count > Self.tableLimit {
            try checkSorted(bytes)
        } else {
            try checkTable(bytes)
        }
    }

    private mutating func checkTable(_ bytes: Span<UInt8>) throws(FormatError) {
        // At most a third full for small objects, so that little must be cleared.
        let mask = members.count <= 20 ? 63 : 255
        for slot in 0...mask { slots[slot] = 0 }
        for position in members.indices {
            let member = members[position]
            var slot = Self.hash(bytes, member) & mask
            while slots[slot] != 0 {
                let other = members[Int(slots[slot]) - 1]
                if Self.isSame(bytes, other, member) { throw Self.duplicate(other, member) }
                slot = (slot + 1) & mask
            }
            slots[slot] = UInt8(truncatingIfNeeded: position + 1)
        }
    }

    private func checkSorted(_ bytes: Span<UInt8>) throws(FormatError) {
        var names: [[UInt8]] = []
        for member in members {
            let name = Self.copy(bytes, Int(member.nameStart)..<Int(member.nameEnd))
            names.append(member.nameIsEscaped ? JSONEscapes.decode(name, 0..<name.count) : name)
        }
        let order = names.indices.sorted { left, right in
            let result = Self.compare(names[left], names[right])
            return result == 0 ? left < right : result < 0
        }
        var first: (original: Int, again: Int)?
        for (left, right) in zip(order, order.dropFirst()) where right < first?.again ?? Int.max {
            if names[left] == names[right] { first = (left, right) }
        }
        if let first { throw Self.duplicate(members[first.original], members[first.again]) }
    }

    private static func duplicate(_ first: Tape.Node, _ second: Tape.Node) -> FormatError {
        FormatError(.jsonDuplicateKey(first: Int(first.nameStart)), at: Int(second.nameStart))
    }

    /// Length, first, middle and last byte: names of one object seldom share all four.
    @inline(__always)
    private static func hash(_ bytes: Span<UInt8>, _ member: Tape.Node) -> Int {
        let (start, length) = (Int(member.nameStart), Int(member.nameEnd - member.nameStart))
        if length == 0 { return 0 }
        let ends = Int(bytes[start]) + 3 * Int(bytes[start + length - 1])
        return ends + 5 * Int(bytes[start + length / 2]) + 7 * length
    }

    @inline(__always)
    private static func isSame(_ bytes: Span<UInt8>, _ left: Tape.Node, _ right: Tape.Node) -> Bool {
        let length = left.nameEnd - left.nameStart
        if length != right.nameEnd - right.nameStart { return false }
        for offset in 0..<Int(length)
        where bytes[Int(left.nameStart) + offset] != bytes[Int(right.nameStart) + offset] { return false }
        return true
    }

    /// Orders by length, then by bytes: negative, zero or positive.
    private static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        if left.count != right.count { return left.count - right.count }
        for (one, other) in zip(left, right) where one != other { return Int(one) - Int(other) }
        return 0
    }

    private static func copy(_ bytes: Span<UInt8>, _ span: Range<Int>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(span.count)
        for index in span { out.append(bytes[index]) }
        return out
    }
}
