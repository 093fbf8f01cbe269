/// Puts a JSON document on lines, so that people can read it and changes show.
enum JSONLayout {
    /// The document indented by two spaces, with a line end; the bytes must be JSON.
    static func lines(_ json: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(json.count * 2)
        var depth = 0
        var isText = false
        var isEscaped = false
        func endLine(_ depth: Int) {
            out.append(0x0A)
            out.append(contentsOf: repeatElement(0x20, count: depth * 2))
        }
        for (place, byte) in json.enumerated() {
            if isText {
                out.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == 0x5C {
                    isEscaped = true
                } else {
                    isText = byte != 0x22
                }
                continue
            }
            switch byte {
            case 0x7B, 0x5B:
                out.append(byte)
                depth += 1
                if place + 1 < json.count, json[place + 1] != byte + 2 { endLine(depth) }
            case 0x7D, 0x5D:
                depth -= 1
                if place > 0, json[place - 1] != byte - 2 { endLine(depth) }
                out.append(byte)
            case 0x2C:
                out.append(byte)
                endLine(depth)
            case 0x3A:
                out.append(byte)
                out.append(0x20)
            default:
                isText = byte == 0x22
                out.append(byte)
            }
        }
        out.append(0x0A)
        return out
    }
}
