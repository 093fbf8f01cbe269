/// The tables of GB 18030-2022, unpacked once when they are first needed.
///
/// Only the two-byte part is stored, see ``GB18030Text``. The four-byte part of the Basic Multilingual Plane follows
/// from it: in the edition of 2000 the four-byte codes went, in order, to the scalars without a two-byte code. Later
/// editions changed 19 two-byte codes, each time trading places: the old private-use character took the four-byte
/// code of the new one.
struct GB18030Tables: Sendable {
    /// The four-byte codes of the Basic Multilingual Plane, `81308130`–`8431A439`.
    static let fourByteCount = 39_420
    /// The number of the four-byte code of U+10000, `90308130`.
    static let supplementary = 189_000

    /// What later editions moved: U+1E3F in 2005, the others in 2022.
    ///
    /// The old characters are private-use.
    static let moved: [(old: UInt16, new: UInt16)] = [
        (0xE7C7, 0x1E3F),
        (0xE78D, 0xFE10), (0xE78E, 0xFE12), (0xE78F, 0xFE11), (0xE790, 0xFE13), (0xE791, 0xFE14), (0xE792, 0xFE15),
        (0xE793, 0xFE16), (0xE794, 0xFE17), (0xE795, 0xFE18), (0xE796, 0xFE19),
        (0xE81E, 0x9FB4), (0xE826, 0x9FB5), (0xE82B, 0x9FB6), (0xE82C, 0x9FB7), (0xE832, 0x9FB8), (0xE843, 0x9FB9),
        (0xE854, 0x9FBA), (0xE864, 0x9FBB),
    ]

    /// The scalar of each two-byte code, 126 rows of 190.
    let twoByte: [UInt16]
    /// The scalar of each four-byte code of the Basic Multilingual Plane.
    private let fourByte: [UInt16]
    /// For each scalar of the plane: the number of its four-byte code, or ``fourByteCount`` plus its place in
    /// ``twoByte``.
    ///
    /// ASCII and surrogates have no meaningful entry.
    let codes: [UInt16]

    /// The one copy.
    static let shared = GB18030Tables()

    private init() {
        twoByte = Self.unpack(GB18030Text.rows)
        var codes = [UInt16](repeating: .max, count: 0x10000)
        for (index, scalar) in twoByte.enumerated() {
            codes[Int(scalar)] = UInt16(truncatingIfNeeded: Self.fourByteCount + index)
        }
        var fourByte: [UInt16] = []
        fourByte.reserveCapacity(Self.fourByteCount)
        var exchange: [UInt16: UInt16] = [:]
        for pair in Self.moved { exchange[pair.new] = pair.old }
        let old = Set(Self.moved.map(\.old))
        for scalar in UInt16(0x80)...UInt16.max where scalar & 0xF800 != 0xD800 && !old.contains(scalar) {
            if let replaced = exchange[scalar] {
                fourByte.append(replaced)
            } else if codes[Int(scalar)] == .max {
                fourByte.append(scalar)
            }
        }
        for (index, scalar) in fourByte.enumerated() { codes[Int(scalar)] = UInt16(truncatingIfNeeded: index) }
        self.fourByte = fourByte
        self.codes = codes
    }

    /// The scalar of a four-byte code by its number, or nil.
    func scalar(_ linear: Int) -> UInt32? {
        if linear < Self.fourByteCount { return UInt32(fourByte[linear]) }
        guard linear >= Self.supplementary, linear < Self.supplementary + 0x100000 else { return nil }
        return UInt32(truncatingIfNeeded: linear - Self.supplementary + 0x10000)
    }

    /// U+E000–U+F8FF.
    static func isPrivateUse(_ scalar: UInt16) -> Bool { scalar >= 0xE000 && scalar < 0xF900 }

    /// Unpacks the text: characters stand for themselves, `[HHHH+N]` for N scalars from U+HHHH on.
    private static func unpack(_ text: String) -> [UInt16] {
        var out: [UInt16] = []
        out.reserveCapacity(126 * 190)
        var number: UInt32 = 0
        var first: UInt32?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "[", "\n": number = 0
            case "+":
                first = number
                number = 0
            case "]":
                for offset in 0..<number { out.append(UInt16(truncatingIfNeeded: (first ?? 0) + offset)) }
            default:
                if let digit = UInt8(exactly: scalar.value).flatMap(Ascii.hexValue) {
                    number = number << 4 | digit
                } else {
                    out.append(UInt16(truncatingIfNeeded: scalar.value))
                }
            }
        }
        return out
    }
}
