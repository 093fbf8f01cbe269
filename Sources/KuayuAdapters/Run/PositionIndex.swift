import KuayuFormats
import KuayuModel

/// Lines and columns of a payload, prepared so that many issues cost little.
struct PositionIndex {
    private struct Mark {
        let offset: Int
        let line: Int
        let column: Int
    }

    private static let stride = 256
    private let bytes: [UInt8]
    private let isUTF8: Bool
    private var marks: [Mark] = []

    /// An index of the whole payload.
    init(_ bytes: [UInt8], _ encoding: TextEncoding) {
        self.init(emptyFor: bytes, encoding)
        prepare(to: bytes.count)
    }

    /// An index that has yet to be prepared: most payloads need it near one place, or not at all.
    init(emptyFor bytes: [UInt8], _ encoding: TextEncoding) {
        self.bytes = bytes
        isUTF8 = encoding == .utf8
        let hasMark = isUTF8 && bytes.starts(with: [0xEF, 0xBB, 0xBF])
        marks = [Mark(offset: hasMark ? 3 : 0, line: 1, column: 1)]
    }

    /// Prepares as much of the payload as a byte needs.
    mutating func prepare(to offset: Int) {
        while let last = marks.last, last.offset < min(offset, bytes.count) {
            marks.append(advance(last, to: last.offset + Self.stride))
        }
    }

    /// The place of a byte of the original.
    func position(_ offset: Int) -> MessagePosition {
        var low = 0
        var high = marks.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if marks[middle].offset <= offset { low = middle } else { high = middle }
        }
        let mark = advance(marks[low], to: offset, isExact: true)
        return MessagePosition(offset: min(max(offset, 0), bytes.count), line: mark.line, column: mark.column)
    }

    /// Goes on by whole characters; stops at the first at or behind `end`, or before the one that holds it.
    private func advance(_ start: Mark, to end: Int, isExact: Bool = false) -> Mark {
        var (offset, line, column) = (start.offset, start.line, start.column)
        while offset < end, offset < bytes.count {
            let width = width(offset)
            if isExact, offset + width > end { break }
            let byte = bytes[offset]
            let isBreak = byte == 0x0A || (byte == 0x0D && (offset + 1 >= bytes.count || bytes[offset + 1] != 0x0A))
            line += isBreak ? 1 : 0
            column = isBreak ? 1 : column + 1
            offset += width
        }
        return Mark(offset: offset, line: line, column: column)
    }

    private func width(_ offset: Int) -> Int {
        let byte = bytes[offset]
        if byte < 0x80 { return 1 }
        if isUTF8 { return byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1 }
        guard byte >= 0x81, byte <= 0xFE, offset + 1 < bytes.count else { return 1 }
        return bytes[offset + 1] >= 0x30 && bytes[offset + 1] <= 0x39 ? 4 : 2
    }
}
