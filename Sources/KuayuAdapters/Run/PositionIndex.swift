import KuayuFormats
import KuayuModel

/// Lines and columns of a payload, prepared once so that many issues cost little.
struct PositionIndex {
    private struct Mark {
        let offset: Int
        let line: Int
        let column: Int
    }

    private static let stride = 2_048
    private let bytes: [UInt8]
    private let isUTF8: Bool
    private var marks: [Mark] = []

    init(_ bytes: [UInt8], _ encoding: TextEncoding) {
        self.bytes = bytes
        isUTF8 = encoding == .utf8
        var mark = Mark(offset: 0, line: 1, column: 1)
        if isUTF8, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { mark = Mark(offset: 3, line: 1, column: 1) }
        marks = [mark]
        while mark.offset < bytes.count {
            mark = advance(mark, to: mark.offset + Self.stride)
            marks.append(mark)
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
