/// Hexadecimal digits, RFC 4648, 8; written in lower case, read in both.
public enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Two digits for each byte.
    public static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            out.append(digits[Int(byte >> 4)])
            out.append(digits[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The bytes of pairs of digits; an error with the offset of the first pair that is none.
    public static func decode(_ text: [UInt8]) throws(FormatError) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.count / 2)
        var at = 0
        while at < text.count {
            guard at + 1 < text.count, let high = Ascii.hexValue(text[at]), let low = Ascii.hexValue(text[at + 1])
            else { throw FormatError(.invalidHex, at: at) }
            out.append(UInt8(high << 4 | low))
            at += 2
        }
        return out
    }

    /// The same for a string.
    public static func decode(_ text: String) throws(FormatError) -> [UInt8] { try decode(Array(text.utf8)) }
}
