import KuayuFormats

/// Hexadecimal, base64 and splitting on bytes.
enum ByteCodes {
    static func isHexDigit(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    /// Hexadecimal digits, white space between them ignored.
    static func hexDecoded(_ bytes: ArraySlice<UInt8>) -> [UInt8]? { try? Hex.decode(bytes.filter { !isSpace($0) }) }

    /// Base64 (RFC 4648, section 4), white space ignored: systems break lines at will.
    static func base64Decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        try? Base64.decode(bytes.filter { !isSpace($0) })
    }

    /// The parts of a text between separators; at least one.
    static func split(_ bytes: ArraySlice<UInt8>, by separator: [UInt8]) -> [ArraySlice<UInt8>] {
        guard !separator.isEmpty else { return [bytes] }
        var parts: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var index = start
        while index + separator.count <= bytes.endIndex {
            if bytes[index] == separator[0], bytes[index..<index + separator.count].elementsEqual(separator) {
                parts.append(bytes[start..<index])
                index += separator.count
                start = index
            } else {
                index += 1
            }
        }
        parts.append(bytes[start...])
        return parts
    }
}

extension ByteCodes {
    /// UTF-8 bytes as a text.
    static func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
