import KuayuFormats

/// The local names of one scope in the shape that walking over a document and writing one want: trivial nodes, one
/// buffer of names.
///
/// A class, so that a reference to it counts once and not once for every array.
final class WalkScope: Sendable {
    struct Node: Sendable {
        let nameStart: Int32
        let nameEnd: Int32
        let firstChild: Int32
        let childCount: Int32
        let rows: Int32
        let isAttribute: Bool
        let hasPredicate: Bool
        let isWhole: Bool
        /// Whether only observations look at it: nothing is written there.
        let isObservedOnly: Bool
        /// Whether a child is an attribute.
        let hasAttributes: Bool
        /// Where `"name":` stands in ``WalkScope/members``.
        let memberStart: Int32
        let memberEnd: Int32
    }

    let nodes: [Node]
    /// Numbers of children, those of one node side by side.
    let children: [Int32]
    let names: [UInt8]
    /// The names as JSON writes them, with the colon.
    let members: [UInt8]

    init(_ scope: LocalScope) {
        var names: [UInt8] = []
        var members: [UInt8] = []
        var children: [Int32] = []
        nodes = scope.nodes.map { node in
            let start = names.count
            names += node.name
            let memberStart = members.count
            JSONText.append(node.name, to: &members)
            members.append(0x3A)
            let first = children.count
            children += node.children.map { Int32($0) }
            return Node(
                nameStart: Int32(start), nameEnd: Int32(names.count), firstChild: Int32(first),
                childCount: Int32(node.children.count), rows: Int32(node.rows), isAttribute: node.isAttribute,
                hasPredicate: node.predicate != nil, isWhole: node.isWhole,
                isObservedOnly: node.isObservedOnly,
                hasAttributes: node.children.contains { scope.nodes[$0].isAttribute },
                memberStart: Int32(memberStart), memberEnd: Int32(members.count))
        }
        self.children = children
        self.names = names
        self.members = members
    }

    /// The name of a node.
    @inline(__always)
    func name(_ node: Node) -> ArraySlice<UInt8> { names[Int(node.nameStart)..<Int(node.nameEnd)] }

    /// The name of a node as JSON writes it, with the colon.
    @inline(__always)
    func member(_ node: Node) -> ArraySlice<UInt8> { members[Int(node.memberStart)..<Int(node.memberEnd)] }

    /// Places of the children of a node in ``children``.
    @inline(__always)
    func places(_ node: Node) -> Range<Int> { Int(node.firstChild)..<Int(node.firstChild + node.childCount) }

    /// Whether the name of a tape node is the name of a node here.
    @inline(__always)
    func matches(_ node: Node, _ tape: Tape, _ index: Int) -> Bool {
        let other = tape.nodes[index]
        let length = node.nameEnd - node.nameStart
        guard other.isAttribute == node.isAttribute else { return false }
        if other.nameIsEscaped { return tape.nameEquals(index, Array(names[Int(node.nameStart)..<Int(node.nameEnd)])) }
        guard other.nameEnd - other.nameStart == length else { return false }
        let theirs = tape.bytes.span
        for offset in 0..<Int(length)
        where names[Int(node.nameStart) + offset] != theirs[Int(other.nameStart) + offset] {
            return false
        }
        return true
    }
}
