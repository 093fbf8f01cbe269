/// Header lines of HTTP/1.1, in and out.
enum HeaderLine {
    /// Name and value of a received line; nil for the empty line and for what is none.
    static func parse(_ line: UnsafeRawBufferPointer) -> (name: String, value: String)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return nil }
        let value = line[(colon + 1)...]
            .drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let end = value.lastIndex { $0 > UInt8(ascii: " ") }.map { $0 + 1 } ?? value.startIndex
        return (
            String(decoding: line[..<colon], as: UTF8.self),
            String(decoding: value[..<max(end, value.startIndex)], as: UTF8.self)
        )
    }

    /// The line libcurl wants for a header; nil when name or value would break out of it.
    static func make(name: String, value: String) -> String? {
        guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte), value.utf8.allSatisfy(isValueByte) else { return nil }
        // libcurl reads "Name:" as "do not send it" and "Name;" as "send it empty".
        return value.isEmpty ? "\(name);" : "\(name): \(value)"
    }

    /// Token characters of RFC 9110, 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func isValueByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\t") || (byte >= 0x20 && byte != 0x7F)
    }
}
