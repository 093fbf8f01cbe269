/// Why a message of negentropy cannot be used.
public struct NegentropyError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Kind: Hashable, Sendable {
        /// The message ends within a field.
        case truncated
        /// A number does not fit in 64 bits.
        case varint
        /// The first byte is no version of the protocol (0x60 ... 0x6F).
        case version(UInt8)
        /// The other side does not speak version 1.
        case unsupportedVersion(UInt8)
        /// A range is of a kind that version 1 does not have.
        case mode(UInt64)
        /// The prefix of an id is longer than an id.
        case prefixLength(UInt64)
        /// A range ends before it begins.
        case order
        /// The message has more bytes than allowed.
        case messageBytes(limit: Int)
        /// The message has more ranges than allowed.
        case ranges(limit: Int)
        /// More ids differ, or are listed, than allowed.
        case ids(limit: Int)
        /// The exchange goes on for longer than allowed.
        case rounds(limit: Int)
        /// A message came before the exchange began or after it ended.
        case outOfTurn
    }

    /// What is wrong.
    public var kind: Kind
    /// Where in the message: the first byte of the field that is wrong.
    public var offset: Int

    /// An error.
    public init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    /// Whether the message may be sound but is more than is allowed.
    public var isLimit: Bool {
        switch kind {
        case .messageBytes, .ranges, .ids, .rounds: true
        case .truncated, .varint, .version, .unsupportedVersion, .mode, .prefixLength, .order, .outOfTurn: false
        }
    }
}

extension NegentropyError: CustomStringConvertible {
    /// For people.
    public var description: String { "negentropy message, byte \(offset): \(kind)" }
}

/// What one exchange may cost at most.
public struct NegentropyLimits: Hashable, Sendable {
    /// Bytes of a message that is read.
    public var messageBytes: Int
    /// Ranges of a message that is read.
    public var ranges: Int
    /// Ids that differ in the whole exchange, and ids listed in one message.
    public var ids: Int
    /// Messages that the initiator reads.
    public var rounds: Int

    /// Limits; as they stand, ten million elements of which a million differ can be compared.
    public init(
        messageBytes: Int = 64 << 20, ranges: Int = 1_000_000, ids: Int = 2_000_000, rounds: Int = 1_000
    ) {
        self.messageBytes = messageBytes
        self.ranges = ranges
        self.ids = ids
        self.rounds = rounds
    }
}
