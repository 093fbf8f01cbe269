import KuayuFormats
import Testing

@Suite struct CodecTests {
    /// RFC 4648, 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func base64HasItsVectors(_ plain: String, _ text: String) throws {
        #expect(Base64.encode(plain.bytes) == text)
        #expect(try Base64.decode(text) == plain.bytes)
    }

    @Test(arguments: [
        ("Z", 1), ("Zg", 2), ("Zg=", 3), ("Zg===", 4), ("=", 0), ("Z===", 1), ("Zm9v=", 4), ("Zg==Zg==", 4),
        ("Zh==", 4),
        ("Zm9=", 4), ("Zm9-", 3), ("Zm 9v", 2), ("Zm9v\r\n", 4), ("龙", 0),
    ])
    func base64IsStrict(_ text: String, _ offset: Int) {
        #expect(throws: FormatError(.invalidBase64, at: offset)) { try Base64.decode(text) }
    }

    @Test func base64TakesAndMakesLineBreaks() throws {
        let bytes = (0..<200).map { UInt8($0) }
        let text = Base64.encode(bytes, lineLength: 76)
        #expect(text.utf8.split(separator: 13).map(\.count) == [76, 77, 77, 41])
        #expect(!text.hasSuffix("\n"))
        #expect(try Base64.decode(text, lineBreaks: .ignored) == bytes)
        #expect(try Base64.decode("Z\r\ng\n=\r=\r\n", lineBreaks: .ignored) == [0x66])
    }

    @Test func hexComesBack() throws {
        let bytes = (0...255).map { UInt8($0) }
        #expect(try Hex.decode(Hex.encode(bytes)) == bytes)
        #expect(Hex.encode([0x00, 0xAF]) == "00af")
        #expect(try Hex.decode("AfaF") == [0xAF, 0xAF])
    }

    @Test(arguments: [("a", 0), ("00a", 2), ("0g", 0), ("00 0", 2)])
    func hexIsStrict(_ text: String, _ offset: Int) {
        #expect(throws: FormatError(.invalidHex, at: offset)) { try Hex.decode(text) }
    }
}
