/// Splitting and joining of templates.
enum TemplateText {
    /// The parts of a text; `nil` when it does not have the template's shape.
    static func split(
        _ text: ArraySlice<UInt8>, _ pieces: [TemplateRule.Piece]
    ) -> [(part: TemplateRule.Part, bytes: ArraySlice<UInt8>)]? {
        var rest = text
        var found: [(part: TemplateRule.Part, bytes: ArraySlice<UInt8>)] = []
        for (index, piece) in pieces.enumerated() {
            switch piece {
            case .literal(let literal):
                guard rest.starts(with: literal) else { return nil }
                rest = rest.dropFirst(literal.count)
            case .part(let part):
                guard let end = end(of: part, in: rest, before: pieces.dropFirst(index + 1).first) else { return nil }
                found.append((part, rest[..<end]))
                rest = rest[end...]
            }
        }
        return rest.isEmpty ? found : nil
    }

    private static func end(
        of part: TemplateRule.Part, in rest: ArraySlice<UInt8>, before next: TemplateRule.Piece?
    ) -> Int? {
        if let length = part.length { return prefix(rest, length: length) }
        let end: Int
        if case .literal(let literal)? = next {
            guard let found = first(literal, in: rest) else { return nil }
            end = found
        } else {
            end = rest.endIndex
        }
        guard let characters = part.characters else { return end }
        let isFitting = String(decoding: rest[..<end], as: UTF8.self).unicodeScalars.allSatisfy(characters.contains)
        return isFitting ? end : nil
    }

    private static func prefix(_ bytes: ArraySlice<UInt8>, length: Int) -> Int? {
        let text = String(decoding: bytes, as: UTF8.self).unicodeScalars.prefix(length)
        guard text.count == length else { return nil }
        return bytes.startIndex + text.reduce(0) { $0 + UTF8.width($1) }
    }

    private static func first(_ literal: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= literal.count else { return nil }
        return (bytes.startIndex...bytes.endIndex - literal.count).first { bytes[$0...].starts(with: literal) }
    }
}

extension UTF8 {
    fileprivate static func width(_ scalar: Unicode.Scalar) -> Int { String(scalar).utf8.count }
}
