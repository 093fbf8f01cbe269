/// What is wrong with the shape of a text that must have exactly `length` ASCII characters, or `nil`.
///
/// A text of the right length with, say, a full-width digit is a fault of that character, not of the length.
func shapeFault(in text: some StringProtocol, length: Int) -> IdentifierError.Kind? {
    let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
    let scalars = text.unicodeScalars
    let count = isASCII ? text.utf8.count : scalars.count
    guard count == length else { return .length(expected: length, got: count) }
    guard let index = isASCII ? nil : scalars.firstIndex(where: { !$0.isASCII }) else { return nil }
    return .character(position: scalars.distance(from: scalars.startIndex, to: index) + 1)
}

/// The first byte, counted from `start`, that is not allowed, as a fault.
func characterFault(
    in bytes: some Sequence<UInt8>, startingAt start: Int = 1, where isAllowed: (UInt8) -> Bool
) -> IdentifierError.Kind? {
    var position = start
    for byte in bytes {
        if !isAllowed(byte) { return .character(position: position) }
        position += 1
    }
    return nil
}

extension RandomNumberGenerator {
    /// `count` random decimal digits.
    mutating func digits(_ count: Int) -> String {
        String(decoding: (0..<count).map { _ in UInt8.random(in: 0x30...0x39, using: &self) }, as: UTF8.self)
    }
}
