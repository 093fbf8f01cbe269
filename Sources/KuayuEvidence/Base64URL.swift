/// Base64 with the alphabet for URLs and file names, without padding (RFC 4648, 5; RFC 7515, 2).
public enum Base64URL {
    /// The text of some bytes.
    public static func encode(_ bytes: [UInt8]) -> String { String(decoding: encodedBytes(bytes), as: UTF8.self) }

    /// The bytes of a text; `nil` for padding, foreign characters, an impossible length, or unused bits that are not
    /// zero.
    ///
    /// So every sequence of bytes has exactly one text, and a changed text never means the same bytes.
    public static func decode(_ text: String) -> [UInt8]? { Base64Alphabet.url.decode(Array(text.utf8)[...]) }

    static func encodedBytes(_ bytes: [UInt8]) -> [UInt8] { Base64Alphabet.url.encode(bytes, padded: false) }
}

/// The two alphabets of RFC 4648.
struct Base64Alphabet: Sendable {
    /// Section 4: `+` and `/`.
    static let standard = Base64Alphabet(last: "+/")
    /// Section 5: `-` and `_`.
    static let url = Base64Alphabet(last: "-_")

    private let characters: [UInt8]
    /// Value of each ASCII character; 255 for those outside the alphabet.
    private let values: [UInt8]

    private init(last: String) {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        characters = Array((letters + last).utf8)
        var values = [UInt8](repeating: 255, count: 256)
        for (index, character) in characters.enumerated() { values[Int(character)] = UInt8(index) }
        self.values = values
    }

    func encode(_ bytes: [UInt8], padded: Bool) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var bits: UInt32 = 0
        var bitCount = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(characters[Int(bits >> UInt32(bitCount) & 63)])
            }
        }
        if bitCount > 0 { text.append(characters[Int(bits << UInt32(6 - bitCount) & 63)]) }
        while padded && !text.count.isMultiple(of: 4) { text.append(UInt8(ascii: "=")) }
        return text
    }

    /// Decodes text without padding.
    ///
    /// `ignoringUnusedBits` takes texts whose last character carries bits of no byte.
    func decode(_ text: ArraySlice<UInt8>, ignoringUnusedBits: Bool = false) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var bits: UInt32 = 0
        var bitCount = 0
        for character in text {
            let value = values[Int(character)]
            guard value != 255 else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        let unused = bits & (1 << UInt32(bitCount) - 1)
        return unused == 0 || ignoringUnusedBits ? bytes : nil
    }
}
