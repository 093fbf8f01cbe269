/// Whether a text is in Unicode normalization form C (UAX #15), without tables of our own.
///
/// The standard library knows which scalars never occur in form C (Full_Composition_Exclusion), the combining classes,
/// and canonical equivalence; that is enough to decide, though not to convert. One rare spelling passes although it is
/// not in form C: a composed letter followed by a mark that would belong between the letter and its own mark (é and a
/// dot below).
public enum NormalForm {
    /// Whether a text is in form C.
    public static func isComposed(_ text: some StringProtocol) -> Bool {
        var starter: Unicode.Scalar?
        var lastClass: UInt8 = 0
        for scalar in text.unicodeScalars {
            if isPlain(scalar) {
                starter = scalar
                lastClass = 0
                continue
            }
            if scalar.properties.isFullCompositionExclusion { return false }
            let combiningClass = scalar.properties.canonicalCombiningClass.rawValue
            if combiningClass != 0 && lastClass > combiningClass { return false }
            let isBlocked = lastClass != 0 && lastClass >= combiningClass
            if let starter, !isBlocked, mayFollow(scalar, combiningClass), composes(starter, scalar) { return false }
            if combiningClass == 0 { starter = scalar }
            lastClass = combiningClass
        }
        return true
    }

    /// Scalars that start a character and compose with nothing before them: Latin, punctuation, ideographs,
    /// full-width forms.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x300, 0x2010...0x2027, 0x3001...0x3029, 0x3400...0x9FFF, 0xFF01...0xFF60, 0x20000...0x2F7FF: true
        default: false
        }
    }

    /// Whether a scalar can be the second of a pair that composes: marks, and in Hangul and the scripts of India and its
    /// neighbours also some scalars of class 0.
    private static func mayFollow(_ scalar: Unicode.Scalar, _ combiningClass: UInt8) -> Bool {
        if combiningClass != 0 { return true }
        switch scalar.value {
        case 0x900..<0x1200, 0x1B00..<0x1C00, 0x11000..<0x12000: return true
        default: return false
        }
    }

    private static func composes(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
        switch (first.value, second.value) {
        case (0x1100...0x1112, 0x1161...0x1175): return true
        case (0xAC00...0xD7A3, 0x11A8...0x11C2): return (first.value - 0xAC00) % 28 == 0
        default: break
        }
        var pair = String.UnicodeScalarView()
        pair.append(first)
        pair.append(second)
        return composites.contains(String(pair))
    }

    /// Every scalar that could be a composite.
    ///
    /// Strings are equal when they are canonically equivalent, so that a pair is found if a scalar composes from it.
    private static let composites: Set<String> = {
        let ranges: [ClosedRange<UInt32>] = [0xC0...0x1FFF, 0x2190...0x22FF, 0x3040...0x30FF, 0x11000...0x11FFF]
        let scalars = ranges.joined().compactMap(Unicode.Scalar.init)
        return Set(scalars.filter { !$0.properties.isFullCompositionExclusion }.map { String($0) })
    }()
}
