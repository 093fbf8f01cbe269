// Numbers, RFC 8785, 3.2.2.3: what ECMAScript's Number::toString gives (ECMA-262, 6.1.6.1.20).

extension CanonicalJSON {
    /// Appends a number in its canonical spelling.
    ///
    /// - Throws: ``FormatError`` of kind `numberNotExact` at 0 for infinity and not-a-number.
    public static func appendNumber(_ value: Double, to out: inout [UInt8]) throws(FormatError) {
        guard value.isFinite else { throw FormatError(.numberNotExact, at: 0) }
        if value == 0 {
            out.append(Ascii.zero)
            return
        }
        if value < 0 { out.append(Ascii.minus) }
        let (digits, point) = shortestDigits(value.magnitude)
        appendDecimal(digits, point, to: &out)
    }

    /// Appends a number node.
    static func appendNumber(_ tape: Tape, _ node: Tape.Node, to out: inout [UInt8]) throws(FormatError) {
        let start = Int(node.valueStart)
        let literal = tape.bytes[start..<Int(node.valueEnd)]
        guard let value = Double(String(decoding: literal, as: UTF8.self)), value.isFinite else {
            throw FormatError(.numberNotExact, at: start)
        }
        let first = out.count
        try appendNumber(value, to: &out)
        if isLongInteger(literal), !literal.elementsEqual(out[first...]) {
            throw FormatError(.numberNotExact, at: start)
        }
    }

    /// Whether a double may be too short for a literal: an integer of more than 15 digits.
    private static func isLongInteger(_ literal: ArraySlice<UInt8>) -> Bool {
        let digits = literal.drop { $0 == Ascii.minus }
        return digits.count > 15 && digits.allSatisfy(Ascii.isDigit)
    }

    /// The shortest decimal digits that read back as `value`, without leading and trailing zeros, and the position of
    /// the decimal point among them: 0.00123 is `123` and -2.
    private static func shortestDigits(_ value: Double) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        // The library's description has the shortest digits; only its layout differs from ECMAScript's.
        let spelling = Array(value.description.utf8)
        let mantissa = spelling.prefix { $0 != 0x65 }
        for byte in mantissa {
            if byte == Ascii.dot { point = digits.count } else { digits.append(byte) }
        }
        var position = point ?? digits.count
        position += Int(String(decoding: spelling.dropFirst(mantissa.count + 1), as: UTF8.self)) ?? 0
        let zeros = digits.prefix { $0 == Ascii.zero }.count
        digits.removeFirst(zeros)
        position -= zeros
        while digits.last == Ascii.zero { digits.removeLast() }
        return (digits, position)
    }

    private static func appendDecimal(_ digits: [UInt8], _ point: Int, to out: inout [UInt8]) {
        let zeros = { (count: Int) in repeatElement(Ascii.zero, count: count) }
        switch point {
        case 1...21 where point >= digits.count:
            out.append(contentsOf: digits)
            out.append(contentsOf: zeros(point - digits.count))
        case 1...21:
            out.append(contentsOf: digits[..<point])
            out.append(Ascii.dot)
            out.append(contentsOf: digits[point...])
        case -5...0:
            out.append(contentsOf: "0.".utf8)
            out.append(contentsOf: zeros(-point))
            out.append(contentsOf: digits)
        default:
            out.append(digits[0])
            if digits.count > 1 {
                out.append(Ascii.dot)
                out.append(contentsOf: digits[1...])
            }
            out.append(contentsOf: (point > 0 ? "e+" : "e").utf8)
            out.append(contentsOf: String(point - 1).utf8)
        }
    }
}
