import KuayuEngine
public import KuayuEvidence
import KuayuModel

/// The header `Kuayu-Withheld`: what of the cases of a payload their receiver may not have, as canonical paths.
///
/// A list of strings (RFC 9651): `"applicant.idNumber", "form[2]"`. A path stands for every case of the payload; with the
/// parameter `i` for those at these places, counted from 1: `"form[2]";i="1 3"`. The header is not sent when nothing was
/// withheld.
public enum WithheldHeader {
    /// Name of the header.
    public static let name = "Kuayu-Withheld"
    /// Longest value that is written, in bytes; above it rows are not told apart: `form[]` for `form[2]`.
    public static let limitBytes = 4096

    /// Writes the paths of each case, in payload order; nil when nothing was withheld.
    public static func write(_ withheld: [[String]]) throws(StructuredFieldError) -> String? {
        if withheld.allSatisfy(\.isEmpty) { return nil }
        let value = try list(withheld)
        return value.utf8.count <= limitBytes ? value : try list(withheld.map(withoutRows))
    }

    /// Reads the header of a payload of so many cases: the paths of each, in payload order.
    ///
    /// Throws `.member` for anything but strings, `.parameter("i")` for a place that the payload does not have.
    public static func parse(_ value: String, count: Int) throws(StructuredFieldError) -> [[String]] {
        var withheld = [[String]](repeating: [], count: count)
        for item in try StructuredField.items(value) {
            guard case .string(let path) = item.value else {
                throw StructuredFieldError(.member, offset: item.offset)
            }
            for index in try places(item, count) { withheld[index].append(path) }
        }
        return withheld
    }

    private static func list(_ withheld: [[String]]) throws(StructuredFieldError) -> String {
        var paths: [String] = []
        var places: [String: [Int]] = [:]
        for (index, own) in withheld.enumerated() {
            for path in own {
                if places[path] == nil { paths.append(path) }
                places[path, default: []].append(index + 1)
            }
        }
        var members: [String] = []
        for path in paths {
            let own = places[path] ?? []
            let some = own.count == withheld.count ? "" : ";i=\"\(own.map(String.init).joined(separator: " "))\""
            members.append(try StructuredField.quoted(path) + some)
        }
        return members.joined(separator: ", ")
    }

    private static func places(_ item: StructuredField.Item, _ count: Int) throws(StructuredFieldError) -> [Int] {
        guard let parameter = item["i"] else { return Array(0..<count) }
        guard case .string(let text) = parameter.value else {
            throw StructuredFieldError(.parameter("i"), offset: parameter.offset)
        }
        var places: [Int] = []
        for word in text.split(separator: " ") {
            guard let place = Int(word), (1...max(1, count)).contains(place), count > 0 else {
                throw StructuredFieldError(.parameter("i"), offset: parameter.offset)
            }
            places.append(place - 1)
        }
        return places
    }

    /// The paths with `form[]` in place of `form[2]`, each once.
    private static func withoutRows(_ paths: [String]) -> [String] {
        var seen: [String] = []
        for path in paths {
            let general = path.hasSuffix("]") ? path.prefix { $0 != "[" } + "[]" : path[...]
            if !seen.contains(String(general)) { seen.append(String(general)) }
        }
        return seen
    }
}

/// The same beside a file: `….txt.rcp`, a line for each case of which something was withheld,
/// `number|message|case|path path …`.
enum WithheldFile {
    /// The text, each line ended by a new line; nil when nothing was withheld.
    static func text(_ items: [PayloadComposer.Item]) -> String? {
        let lines = items.filter { !$0.withheld.isEmpty }.map { item in
            [
                escaped(item.number), item.delivery.messageID, item.entry.caseID.text,
                item.withheld.joined(separator: " "),
            ].joined(separator: "|") + "\n"
        }
        return lines.isEmpty ? nil : lines.joined()
    }

    /// As in `.ok` and `.ack`: a backslash before a bar or a backslash.
    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("|", with: "\\|").replacing("\n", with: "\\n")
    }
}
