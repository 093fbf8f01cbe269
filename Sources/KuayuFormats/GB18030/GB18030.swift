/// GB 18030-2022 ↔ UTF-8, strictly, with tables of its own.
///
/// | bytes | characters |
/// |---|---|
/// | `00`–`7F` | ASCII |
/// | `81`–`FE`, `40`–`7E` or `80`–`FE` | 23,940 characters of the Basic Multilingual Plane, see ``GB18030Tables`` |
/// | `81`–`84`, `30`–`39`, `81`–`FE`, `30`–`39` | the rest of that plane, in order |
/// | `90`–`E3`, `30`–`39`, `81`–`FE`, `30`–`39` | U+10000–U+10FFFF, in order |
///
/// Every Unicode scalar has exactly one code and comes back as itself. `80`, `FF` and everything else is refused.
public enum GB18030 {
    /// Which characters may be written or read.
    public enum Repertoire: String, Hashable, Sendable, CaseIterable {
        /// All of Unicode.
        case gb18030
        /// Read: one- and two-byte codes. Written: GBK 1.0 without private-use characters, 21,791 beside ASCII.
        case gbk
    }

    /// U+FEFF.
    static let byteOrderMark: [UInt8] = [0x84, 0x31, 0x95, 0x33]

    /// The text as UTF-8, and the map from its offsets back to those of `bytes`.
    ///
    /// - Throws: ``FormatError`` at the first byte of the sequence that is no character.
    public static func decode(
        _ bytes: [UInt8], repertoire: Repertoire = .gb18030
    ) throws(FormatError) -> (bytes: [UInt8], map: SourceMap) {
        let tables = GB18030Tables.shared
        var checkpoints = [SourceMap.Checkpoint(source: 0, derived: 0)]
        // Two bytes become three at most, four become four.
        let room = bytes.count + bytes.count / 2 + 4
        let out = try [UInt8](capacity: room) { (out: inout OutputSpan<UInt8>) throws(FormatError) in
            let view = bytes.span
            let twoByte = tables.twoByte.span
            var at = 0
            var next = SourceMap.stride
            while at < view.count {
                let byte = view[at]
                if byte < 0x80 {
                    out.append(byte)
                    at += 1
                    continue
                }
                if out.count >= next {
                    checkpoints.append(SourceMap.Checkpoint(source: at, derived: out.count))
                    next = out.count + SourceMap.stride
                }
                if at + 1 < view.count, let index = twoByteIndex(byte, view[at + 1]) {
                    append(UInt32(twoByte[index]), to: &out)
                    at += 2
                } else {
                    append(try fourByteScalar(view, at, repertoire, tables), to: &out)
                    at += 4
                }
            }
        }
        return (out, .walk(SourceMap.Walk(rule: .gb18030, source: bytes, end: bytes.count, checkpoints: checkpoints)))
    }

    /// The text, given as UTF-8, in GB 18030.
    ///
    /// - Throws: ``FormatError`` at the first character that is not in the repertoire, or no UTF-8.
    public static func encode(_ utf8: [UInt8], repertoire: Repertoire) throws(FormatError) -> [UInt8] {
        let codes = GB18030Tables.shared.codes
        var out: [UInt8] = []
        out.reserveCapacity(utf8.count + 8)
        var at = 0
        while at < utf8.count {
            if utf8[at] < 0x80 {
                let start = at
                while at < utf8.count, utf8[at] < 0x80 { at += 1 }
                out.append(contentsOf: utf8[start..<at])
                continue
            }
            let length = UTF8Bytes.length(utf8.span, at)
            guard length > 0 else { throw FormatError(.invalidUTF8, at: at) }
            let code = Code(UTF8Bytes.scalar(utf8.span, at, length: length), codes)
            guard repertoire == .gb18030 || code.isInGBK else {
                throw FormatError(.notInRepertoire(repertoire), at: at)
            }
            code.append(to: &out)
            at += length
        }
        return out
    }

    /// The offsets of all characters that the repertoire does not have; for a report that names them all.
    ///
    /// Bytes that are no UTF-8 count as such characters, one each.
    public static func unencodableOffsets(in utf8: [UInt8], repertoire: Repertoire) -> [Int] {
        let codes = GB18030Tables.shared.codes
        var offsets: [Int] = []
        var at = 0
        while at < utf8.count {
            let length = utf8[at] < 0x80 ? 1 : UTF8Bytes.length(utf8.span, at)
            if length == 0 {
                offsets.append(at)
            } else if length > 1, repertoire == .gbk,
                !Code(UTF8Bytes.scalar(utf8.span, at, length: length), codes).isInGBK
            {
                offsets.append(at)
            }
            at += max(1, length)
        }
        return offsets
    }
}

extension GB18030 {
    /// The position of a two-byte code in the table of 126 × 190, or nil.
    @inline(__always)
    static func twoByteIndex(_ lead: UInt8, _ trail: UInt8) -> Int? {
        guard lead >= 0x81, lead <= 0xFE, trail >= 0x40, trail != 0x7F, trail <= 0xFE else { return nil }
        return Int(lead - 0x81) * 190 + Int(trail) - (trail < 0x7F ? 0x40 : 0x41)
    }

    @inline(__always)
    private static func append(_ scalar: UInt32, to out: inout OutputSpan<UInt8>) {
        if scalar < 0x800 {
            out.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
        } else {
            if scalar < 0x10000 {
                out.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
            } else {
                out.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
                out.append(UTF8Bytes.continuation(scalar, 12))
            }
            out.append(UTF8Bytes.continuation(scalar, 6))
        }
        out.append(UTF8Bytes.continuation(scalar, 0))
    }

    private static func fourByteScalar(
        _ bytes: Span<UInt8>, _ at: Int, _ repertoire: Repertoire, _ tables: GB18030Tables
    ) throws(FormatError) -> UInt32 {
        guard let linear = fourByteLinear(bytes, at) else {
            throw FormatError(isCutOff(bytes, at) ? .truncatedGB18030 : .invalidGB18030, at: at)
        }
        guard let scalar = tables.scalar(linear) else { throw FormatError(.invalidGB18030, at: at) }
        if repertoire == .gbk { throw FormatError(.fourByteInGBK, at: at) }
        return scalar
    }

    /// The number of a four-byte code, counted from `81308130`; nil when there is none at `at`.
    private static func fourByteLinear(_ bytes: Span<UInt8>, _ at: Int) -> Int? {
        guard at + 3 < bytes.count else { return nil }
        let (first, second, third, fourth) = (bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3])
        guard first >= 0x81, first <= 0xFE, Ascii.isDigit(second), third >= 0x81, third <= 0xFE, Ascii.isDigit(fourth)
        else { return nil }
        let high = Int(first - 0x81) * 12600 + Int(second - Ascii.zero) * 1260
        return high + Int(third - 0x81) * 10 + Int(fourth - Ascii.zero)
    }

    /// Whether the document ends before the sequence at `at` does, and is right so far.
    private static func isCutOff(_ bytes: Span<UInt8>, _ at: Int) -> Bool {
        let left = bytes.count - at
        guard left < 4, bytes[at] >= 0x81, bytes[at] <= 0xFE else { return false }
        if left >= 2, !Ascii.isDigit(bytes[at + 1]) { return false }
        return left < 3 || bytes[at + 2] >= 0x81 && bytes[at + 2] <= 0xFE
    }

    /// How many bytes the character at `at` takes; 1 for a broken one.
    static func sequenceLength(_ bytes: Span<UInt8>, _ at: Int) -> Int {
        if bytes[at] < 0x80 || at + 1 >= bytes.count { return 1 }
        if twoByteIndex(bytes[at], bytes[at + 1]) != nil { return 2 }
        return fourByteLinear(bytes, at) == nil ? 1 : 4
    }

    /// How many bytes the character at `at` takes, here and in UTF-8.
    static func width(_ bytes: Span<UInt8>, _ at: Int) -> (source: Int, derived: Int) {
        if bytes[at] < 0x80 || at + 1 >= bytes.count { return (1, 1) }
        let tables = GB18030Tables.shared
        if let index = twoByteIndex(bytes[at], bytes[at + 1]) {
            return (2, UTF8Bytes.width(UInt32(tables.twoByte[index])))
        }
        guard let linear = fourByteLinear(bytes, at), let scalar = tables.scalar(linear) else { return (1, 1) }
        return (4, UTF8Bytes.width(scalar))
    }

    /// The code of one scalar beyond ASCII.
    private struct Code {
        private let value: Int

        /// See ``GB18030Tables/codes`` for what the value means.
        @inline(__always)
        init(_ scalar: UInt32, _ codes: [UInt16]) {
            value =
                scalar < 0x10000
                ? Int(codes[Int(scalar)]) : GB18030Tables.supplementary + Int(scalar - 0x10000)
        }

        /// The two bytes as one number, or 0 for a four-byte code.
        private var twoByte: Int {
            guard value >= GB18030Tables.fourByteCount, value < GB18030Tables.supplementary else { return 0 }
            let (row, column) = (value - GB18030Tables.fourByteCount).quotientAndRemainder(dividingBy: 190)
            return (row + 0x81) << 8 | column + (column < 0x3F ? 0x40 : 0x41)
        }

        func append(to out: inout [UInt8]) {
            let code = twoByte
            if code > 0 {
                out.append(UInt8(truncatingIfNeeded: code >> 8))
                out.append(UInt8(truncatingIfNeeded: code))
                return
            }
            out.append(UInt8(truncatingIfNeeded: 0x81 + value / 12600))
            out.append(UInt8(truncatingIfNeeded: 0x30 + value / 1260 % 10))
            out.append(UInt8(truncatingIfNeeded: 0x81 + value / 10 % 126))
            out.append(UInt8(truncatingIfNeeded: 0x30 + value % 10))
        }

        /// GBK 1.0: the two-byte codes without the private-use zones and without what GB 18030 added since.
        var isInGBK: Bool {
            switch twoByte {
            case 0: false
            case 0xA2E3, 0xA6D9...0xA6DF, 0xA6EC...0xA6ED, 0xA6F3, 0xA8BC, 0xA8BF, 0xA989...0xA995, 0xFE50...0xFEA0:
                false
            default: !GB18030Tables.isPrivateUse(GB18030Tables.shared.twoByte[value - GB18030Tables.fourByteCount])
            }
        }
    }
}
