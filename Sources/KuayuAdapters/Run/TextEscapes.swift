import KuayuFormats

/// JSON strings and literals.
enum JSONText {
    static func append(_ bytes: [UInt8], to out: inout [UInt8]) { CanonicalJSON.appendString(bytes[...], to: &out) }

    static func append(_ bytes: ArraySlice<UInt8>, to out: inout [UInt8]) {
        CanonicalJSON.appendString(bytes, to: &out)
    }

    private static let words: [[UInt8]] = ["true", "false", "null"].map { Array($0.utf8) }

    /// Whether bytes may stand without quotes: a whole or decimal number, or one of the three words.
    static func isLiteral(_ bytes: ArraySlice<UInt8>) -> Bool {
        if words.contains(where: { bytes.elementsEqual($0) }) { return true }
        var digits = bytes.first == UInt8(ascii: "-") ? bytes.dropFirst() : bytes
        if let point = digits.firstIndex(of: UInt8(ascii: ".")) {
            let fraction = digits[(point + 1)...]
            guard !fraction.isEmpty, fraction.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return false }
            digits = digits[..<point]
        }
        guard let first = digits.first, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return false }
        return first != 0x30 || digits.count == 1
    }
}

/// XML text and attribute values.
enum XMLEscapes {
    static func append(_ bytes: ArraySlice<UInt8>, isAttribute: Bool = false, to out: inout [UInt8]) {
        guard let first = bytes.firstIndex(where: { isSpecial($0, isAttribute) }) else {
            out.append(contentsOf: bytes)
            return
        }
        out.append(contentsOf: bytes[..<first])
        for byte in bytes[first...] {
            switch byte {
            case UInt8(ascii: "&"): out += "&amp;".utf8
            case UInt8(ascii: "<"): out += "&lt;".utf8
            case UInt8(ascii: ">"): out += "&gt;".utf8
            case 0x0D: out += "&#13;".utf8
            case UInt8(ascii: "\"") where isAttribute: out += "&quot;".utf8
            case 0x0A where isAttribute: out += "&#10;".utf8
            case 0x09 where isAttribute: out += "&#9;".utf8
            default: out.append(byte)
            }
        }
    }

    @inline(__always)
    private static func isSpecial(_ byte: UInt8, _ isAttribute: Bool) -> Bool {
        byte == 0x26 || byte == 0x3C || byte == 0x3E || byte == 0x0D
            || isAttribute && (byte == 0x22 || byte == 0x0A || byte == 0x09)
    }
}

/// Fields of a line.
enum DelimitedText {
    static func append(_ bytes: ArraySlice<UInt8>, isCSV: Bool, to out: inout [UInt8]) {
        if isCSV { appendQuoted(bytes, to: &out) } else { appendEscaped(bytes, to: &out) }
    }

    private static func appendEscaped(_ bytes: ArraySlice<UInt8>, to out: inout [UInt8]) {
        guard bytes.contains(where: { $0 == 0x7C || $0 == 0x5C || $0 == 0x0A }) else {
            out.append(contentsOf: bytes)
            return
        }
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "|"), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
            case 0x0A: out += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            default: out.append(byte)
            }
        }
    }

    private static func appendQuoted(_ bytes: ArraySlice<UInt8>, to out: inout [UInt8]) {
        guard bytes.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else {
            out += bytes
            return
        }
        out.append(0x22)
        for byte in bytes {
            if byte == 0x22 { out.append(0x22) }
            out.append(byte)
        }
        out.append(0x22)
    }
}
