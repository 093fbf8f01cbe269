public import KuayuModel

/// The shape of a canonical document, worked out once: which members each object has, in canonical order.
///
/// RFC 8785 sorts members by the UTF-16 code units of their names; the sorting is done here and never per case. A plan
/// may hold only some fields, as the extension block of a regional format does.
public struct CasePlan: Sendable {
    /// Every field of `case/v1`.
    public static let full = CasePlan(members: build { _ in true }, isFull: true)

    let members: [Member]
    let isFull: Bool

    /// A plan of the fields that `includes` names.
    ///
    /// Where a row of a list has a field of the plan, the key columns of that list are written with it, so that the
    /// reader can tell which row it belongs to; a row that would consist of its key alone is left out, unless the plan
    /// names the key itself.
    public init(where includes: (Field) -> Bool) {
        self.init(members: Self.build(includes), isFull: false)
    }

    private init(members: [Member], isFull: Bool) {
        self.members = members
        self.isFull = isFull
    }

    /// Whether the plan holds no field.
    public var isEmpty: Bool { members.isEmpty }

    /// One member of an object.
    ///
    /// A class, because every case goes over most of them: one reference is counted instead of every array in them.
    final class Member: Sendable {
        let name: String
        /// The name as UTF-8.
        let bytes: [UInt8]
        /// `"name":` as UTF-8.
        let prefix: [UInt8]
        let content: Content
        /// Written for the sake of other columns of the row.
        let isKeyOnly: Bool

        init(name: String, bytes: [UInt8], prefix: [UInt8], content: Content, isKeyOnly: Bool) {
            self.name = name
            self.bytes = bytes
            self.prefix = prefix
            self.content = content
            self.isKeyOnly = isKeyOnly
        }
    }

    /// What stands behind a name.
    enum Content: Sendable {
        case leaf(Field, Leaf)
        case object([Member])
        case list(ListField, [Member])
    }

    /// The JSON form of a scalar.
    enum Leaf: Sendable {
        case string
        case integer
        case boolean
        case texts

        init(_ type: FieldType) {
            switch type {
            case .bool: self = .boolean
            case .int: self = .integer
            case .texts: self = .texts
            default: self = .string
            }
        }
    }
}

extension CasePlan {
    /// A member on its way into the tree.
    private struct Entry {
        var path: ArraySlice<Substring>
        var content: Content
        var isKeyOnly = false
    }

    private static func build(_ includes: (Field) -> Bool) -> [Member] {
        let schema = CaseSchema.v1
        let scalars = schema.allFields.prefix(schema.scalars.count)
        var entries = scalars.filter(includes).map { entry(schema.info($0), $0) }
        for info in schema.lists {
            let rows = rowEntries(info, includes)
            guard !rows.isEmpty else { continue }
            let content = Content.list(.named(info.path), tree(rows))
            entries.append(Entry(path: info.path.split(separator: ".")[...], content: content))
        }
        return tree(entries)
    }

    private static func rowEntries(_ list: CaseSchema.ListInfo, _ includes: (Field) -> Bool) -> [Entry] {
        let wanted = list.fields.filter(includes)
        guard !wanted.isEmpty else { return [] }
        let added = list.key.filter { !wanted.contains($0) }
        return wanted.map { entry(CaseSchema.v1.info($0), $0) }
            + added.map { field in
                var entry = entry(CaseSchema.v1.info(field), field)
                entry.isKeyOnly = true
                return entry
            }
    }

    private static func entry(_ info: CaseSchema.FieldInfo, _ field: Field) -> Entry {
        Entry(path: info.localPath.split(separator: ".")[...], content: .leaf(field, Leaf(info.type)))
    }

    private static func tree(_ entries: [Entry]) -> [Member] {
        let names = Set(entries.compactMap(\.path.first)).sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
        return names.map { name in
            let below = entries.filter { $0.path.first == name }
            if let leaf = below.first(where: { $0.path.count == 1 }) {
                precondition(below.count == 1, "\(name) is both a value and an object in case/v1")
                return member(String(name), leaf.content, isKeyOnly: leaf.isKeyOnly)
            }
            let children = below.map { entry in
                var child = entry
                child.path = entry.path.dropFirst()
                return child
            }
            return member(String(name), .object(tree(children)), isKeyOnly: children.allSatisfy(\.isKeyOnly))
        }
    }

    private static func member(_ name: String, _ content: Content, isKeyOnly: Bool) -> Member {
        let bytes = Array(name.utf8)
        return Member(
            name: name, bytes: bytes, prefix: [0x22] + bytes + [0x22, 0x3A], content: content, isKeyOnly: isKeyOnly)
    }
}
