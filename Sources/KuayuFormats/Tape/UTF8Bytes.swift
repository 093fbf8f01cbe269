/// UTF-8 by hand: RFC 3629, without overlong forms and surrogates.
enum UTF8Bytes {
    /// The byte-order mark U+FEFF.
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The length of the valid multi-byte sequence at `index` (2, 3 or 4), or 0 when there is none.
    ///
    /// - Parameter index: the position of a byte of 0x80 or more.
    @inline(__always)
    static func length(_ bytes: Span<UInt8>, _ index: Int) -> Int {
        let lead = bytes[index]
        let left = bytes.count - index
        if lead < 0xE0 {
            return lead >= 0xC2 && left >= 2 && isContinuation(bytes[index + 1]) ? 2 : 0
        }
        guard left >= 3 else { return 0 }
        let second = bytes[index + 1]
        guard isContinuation(second), isContinuation(bytes[index + 2]) else { return 0 }
        if lead < 0xF0 {
            if lead == 0xE0 && second < 0xA0 { return 0 }
            return lead == 0xED && second >= 0xA0 ? 0 : 3
        }
        guard left >= 4, lead <= 0xF4, isContinuation(bytes[index + 3]) else { return 0 }
        if lead == 0xF0 && second < 0x90 { return 0 }
        return lead == 0xF4 && second >= 0x90 ? 0 : 4
    }

    /// The scalar of the valid sequence of `length` bytes at `index`.
    @inline(__always)
    static func scalar(_ bytes: Span<UInt8>, _ index: Int, length: Int) -> UInt32 {
        let lead = UInt32(bytes[index])
        switch length {
        case 1: return lead
        case 2: return (lead & 0x1F) << 6 | tail(bytes[index + 1])
        case 3: return (lead & 0x0F) << 12 | tail(bytes[index + 1]) << 6 | tail(bytes[index + 2])
        default:
            let high = (lead & 0x07) << 18 | tail(bytes[index + 1]) << 12
            return high | tail(bytes[index + 2]) << 6 | tail(bytes[index + 3])
        }
    }

    /// How many bytes a scalar takes.
    @inline(__always)
    static func width(_ scalar: UInt32) -> Int {
        scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4
    }

    /// Appends a scalar that is not a surrogate.
    static func append(_ scalar: UInt32, to out: inout [UInt8]) {
        switch width(scalar) {
        case 1: out.append(UInt8(truncatingIfNeeded: scalar))
        case 2: appendLead(0xC0, scalar, 6, to: &out)
        case 3:
            appendLead(0xE0, scalar, 12, to: &out)
            out.append(continuation(scalar, 6))
        default:
            appendLead(0xF0, scalar, 18, to: &out)
            out.append(continuation(scalar, 12))
            out.append(continuation(scalar, 6))
        }
        if scalar >= 0x80 { out.append(continuation(scalar, 0)) }
    }

    private static func appendLead(_ mark: UInt8, _ scalar: UInt32, _ shift: UInt32, to out: inout [UInt8]) {
        out.append(mark | UInt8(truncatingIfNeeded: scalar >> shift))
    }

    /// The continuation byte that holds the six bits of `scalar` above `shift`.
    @inline(__always)
    static func continuation(_ scalar: UInt32, _ shift: UInt32) -> UInt8 {
        0x80 | UInt8(truncatingIfNeeded: scalar >> shift & 0x3F)
    }

    @inline(__always)
    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

    @inline(__always)
    private static func tail(_ byte: UInt8) -> UInt32 { UInt32(byte & 0x3F) }
}
