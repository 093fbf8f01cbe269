import KuayuModel

/// Reads JSON whose members stand in a known order without spaces, one expected piece after the other.
///
/// It takes a little more than canonical JSON (any `\u` escape of a control character, leading zeros); its users
/// compare with what they would have written themselves.
struct CanonicalScanner {
    /// The text does not go on as expected.
    struct Failure: Error {
        /// Offset of the first byte that does not fit.
        let offset: Int
    }

    private let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    /// Takes `text` if it comes next.
    mutating func takes(_ text: String) -> Bool {
        guard bytes[offset...].starts(with: text.utf8) else { return false }
        offset += text.utf8.count
        return true
    }

    mutating func expect(_ text: String) throws(Failure) {
        guard takes(text) else { throw Failure(offset: offset) }
    }

    mutating func string(after text: String) throws(Failure) -> String {
        try expect(text)
        return try string()
    }

    mutating func integer(after text: String) throws(Failure) -> Int {
        try expect(text)
        return try integer()
    }

    /// A number without sign, fraction or exponent, at most 15 digits.
    mutating func integer() throws(Failure) -> Int {
        let digits = bytes[offset...].prefix(16).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...15).contains(digits.count) else { throw Failure(offset: offset) }
        offset += digits.count
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    mutating func string() throws(Failure) -> String {
        let start = offset
        try expect("\"")
        var content: [UInt8] = []
        while !takes("\"") {
            guard offset < bytes.count, bytes[offset] >= 0x20 else { throw Failure(offset: offset) }
            if takes("\\") {
                content.append(try escaped())
            } else {
                content.append(bytes[offset])
                offset += 1
            }
        }
        guard let string = String(validating: content, as: UTF8.self) else { throw Failure(offset: start) }
        return string
    }

    private mutating func escaped() throws(Failure) -> UInt8 {
        if takes("u00") {
            let digits = String(decoding: bytes[offset...].prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let byte = HexText.decode(digits)?.first, byte < 0x20
            else { throw Failure(offset: offset) }
            offset += 2
            return byte
        }
        let meanings: [(String, UInt8)] = [
            ("\"", UInt8(ascii: "\"")), ("\\", UInt8(ascii: "\\")), ("b", 8), ("t", 9), ("n", 10), ("f", 12), ("r", 13),
        ]
        for (letter, byte) in meanings where takes(letter) { return byte }
        throw Failure(offset: offset)
    }
}
