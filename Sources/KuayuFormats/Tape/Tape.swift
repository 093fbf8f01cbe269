/// A flat parsed document: nodes in document order over one UTF-8 buffer.
///
/// JSON, XML and delimited text have the same shape here, so that rules compiled once walk all of them. A tape never
/// copies values: a node holds spans into ``bytes``, and text is decoded only when somebody asks for it.
public struct Tape: Sendable {
    /// What a node is.
    public enum Kind: UInt8, Sendable {
        /// Named children: a JSON object, an XML element with attributes or child elements, a line of a table.
        case object
        /// Unnamed children: a JSON array, the lines of a table.
        case array
        /// Characters: a JSON string, an XML leaf element, attribute or text, a field of a line.
        case text
        /// A JSON number, kept as it is written; no digit is ever rounded.
        case number
        /// A JSON `true` or `false`; the value span holds the word.
        case bool
        /// A JSON `null`; the value span holds the word, the text is empty.
        case null
    }

    /// One value of the document.
    ///
    /// 24 bytes.
    public struct Node: Sendable {
        /// Where the name starts in ``Tape/bytes``; equal to ``nameEnd`` for array elements, the JSON root and XML text.
        public let nameStart: Int32
        /// Where the name ends, exclusive.
        public let nameEnd: Int32
        /// Where the value starts: after the quote, bracket or start tag.
        public internal(set) var valueStart: Int32
        /// Where the value ends, exclusive: before the closing quote, bracket or end tag.
        public internal(set) var valueEnd: Int32
        /// The index of the node after this node's whole subtree; the children are `index + 1 ..< next`, and the next
        /// of one child is its next sibling.
        public internal(set) var next: Int32
        /// What the node is.
        public internal(set) var kind: Kind
        /// Whether the value span must be decoded: JSON escapes, XML references, CDATA, comments and line ends,
        /// escapes or doubled quotes of delimited text.
        public internal(set) var isEscaped: Bool
        /// Whether this is an XML attribute.
        public let isAttribute: Bool
        /// Whether the name is a JSON member name with escapes.
        public let nameIsEscaped: Bool

        init(
            _ kind: Kind, name: Range<Int> = 0..<0, nameIsEscaped: Bool = false, value: Range<Int>,
            isEscaped: Bool = false, isAttribute: Bool = false, next: Int
        ) {
            self.nameStart = Int32(truncatingIfNeeded: name.lowerBound)
            self.nameEnd = Int32(truncatingIfNeeded: name.upperBound)
            self.valueStart = Int32(truncatingIfNeeded: value.lowerBound)
            self.valueEnd = Int32(truncatingIfNeeded: value.upperBound)
            self.next = Int32(truncatingIfNeeded: next)
            self.kind = kind
            self.isEscaped = isEscaped
            self.isAttribute = isAttribute
            self.nameIsEscaped = nameIsEscaped
        }
    }

    /// How the spans of a tape are written.
    public enum Format: Sendable {
        /// JSON, RFC 8259.
        case json
        /// XML 1.0 without a document type.
        case xml
        /// Delimited text of this dialect.
        case delimited(DelimitedDialect)
    }

    /// The document as UTF-8.
    ///
    /// Tables hold their column names behind the document, see ``DelimitedReader``.
    public let bytes: [UInt8]
    /// The nodes in document order; the first is the root.
    ///
    /// Never empty.
    public let nodes: [Node]
    /// How the spans are written.
    public let format: Format

    init(bytes: [UInt8], nodes: [Node], format: Format) {
        self.bytes = bytes
        self.nodes = nodes
        self.format = format
    }
}

extension Tape {
    /// The indices of the children of one node, in document order.
    public struct Children: Sequence, IteratorProtocol, Sendable {
        private let nodes: [Node]
        private var index: Int
        private let end: Int

        init(nodes: [Node], of parent: Int) {
            self.nodes = nodes
            self.index = parent + 1
            self.end = Int(nodes[parent].next)
        }

        /// The next child, or nil after the last.
        public mutating func next() -> Int? {
            guard index < end else { return nil }
            defer { index = Int(nodes[index].next) }
            return index
        }
    }

    /// The children of a node in document order; none for a leaf.
    public func children(of index: Int) -> Children { Children(nodes: nodes, of: index) }

    /// The first child with this decoded name, or nil.
    ///
    /// Attributes are found by their name without `@`.
    ///
    /// Linear in the number of children.
    public func child(of index: Int, named name: [UInt8]) -> Int? {
        children(of: index).first { nameEquals($0, name) }
    }
}
