/// One range of a message: everything from the range before up to a bound.
struct NegentropyRange {
    /// What the sender says of the range.
    enum Content {
        /// Nothing: it is settled, or comes later.
        case skip
        /// First and last eight bytes of the fingerprint.
        case fingerprint(UInt64, UInt64)
        /// So many ids, beginning at this byte of the message.
        case ids(count: Int, offset: Int)
    }

    /// Where it ends.
    var upper: NegentropyBound
    /// What is said of it.
    var content: Content
}

/// Numbers that version 1 of negentropy agrees on.
enum NegentropyProtocol {
    static let version: UInt8 = 0x61
    static let versions: ClosedRange<UInt8> = 0x60...0x6F
    static let skip: UInt64 = 0
    static let fingerprint: UInt64 = 1
    static let ids: UInt64 = 2
    static let idBytes = 32
    static let fingerprintBytes = 16
    /// Parts into which a range is split.
    static let buckets = 16
    /// What a frame keeps free for its last range.
    static let frameReserve = 200
    /// The smallest limit of a frame.
    static let smallestFrame = 4096
}

/// Reads a message; every length is checked before anything is taken.
struct NegentropyReader {
    let bytes: [UInt8]
    private(set) var offset = 0
    private var timestamp: UInt64 = 0
    private var upper: NegentropyBound?

    init(_ bytes: [UInt8], limits: NegentropyLimits) throws(NegentropyError) {
        guard bytes.count <= limits.messageBytes else {
            throw NegentropyError(.messageBytes(limit: limits.messageBytes), at: 0)
        }
        self.bytes = bytes
    }

    /// The version byte.
    mutating func version() throws(NegentropyError) -> UInt8 {
        guard let version = bytes.first else { throw NegentropyError(.truncated, at: 0) }
        guard NegentropyProtocol.versions.contains(version) else { throw NegentropyError(.version(version), at: 0) }
        offset = 1
        return version
    }

    /// All ranges after the version.
    mutating func ranges(_ limits: NegentropyLimits) throws(NegentropyError) -> [NegentropyRange] {
        var ranges: [NegentropyRange] = []
        ranges.reserveCapacity(min(limits.ranges, bytes.count / 20))
        var listed = 0
        while offset < bytes.count {
            guard ranges.count < limits.ranges else {
                throw NegentropyError(.ranges(limit: limits.ranges), at: offset)
            }
            let start = offset
            let range = try range()
            if case .ids(let count, _) = range.content {
                listed += count
                guard listed <= limits.ids else { throw NegentropyError(.ids(limit: limits.ids), at: start) }
            }
            ranges.append(range)
        }
        return ranges
    }

    private mutating func range() throws(NegentropyError) -> NegentropyRange {
        let bound = try bound()
        let place = offset
        switch try varint() {
        case NegentropyProtocol.skip: return NegentropyRange(upper: bound, content: .skip)
        case NegentropyProtocol.fingerprint:
            try need(NegentropyProtocol.fingerprintBytes)
            let fingerprint = Self.words(bytes, offset)
            offset += NegentropyProtocol.fingerprintBytes
            return NegentropyRange(upper: bound, content: .fingerprint(fingerprint.0, fingerprint.1))
        case NegentropyProtocol.ids:
            let place = offset
            let count = try varint()
            guard count <= UInt64((bytes.count - offset) / NegentropyProtocol.idBytes) else {
                throw NegentropyError(.truncated, at: place)
            }
            let start = offset
            offset += Int(count) * NegentropyProtocol.idBytes
            return NegentropyRange(upper: bound, content: .ids(count: Int(count), offset: start))
        case let other: throw NegentropyError(.mode(other), at: place)
        }
    }

    private mutating func bound() throws(NegentropyError) -> NegentropyBound {
        let start = offset
        let delta = try varint()
        // 0 stands for infinity; sums beyond the largest number do too.
        let (next, overflow) = timestamp.addingReportingOverflow(delta == 0 ? .max : delta - 1)
        timestamp = delta == 0 || overflow ? .max : next
        let place = offset
        let length = try varint()
        guard length <= UInt64(NegentropyProtocol.idBytes) else {
            throw NegentropyError(.prefixLength(length), at: place)
        }
        try need(Int(length))
        let bound = NegentropyBound(timestamp: timestamp, prefix: bytes[offset..<(offset + Int(length))])
        offset += Int(length)
        if let upper, bound.item < upper.item { throw NegentropyError(.order, at: start) }
        upper = bound
        return bound
    }

    /// Seven bits a byte, most significant first, high bit on all but the last.
    private mutating func varint() throws(NegentropyError) -> UInt64 {
        let start = offset
        var value: UInt64 = 0
        while true {
            try need(1)
            let byte = bytes[offset]
            offset += 1
            guard value >> 57 == 0 else { throw NegentropyError(.varint, at: start) }
            value = value << 7 | UInt64(byte & 127)
            if byte & 128 == 0 { return value }
        }
    }

    private func need(_ count: Int) throws(NegentropyError) {
        guard bytes.count - offset >= count else { throw NegentropyError(.truncated, at: offset) }
    }

    /// Sixteen bytes as two numbers, to be compared.
    static func words(_ bytes: [UInt8], _ offset: Int) -> (UInt64, UInt64) {
        var words: (UInt64, UInt64) = (0, 0)
        for index in 0..<8 {
            words.0 = words.0 << 8 | UInt64(bytes[offset + index])
            words.1 = words.1 << 8 | UInt64(bytes[offset + 8 + index])
        }
        return words
    }

    /// The id that begins at a byte of a message.
    static func id(_ bytes: [UInt8], _ offset: Int) -> ElementID {
        func word(_ start: Int) -> UInt64 {
            var word: UInt64 = 0
            for index in 0..<8 { word |= UInt64(bytes[start + index]) << UInt64(index * 8) }
            return word
        }
        return ElementID(word(offset + 24), word(offset + 16), word(offset + 8), word(offset))
    }
}
