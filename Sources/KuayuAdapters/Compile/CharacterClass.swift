/// A class of characters as templates write it: `[^|]`, `[0-9A-Z]`.
struct CharacterClass: Sendable, Hashable {
    let isNegated: Bool
    let ranges: [ClosedRange<UInt32>]

    /// A class with its quantifier: `[…]+`, `[…]*`, `[…]{6}`.
    ///
    /// `nil` when the text is something else.
    static func parse(_ text: String) -> (characters: CharacterClass, length: Int?)? {
        guard text.first == "[", let close = text.dropFirst(2).firstIndex(of: "]") else { return nil }
        let rest = text[text.index(after: close)...]
        var length: Int?
        switch rest {
        case "+", "*", "": break
        default:
            guard rest.first == "{", rest.last == "}", let count = Int(rest.dropFirst().dropLast()), count > 0 else {
                return nil
            }
            length = count
        }
        guard let characters = CharacterClass(inside: text[text.index(after: text.startIndex)..<close]) else {
            return nil
        }
        return (characters, length)
    }

    private init?(inside text: Substring) {
        var scalars = Array(text.unicodeScalars.map(\.value))
        isNegated = scalars.first == 0x5E
        if isNegated { scalars.removeFirst() }
        var ranges: [ClosedRange<UInt32>] = []
        var index = 0
        while index < scalars.count {
            if index + 2 < scalars.count, scalars[index + 1] == 0x2D {
                guard scalars[index] <= scalars[index + 2] else { return nil }
                ranges.append(scalars[index]...scalars[index + 2])
                index += 3
            } else {
                ranges.append(scalars[index]...scalars[index])
                index += 1
            }
        }
        guard !ranges.isEmpty else { return nil }
        self.ranges = ranges
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isNegated
    }
}
