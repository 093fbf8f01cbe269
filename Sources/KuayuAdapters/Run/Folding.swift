/// Foldings and trimming of UTF-8 texts.
enum Folding {
    /// Full-width ASCII (U+FF01–U+FF5E, U+3000) to half width, or letters to one case.
    static func fold(_ bytes: ArraySlice<UInt8>, _ kind: Operation.FoldKind) -> [UInt8] {
        switch kind {
        case .upper: bytes.map { $0 >= 0x61 && $0 <= 0x7A ? $0 - 0x20 : $0 }
        case .lower: bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 }
        case .width: foldWidth(bytes)
        }
    }

    private static func foldWidth(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard bytes.contains(where: { $0 == 0xEF || $0 == 0xE3 }) else { return Array(bytes) }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if index + 2 < bytes.endIndex {
                let second = bytes[index + 1]
                let third = bytes[index + 2]
                // U+FF01–U+FF3F are EF BC 81–BF, U+FF40–U+FF5E are EF BD 80–9E, U+3000 is E3 80 80.
                if byte == 0xEF, second == 0xBC, third >= 0x81, third <= 0xBF {
                    out.append(third - 0x60)
                    index += 3
                    continue
                }
                if byte == 0xEF, second == 0xBD, third >= 0x80, third <= 0x9E {
                    out.append(third - 0x20)
                    index += 3
                    continue
                }
                if byte == 0xE3, second == 0x80, third == 0x80 {
                    out.append(0x20)
                    index += 3
                    continue
                }
            }
            out.append(byte)
            index += 1
        }
        return out
    }

    /// Without white space (space, tab, CR, LF, U+3000) at both ends.
    static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var start = bytes.startIndex
        var end = bytes.endIndex
        while start < end {
            if isSpace(bytes[start]) {
                start += 1
            } else if bytes[start] == 0xE3, start + 3 <= end, bytes[start + 1] == 0x80, bytes[start + 2] == 0x80 {
                start += 3
            } else {
                break
            }
        }
        while end > start {
            if isSpace(bytes[end - 1]) {
                end -= 1
            } else if bytes[end - 1] == 0x80, end - 3 >= start, bytes[end - 3] == 0xE3, bytes[end - 2] == 0x80 {
                end -= 3
            } else {
                break
            }
        }
        return bytes[start..<end]
    }

    /// The first so many Unicode scalars of a text.
    static func prefix(_ bytes: ArraySlice<UInt8>, scalars: Int) -> ArraySlice<UInt8> {
        var count = 0
        for index in bytes.indices where bytes[index] & 0xC0 != 0x80 {
            if count == scalars { return trim(bytes[..<index]) }
            count += 1
        }
        return bytes
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    /// CR LF and CR to LF; `nil` when there is nothing to do.
    static func unifiedLineBreaks(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        guard bytes.contains(0x0D) else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var wasReturn = false
        for byte in bytes {
            if byte == 0x0A && wasReturn {
                wasReturn = false
                continue
            }
            wasReturn = byte == 0x0D
            out.append(wasReturn ? 0x0A : byte)
        }
        return out
    }
}
