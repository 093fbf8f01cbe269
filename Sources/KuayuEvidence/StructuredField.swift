/// Structured field values for HTTP (RFC 9651): what a header like `Kuayu-Case` or `Content-Digest` is written in.
public enum StructuredField {
    /// Longest field value that is read.
    public static let limitBytes = 64 * 1024

    /// One bare item.
    public enum Value: Hashable, Sendable {
        /// A whole number of at most 15 digits.
        case integer(Int)
        /// A decimal number, in thousandths.
        case decimal(thousandths: Int)
        /// Printable ASCII in quotes.
        case string(String)
        /// A word without quotes.
        case token(String)
        /// Bytes, written in Base64 between colons.
        case bytes([UInt8])
        /// `?0` or `?1`.
        case boolean(Bool)
        /// A date as Unix seconds, written with `@`.
        case date(Int)
        /// Text of any characters.
        case displayString(String)
    }

    /// A parameter of an item, or a member of a dictionary before its own parameters.
    public struct Parameter: Hashable, Sendable {
        /// Lower-case key.
        public let key: String
        /// Its value; `true` where none is written.
        public let value: Value
        /// Where the key stands in the field value, bytes from 0.
        public let offset: Int
    }

    /// An item with its parameters.
    ///
    /// A key that is repeated holds its last value (RFC 9651, 4.2.3.2).
    public struct Item: Hashable, Sendable {
        /// The item itself.
        public let value: Value
        /// Its parameters.
        public let parameters: [Parameter]
        /// Where it begins in the field value, bytes from 0.
        public let offset: Int

        /// The parameter of a key.
        public subscript(key: String) -> Parameter? { parameters.first { $0.key == key } }
    }

    /// A member of a list or dictionary.
    public enum Member: Hashable, Sendable {
        /// One item.
        case item(Item)
        /// Items in parentheses, with the parameters of the whole.
        case inner([Item], parameters: [Parameter])
    }

    /// Reads a list (RFC 9651, 3.1).
    ///
    /// An empty value is an empty list.
    public static func list(_ value: String) throws(StructuredFieldError) -> [Member] {
        var parser = try StructuredFieldParser(value)
        let members = try parser.list()
        try parser.finish()
        return members
    }

    /// Reads a list whose members are single items.
    public static func items(_ value: String) throws(StructuredFieldError) -> [Item] {
        var items: [Item] = []
        for member in try list(value) {
            switch member {
            case .item(let item): items.append(item)
            case .inner(let inner, _):
                throw StructuredFieldError(.unexpectedInnerList, offset: max(0, (inner.first?.offset ?? 1) - 1))
            }
        }
        return items
    }

    /// Reads a dictionary (RFC 9651, 3.2), members in order of first mention; a repeated key holds its last member.
    public static func dictionary(
        _ value: String
    ) throws(StructuredFieldError) -> [(key: String, member: Member)] {
        var parser = try StructuredFieldParser(value)
        let members = try parser.dictionary()
        try parser.finish()
        return members
    }

    /// Reads a single item (RFC 9651, 3.3).
    public static func item(_ value: String) throws(StructuredFieldError) -> Item {
        var parser = try StructuredFieldParser(value)
        let item = try parser.item()
        try parser.finish()
        return item
    }

    /// Writes a string item (RFC 9651, 4.1.6).
    ///
    /// Throws `.character` for anything but printable ASCII.
    public static func quoted(_ string: String) throws(StructuredFieldError) -> String {
        var text = "\""
        for (offset, byte) in string.utf8.enumerated() {
            guard (0x20...0x7E).contains(byte) else { throw StructuredFieldError(.character, offset: offset) }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text.append("\\") }
            text.unicodeScalars.append(Unicode.Scalar(byte))
        }
        return text + "\""
    }
}

/// Why a field value is refused, and where.
public struct StructuredFieldError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Kind: Hashable, Sendable {
        /// Longer than ``StructuredField/limitBytes``.
        case tooLong
        /// A character that cannot stand here, or the end where something must follow.
        case character
        /// A number with too many digits.
        case number
        /// Base64 that cannot be read.
        case base64
        /// Percent-encoded text that is not UTF-8.
        case text
        /// An inner list where only items may stand.
        case unexpectedInnerList
        /// The member itself is of a kind or has a value that this field does not know.
        case member
        /// A parameter that must be there is missing.
        case missingParameter(String)
        /// A parameter has a value that it cannot have.
        case parameter(String)
    }

    /// What is wrong.
    public let kind: Kind
    /// Bytes from the start of the field value.
    public let offset: Int

    /// A refusal.
    public init(_ kind: Kind, offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}
