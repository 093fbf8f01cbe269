public import KuayuFormats
import KuayuModel

/// A place in a case of which the origin, the gateway and the destination do not all say the same.
public struct FieldDifference: Hashable, Sendable {
    /// Whether values are shown as they are.
    public enum Veil: Hashable, Sendable {
        /// Personal data is masked, and what the field table does not know is hidden: for every page, log and report.
        case masked
        /// As they are: only for a named person with the right to see them, and on record.
        case lifted
    }

    /// Where: `result.outcome`, `localNumbers[region=340000,scheme=ywbh].value`.
    public var path: String
    /// What the field is called; nil when the field table does not have it.
    public var chinese: String?
    /// What the origin says; nil when it says nothing.
    public var origin: String?
    /// What the gateway says; nil when it says nothing.
    public var gateway: String?
    /// What the destination says; nil when it says nothing.
    public var destination: String?

    /// A difference.
    public init(path: String, chinese: String?, origin: String?, gateway: String?, destination: String?) {
        self.path = path
        self.chinese = chinese
        self.origin = origin
        self.gateway = gateway
        self.destination = destination
    }

    /// Longest value that is shown, characters; the rest becomes `…`.
    public static let valueLimit = 200

    /// Compares canonical documents (`case/v1` in JSON) field by field.
    ///
    /// A document that is missing is not compared. Entries of a list belong together by the list's key, where it has one
    /// that tells them apart, else by their place. Values are compared as they are, also where they are shown masked, so
    /// that two values that look the same may differ.
    ///
    /// - Parameter limit: most differences that are told; default 500.
    /// - Returns: in the order of the gateway's document, then what only the origin or the destination has.
    /// - Throws: `FormatError` when a document is no JSON.
    public static func all(
        origin: [UInt8]?, gateway: [UInt8]?, destination: [UInt8]?, veil: Veil = .masked, limit: Int = 500
    ) throws(FormatError) -> [FieldDifference] {
        let sides = [try Sheet(gateway), try Sheet(origin), try Sheet(destination)]
        let present = sides.compactMap(\.self)
        var seen: Set<String> = []
        var differences: [FieldDifference] = []
        for place in present.flatMap(\.order) where differences.count < limit && seen.insert(place).inserted {
            let cells = present.map { $0.cells[place] }
            guard let cell = cells.lazy.compactMap(\.self).first, Set(cells.map { $0?.written }).count > 1 else {
                continue
            }
            differences.append(difference(cell, at: place, sides, veil))
        }
        return differences
    }

    private static func difference(
        _ cell: Sheet.Cell, at place: String, _ sides: [Sheet?], _ veil: Veil
    ) -> FieldDifference {
        let field = CaseSchema.v1.field(cell.schemaPath)
        // A number and a text of the same digits are told apart by the quotes of the text.
        let isQuoted = Set(sides.compactMap { $0?.cells[place]?.isText }).count > 1
        let values = sides.map { side in
            side?.cells[place].map { cell in
                let value = cut(veil == .lifted ? cell.value : shown(cell.value, of: field, in: side))
                return isQuoted && cell.isText ? "\"\(value)\"" : value
            }
        }
        return FieldDifference(
            path: veil == .lifted ? place : cell.shownPath, chinese: field.map { CaseSchema.v1.info($0).chinese },
            origin: values[1], gateway: values[0], destination: values[2])
    }

    private static func cut(_ value: String) -> String {
        let scalars = value.unicodeScalars
        guard scalars.count > valueLimit else { return value }
        return String(String.UnicodeScalarView(scalars.prefix(valueLimit))) + "…"
    }

    /// A value as the field table lets it be shown.
    private static func shown(_ value: String, of field: Field?, in sheet: Sheet?) -> String {
        guard let field else { return CaseMasking.hiddenText }
        if field == .applicantName, let kind = sheet?.cells["applicant.kind"]?.value, kind != "1" { return value }
        let info = CaseSchema.v1.info(field)
        if info.mask == .none && info.privacy != .public && info.privacy != .internal { return CaseMasking.hiddenText }
        return CaseMasking.maskedText(field, value)
    }

    /// An entry of a list as a path shows it.
    fileprivate static func shownKey(_ value: String, of field: Field) -> String {
        cut(shown(value, of: field, in: nil))
    }
}

/// A document as a table from places to values.
private struct Sheet {
    struct Cell {
        let schemaPath: String
        let shownPath: String
        let value: String
        let isText: Bool

        /// What two cells are compared by.
        var written: String { (isText ? "\"" : "") + value }
    }

    /// Where a node is: as it is compared, as it may be shown, and as the field table spells it.
    private struct Path {
        var place = ""
        var shown = ""
        var schema = ""

        func member(_ name: String, isKnown: Bool) -> Path {
            let dot = place.isEmpty ? "" : "."
            return Path(
                place: place + dot + name, shown: shown + dot + (isKnown ? name : CaseMasking.hiddenText),
                schema: schema + dot + name)
        }

        func entry(_ key: String, shown shownKey: String) -> Path {
            Path(place: "\(place)[\(key)]", shown: "\(shown)[\(shownKey)]", schema: schema + "[]")
        }
    }

    private(set) var order: [String] = []
    private(set) var cells: [String: Cell] = [:]

    init?(_ bytes: [UInt8]?) throws(FormatError) {
        guard let bytes else { return nil }
        let tape = try JSONReader.read(bytes)
        walk(tape, 0, Path())
    }

    private mutating func walk(_ tape: Tape, _ index: Int, _ path: Path) {
        switch tape.nodes[index].kind {
        case .object:
            for child in tape.children(of: index) {
                let name = tape.name(child)
                walk(tape, child, path.member(name, isKnown: Self.isName(name)))
            }
        case .array:
            var counts: [String: Int] = [:]
            for (number, child) in tape.children(of: index).enumerated() {
                var entry = Self.entry(tape, child, number, path)
                let count = counts[entry.place, default: 0] + 1
                counts[entry.place] = count
                if count > 1 { entry = Self.numbered(entry, count) }
                walk(tape, child, entry)
            }
        case .null: put("null", path)
        case .number, .bool: put(tape.text(index), path)
        case .text: put(tape.text(index), path, isText: true)
        }
    }

    private mutating func put(_ value: String, _ path: Path, isText: Bool = false) {
        let cell = Cell(schemaPath: path.schema, shownPath: path.shown, value: value, isText: isText)
        if cells.updateValue(cell, forKey: path.place) == nil { order.append(path.place) }
    }

    /// The second and later entries with one key.
    private static func numbered(_ path: Path, _ count: Int) -> Path {
        var path = path
        path.place += "#\(count)"
        path.shown += "#\(count)"
        return path
    }

    private static func entry(_ tape: Tape, _ index: Int, _ number: Int, _ path: Path) -> Path {
        guard let list = CaseSchema.v1.list(path.schema), tape.nodes[index].kind == .object else {
            return path.entry(String(number), shown: String(number))
        }
        var parts: [(name: String, value: String, shown: String)] = []
        for field in CaseSchema.v1.info(list).key {
            let name = CaseSchema.v1.info(field).localPath
            guard let child = tape.child(of: index, named: Array(name.utf8)) else { continue }
            let value = tape.text(child)
            parts.append((name, value, FieldDifference.shownKey(value, of: field)))
        }
        if parts.isEmpty { return path.entry(String(number), shown: String(number)) }
        return path.entry(
            parts.map { "\($0.name)=\($0.value)" }.joined(separator: ","),
            shown: parts.map { "\($0.name)=\($0.shown)" }.joined(separator: ","))
    }

    /// Whether a member's name can hold nothing but a name of a field.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 40 && name.utf8.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7a }
    }
}
