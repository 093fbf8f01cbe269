/// The escapes of JSON strings (RFC 8259, 7), in spans that the reader has checked.
enum JSONEscapes {
    /// The code unit of `\uXXXX` whose backslash is at `at`, or nil when there is no such escape.
    static func unit(_ bytes: Span<UInt8>, _ at: Int) -> UInt32? {
        guard at + 6 <= bytes.count, bytes[at] == Ascii.backslash, bytes[at + 1] == 0x75 else { return nil }
        var value: UInt32 = 0
        for index in at + 2..<at + 6 {
            guard let digit = Ascii.hexValue(bytes[index]) else { return nil }
            value = value << 4 | digit
        }
        return value
    }

    /// The scalar of the escape at `at` and the length of the escape.
    ///
    /// Spans are checked by the reader; anything else gives the replacement character.
    static func scalar(_ bytes: Span<UInt8>, _ at: Int) -> (scalar: UInt32, length: Int) {
        guard at + 1 < bytes.count else { return (0xFFFD, 1) }
        switch bytes[at + 1] {
        case 0x62: return (0x08, 2)
        case 0x66: return (0x0C, 2)
        case 0x6E: return (0x0A, 2)
        case 0x72: return (0x0D, 2)
        case 0x74: return (0x09, 2)
        case 0x75: break
        default: return (UInt32(bytes[at + 1]), 2)
        }
        guard let high = unit(bytes, at) else { return (0xFFFD, 2) }
        if high & 0xF800 != 0xD800 { return (high, 6) }
        guard let low = unit(bytes, at + 6), low & 0xFC00 == 0xDC00 else { return (0xFFFD, 6) }
        return (0x10000 + (high & 0x3FF) << 10 + (low & 0x3FF), 12)
    }

    /// How many bytes the character at `at` takes, escaped and plain.
    static func width(_ bytes: Span<UInt8>, _ at: Int) -> (source: Int, derived: Int) {
        guard bytes[at] == Ascii.backslash else { return (1, 1) }
        let (value, length) = scalar(bytes, at)
        return (length, UTF8Bytes.width(value))
    }

    /// The plain bytes of a span.
    static func decode(_ bytes: [UInt8], _ span: Range<Int>) -> [UInt8] {
        decode(bytes, span, onEscape: { _, _ in })
    }

    /// The plain bytes of a span, with the map back to offsets of `bytes`.
    static func decodeWithMap(_ bytes: [UInt8], _ span: Range<Int>) -> (bytes: [UInt8], map: SourceMap) {
        var checkpoints = [SourceMap.Checkpoint(source: span.lowerBound, derived: 0)]
        var next = SourceMap.stride
        let plain = decode(bytes, span) { source, derived in
            guard derived >= next else { return }
            checkpoints.append(SourceMap.Checkpoint(source: source, derived: derived))
            next = derived + SourceMap.stride
        }
        let walk = SourceMap.Walk(
            rule: .jsonEscapes, source: bytes, end: span.upperBound, checkpoints: checkpoints)
        return (plain, .walk(walk))
    }

    private static func decode(
        _ bytes: [UInt8], _ span: Range<Int>, onEscape: (_ source: Int, _ derived: Int) -> Void
    ) -> [UInt8] {
        // An escape is never shorter than what it stands for, but for one that is broken: U+FFFD takes three bytes.
        [UInt8](capacity: span.count + span.count / 2 + 4) { out in
            let view = bytes.span
            var at = span.lowerBound
            while at < span.upperBound {
                let byte = view[at]
                if byte != Ascii.backslash {
                    out.append(byte)
                    at += 1
                    continue
                }
                onEscape(at, out.count)
                let (value, length) = scalar(view, at)
                append(value, to: &out)
                at += length
            }
        }
    }

    @inline(__always)
    private static func append(_ scalar: UInt32, to out: inout OutputSpan<UInt8>) {
        if scalar < 0x80 { return out.append(UInt8(truncatingIfNeeded: scalar)) }
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
}
