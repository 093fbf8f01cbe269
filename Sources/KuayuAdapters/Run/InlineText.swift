import KuayuModel

/// Lists inside one text: `code:name:source;code:name:source`.
enum InlineText {
    static func split(
        _ text: ArraySlice<UInt8>, _ format: InlineFormat, scope: Int, node: Int32, into captures: inout Captures
    ) {
        for entry in pieces(text, separator: format.between, escape: format.escape) {
            if Folding.trim(entry).isEmpty { continue }
            // One row more than a case may have is enough to refuse it.
            if captures.rowCount(scope) > CaseValidation.rowLimit { return }
            let parts =
                format.fields.count == 1
                ? [entry] : pieces(entry, separator: format.parts, escape: format.escape)
            let row = captures.addRow(scope)
            for (index, part) in parts.enumerated() {
                // What stands behind the last separator belongs to the last field.
                let field = min(index, format.fields.count - 1)
                var bytes = unescaped(part, format.escape)
                if index >= format.fields.count {
                    let before = captures.bytes(captures[scope, row, format.fields[field]])
                    bytes = (Array(before) + format.parts + bytes)[...]
                }
                var capture = captures.store(bytes, .text)
                capture.node = node
                captures[scope, row, format.fields[field]] = capture
            }
        }
    }

    /// Parts between separators that no escape stands before; the escapes stay.
    private static func pieces(
        _ text: ArraySlice<UInt8>, separator: [UInt8], escape: UInt8?
    ) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = text.startIndex
        var index = start
        while index < text.endIndex {
            let byte = text[index]
            if byte == escape, index + 1 < text.endIndex {
                index += 2
            } else if byte == separator.first, text[index...].starts(with: separator) {
                parts.append(text[start..<index])
                index += separator.count
                start = index
            } else {
                index += 1
            }
        }
        parts.append(text[start...])
        return parts
    }

    private static func unescaped(_ part: ArraySlice<UInt8>, _ escape: UInt8?) -> ArraySlice<UInt8> {
        guard let escape, part.contains(escape) else { return part }
        var out: [UInt8] = []
        var index = part.startIndex
        while index < part.endIndex {
            if part[index] == escape, index + 1 < part.endIndex { index += 1 }
            out.append(part[index])
            index += 1
        }
        return out[...]
    }

    /// The text of rows; `nil` when a part holds a separator and there is no escape.
    static func join(_ rows: [[[UInt8]]], _ format: InlineFormat) -> [UInt8]? {
        var out: [UInt8] = []
        for (index, row) in rows.enumerated() {
            if index > 0 { out += format.between }
            for (place, part) in row.enumerated() {
                if place > 0 { out += format.parts }
                guard let escaped = escaped(part, format) else { return nil }
                out += escaped
            }
        }
        return out
    }

    private static func escaped(_ part: [UInt8], _ format: InlineFormat) -> [UInt8]? {
        let isSafe = !part.contains {
            $0 == format.between.first || $0 == format.parts.first || $0 == format.escape
        }
        if isSafe { return part }
        let separators = [format.between, format.parts].filter { !$0.isEmpty }
        let isPlain = separators.allSatisfy { ByteCodes.split(part[...], by: $0).count == 1 }
        guard let escape = format.escape else { return isPlain ? part : nil }
        var out: [UInt8] = []
        for (index, byte) in part.enumerated() {
            let needs = byte == escape || separators.contains { part[index...].starts(with: $0) }
            if needs { out.append(escape) }
            out.append(byte)
        }
        return out
    }
}
