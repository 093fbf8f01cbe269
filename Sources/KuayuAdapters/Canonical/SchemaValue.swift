/// A JSON value with members in the order given, for documents that people read.
enum SchemaValue {
    case object([(String, SchemaValue)])
    case array([SchemaValue])
    case string(String)
    case int(Int)
    case bool(Bool)

    /// An array of strings.
    static func strings(_ texts: [String]) -> SchemaValue { .array(texts.map(SchemaValue.string)) }

    /// Indented by two spaces; arrays of scalars stand on one line.
    func write(to out: inout String, indent: Int = 0) {
        switch self {
        case .object(let members):
            writeBlock(members.count, "{", "}", indent, to: &out) { index, out in
                out += Self.quoted(members[index].0) + ": "
                members[index].1.write(to: &out, indent: indent + 2)
            }
        case .array(let values) where values.allSatisfy(\.isScalar):
            let texts = values.map { value in
                var text = ""
                value.write(to: &text)
                return text
            }
            out += "[" + texts.joined(separator: ", ") + "]"
        case .array(let values):
            writeBlock(values.count, "[", "]", indent, to: &out) { index, out in
                values[index].write(to: &out, indent: indent + 2)
            }
        case .string(let text): out += Self.quoted(text)
        case .int(let number): out += String(number)
        case .bool(let flag): out += flag ? "true" : "false"
        }
    }

    private var isScalar: Bool {
        switch self {
        case .object, .array: false
        case .string, .int, .bool: true
        }
    }

    private func writeBlock(
        _ count: Int, _ open: String, _ close: String, _ indent: Int, to out: inout String,
        item: (Int, inout String) -> Void
    ) {
        if count == 0 {
            out += open + close
            return
        }
        out += open + "\n"
        for index in 0..<count {
            out += String(repeating: " ", count: indent + 2)
            item(index, &out)
            out += index + 1 < count ? ",\n" : "\n"
        }
        out += String(repeating: " ", count: indent) + close
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
