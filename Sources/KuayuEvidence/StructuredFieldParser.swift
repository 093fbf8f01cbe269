import KuayuModel

/// The algorithms of RFC 9651, 4.2, with the offset of what does not fit.
struct StructuredFieldParser {
    private typealias Value = StructuredField.Value
    private typealias Item = StructuredField.Item
    private typealias Parameter = StructuredField.Parameter
    private typealias Member = StructuredField.Member

    private let bytes: [UInt8]
    private var offset = 0

    init(_ text: String) throws(StructuredFieldError) {
        guard text.utf8.count <= StructuredField.limitBytes else { throw StructuredFieldError(.tooLong, offset: 0) }
        bytes = Array(text.utf8)
        skip(while: { $0 == space })
    }

    /// Nothing but spaces may follow.
    mutating func finish() throws(StructuredFieldError) {
        skip(while: { $0 == space })
        guard offset == bytes.count else { throw failure(.character) }
    }

    mutating func list() throws(StructuredFieldError) -> [StructuredField.Member] {
        var members: [Member] = []
        while offset < bytes.count {
            members.append(try member())
            guard try takesSeparator() else { break }
        }
        return members
    }

    mutating func dictionary() throws(StructuredFieldError) -> [(key: String, member: StructuredField.Member)] {
        var members: [(key: String, member: Member)] = []
        while offset < bytes.count {
            let start = offset
            let key = try self.key()
            let value: Member
            if takes("=") {
                value = try member()
            } else {
                value = .item(Item(value: .boolean(true), parameters: try parameters(), offset: start))
            }
            if let index = members.firstIndex(where: { $0.key == key }) {
                members[index].member = value
            } else {
                members.append((key, value))
            }
            guard try takesSeparator() else { break }
        }
        return members
    }

    mutating func item() throws(StructuredFieldError) -> StructuredField.Item {
        let start = offset
        let value = try bareItem()
        return Item(value: value, parameters: try parameters(), offset: start)
    }

    /// Takes a comma and the blanks around it; false at the end.
    ///
    /// A comma must be followed by a member.
    private mutating func takesSeparator() throws(StructuredFieldError) -> Bool {
        skip(while: isBlank)
        if offset == bytes.count { return false }
        guard takes(",") else { throw failure(.character) }
        skip(while: isBlank)
        guard offset < bytes.count else { throw failure(.character) }
        return true
    }

    private mutating func member() throws(StructuredFieldError) -> Member {
        guard takes("(") else { return .item(try item()) }
        var items: [Item] = []
        while true {
            skip(while: { $0 == space })
            if takes(")") { return .inner(items, parameters: try parameters()) }
            items.append(try item())
            guard next == space || next == UInt8(ascii: ")") else { throw failure(.character) }
        }
    }

    private mutating func parameters() throws(StructuredFieldError) -> [Parameter] {
        var parameters: [Parameter] = []
        while takes(";") {
            skip(while: { $0 == space })
            let start = offset
            let key = try self.key()
            let value = takes("=") ? try bareItem() : Value.boolean(true)
            let parameter = Parameter(key: key, value: value, offset: start)
            if let index = parameters.firstIndex(where: { $0.key == key }) {
                parameters[index] = parameter
            } else {
                parameters.append(parameter)
            }
        }
        return parameters
    }

    private mutating func key() throws(StructuredFieldError) -> String {
        guard let first = next, isLowercase(first) || first == UInt8(ascii: "*") else { throw failure(.character) }
        return taken { byte in
            isLowercase(byte) || isDigit(byte) || "_-.*".utf8.contains(byte)
        }
    }
}

extension StructuredFieldParser {
    private mutating func bareItem() throws(StructuredFieldError) -> Value {
        switch next {
        case UInt8(ascii: "-"): return try number()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: ":"): return .bytes(try byteSequence())
        case UInt8(ascii: "?"): return .boolean(try boolean())
        case UInt8(ascii: "@"): return .date(try date())
        case UInt8(ascii: "%"): return .displayString(try displayString())
        case let byte? where isDigit(byte): return try number()
        case let byte? where isLetter(byte) || byte == UInt8(ascii: "*"): return .token(taken(while: isTokenCharacter))
        default: throw failure(.character)
        }
    }

    /// At most 15 digits, or at most 12 before and 3 after the point.
    private mutating func number() throws(StructuredFieldError) -> Value {
        let start = offset
        let sign = takes("-") ? -1 : 1
        let whole = taken(while: isDigit)
        guard !whole.isEmpty else { throw failure(.character) }
        guard takes(".") else {
            guard whole.count <= 15, let value = Int(whole) else { throw failure(.number, at: start) }
            return .integer(sign * value)
        }
        let fraction = taken(while: isDigit)
        guard !fraction.isEmpty else { throw failure(.character) }
        let thousandths = fraction + String(repeating: "0", count: max(0, 3 - fraction.count))
        guard whole.count <= 12, fraction.count <= 3, let value = Int(whole + thousandths) else {
            throw failure(.number, at: start)
        }
        return .decimal(thousandths: sign * value)
    }

    private mutating func string() throws(StructuredFieldError) -> String {
        offset += 1
        var content: [UInt8] = []
        while !takes("\"") {
            let isEscaped = takes("\\")
            guard let byte = next, (0x20...0x7E).contains(byte) else { throw failure(.character) }
            let mayBeEscaped = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
            guard !isEscaped || mayBeEscaped else { throw failure(.character) }
            content.append(byte)
            offset += 1
        }
        return String(decoding: content, as: UTF8.self)
    }

    /// Missing padding and unused bits are taken, as RFC 9651, 4.2.7 asks of readers.
    private mutating func byteSequence() throws(StructuredFieldError) -> [UInt8] {
        offset += 1
        let start = offset
        skip { $0 != UInt8(ascii: ":") }
        var content = bytes[start..<offset]
        guard takes(":") else { throw failure(.character) }
        let padding = content.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2, padding == 0 || content.count.isMultiple(of: 4) else { throw failure(.base64, at: start) }
        content = content.dropLast(padding)
        guard let decoded = Base64Alphabet.standard.decode(content, ignoringUnusedBits: true) else {
            throw failure(.base64, at: start)
        }
        return decoded
    }

    private mutating func boolean() throws(StructuredFieldError) -> Bool {
        offset += 1
        if takes("1") { return true }
        guard takes("0") else { throw failure(.character) }
        return false
    }

    private mutating func date() throws(StructuredFieldError) -> Int {
        let start = offset
        offset += 1
        guard case .integer(let seconds) = try number() else { throw failure(.number, at: start) }
        return seconds
    }

    private mutating func displayString() throws(StructuredFieldError) -> String {
        let start = offset
        offset += 1
        guard takes("\"") else { throw failure(.character) }
        var content: [UInt8] = []
        while !takes("\"") {
            guard let byte = next, (0x20...0x7E).contains(byte) else { throw failure(.character) }
            offset += 1
            content.append(byte == UInt8(ascii: "%") ? try hexByte() : byte)
        }
        guard let text = String(validating: content, as: UTF8.self) else { throw failure(.text, at: start) }
        return text
    }

    private mutating func hexByte() throws(StructuredFieldError) -> UInt8 {
        let digits = String(decoding: bytes[offset...].prefix(2), as: UTF8.self)
        guard let byte = HexText.decode(digits)?.first, digits == digits.lowercased() else { throw failure(.character) }
        offset += 2
        return byte
    }
}

extension StructuredFieldParser {
    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func skip(while isWanted: (UInt8) -> Bool) {
        while let byte = next, isWanted(byte) { offset += 1 }
    }

    private mutating func taken(while isWanted: (UInt8) -> Bool) -> String {
        let start = offset
        skip(while: isWanted)
        return String(decoding: bytes[start..<offset], as: UTF8.self)
    }

    private func failure(_ kind: StructuredFieldError.Kind, at place: Int? = nil) -> StructuredFieldError {
        StructuredFieldError(kind, offset: place ?? offset)
    }
}

private let space = UInt8(ascii: " ")

private func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == 9 }
private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
private func isLowercase(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
private func isLetter(_ byte: UInt8) -> Bool { isLowercase(byte | 0x20) }

/// `tchar` of RFC 9110, 5.6.2, a colon or a slash.
private func isTokenCharacter(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || "!#$%&'*+-.^_`|~:/".utf8.contains(byte)
}
