/// The check-character systems of the identifiers, as functions over ASCII bytes.
///
/// Each returns the check character that the given bytes ask for, or `nil` when a byte is not in the alphabet. Callers
/// hand over the characters before the check character.
enum CheckCharacter {
    /// Alphabet of GB 32100: digits and letters without I, O, S, V, Z.
    static let creditAlphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
    /// Alphabet of ISO 7064 MOD 37,36: digits and letters.
    static let alphanumeric = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

    private static let notInAlphabet: UInt8 = 255
    private static let creditValues = values(of: creditAlphabet)
    private static let alphanumericValues = values(of: alphanumeric)
    private static let citizenWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    private static let citizenCharacters = Array("10X98765432".utf8)

    /// Whether a byte is in the alphabet of GB 32100.
    static func isCredit(_ byte: UInt8) -> Bool { creditValues[Int(byte)] != notInAlphabet }

    /// Whether a byte is a digit or an upper-case letter.
    static func isAlphanumeric(_ byte: UInt8) -> Bool { alphanumericValues[Int(byte)] != notInAlphabet }

    /// GB 32100-2015, 4.6: weights 3ⁱ mod 31, check = (31 − Σ mod 31) mod 31.
    static func credit(_ bytes: some Sequence<UInt8>) -> UInt8? {
        var sum = 0
        var weight = 1
        for byte in bytes {
            let value = creditValues[Int(byte)]
            if value == notInAlphabet { return nil }
            sum = (sum + Int(value) * weight) % 31
            weight = weight * 3 % 31
        }
        return creditAlphabet[(31 - sum) % 31]
    }

    /// GB 11643-1999: weighted sum of 17 digits, ISO 7064 MOD 11-2.
    static func citizen(_ digits: some Sequence<UInt8>) -> UInt8? {
        var sum = 0
        var index = 0
        for byte in digits {
            guard byte.isASCIIDigit, index < citizenWeights.count else { return nil }
            sum += Int(byte &- 0x30) * citizenWeights[index]
            index += 1
        }
        return index == citizenWeights.count ? citizenCharacters[sum % 11] : nil
    }

    /// ISO 7064:2003 hybrid system MOD 37,36.
    static func alphanumericHybrid(_ bytes: some Sequence<UInt8>) -> UInt8? {
        var product = 36
        for byte in bytes {
            let value = alphanumericValues[Int(byte)]
            if value == notInAlphabet { return nil }
            let sum = (product + Int(value)) % 36
            product = (sum == 0 ? 36 : sum) * 2 % 37
        }
        return alphanumeric[(37 - product) % 36]
    }

    private static func values(of alphabet: [UInt8]) -> [UInt8] {
        var table = [UInt8](repeating: notInAlphabet, count: 256)
        for (value, byte) in alphabet.enumerated() { table[Int(byte)] = UInt8(value) }
        return table
    }
}

extension UInt8 {
    /// Whether the byte is one of `0` to `9`.
    var isASCIIDigit: Bool { self &- 0x30 < 10 }
}

extension Character {
    /// The character of an ASCII byte.
    init(ascii byte: UInt8) { self.init(UnicodeScalar(byte)) }
}

/// The number that ASCII digits stand for, or `nil` when a byte is no digit or the number does not fit.
func decimalValue(_ digits: some Sequence<UInt8>) -> Int? {
    var value = 0
    var isEmpty = true
    for byte in digits {
        guard byte.isASCIIDigit, value <= (Int.max - 9) / 10 else { return nil }
        value = value * 10 + Int(byte &- 0x30)
        isEmpty = false
    }
    return isEmpty ? nil : value
}

/// Decimal digits of a number, padded with zeros on the left to `width`.
///
/// Wider numbers keep all their digits.
func paddedDecimal(_ value: Int, width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
