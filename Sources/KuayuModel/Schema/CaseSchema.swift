/// The schema of `case/v1`, resolved: every field by path and by index.
///
/// The single source is the table in `CaseSchema+Fields.swift`. The JSON Schema, the documentation page, the masks, the
/// adapter checker's knowledge of paths and the generator of random cases all come from it.
public struct CaseSchema: Sendable {
    /// The schema in force.
    public static let v1 = CaseSchema(fields: fieldTable, lists: listTable)

    /// One field as the table states it.
    public struct FieldInfo: Sendable {
        /// Full path, list steps written `name[]`: `applicant.name`, `materials[].provenance.provider`.
        public let path: String
        /// Path below the list's row, or the full path of a scalar.
        public let localPath: String
        /// What its text must look like.
        public let type: FieldType
        /// Whether a case (or a row of its list) without it is invalid.
        public let isRequired: Bool
        /// Who may see it.
        public let privacy: PrivacyClass
        /// Its data level.
        public let level: DataLevel
        /// How it is masked.
        public let mask: MaskKind
        /// Who may change it.
        public let owner: FieldOwner
        /// Chinese name.
        public let chinese: String
        /// What it means, in English.
        public let meaning: String
    }

    /// One list of objects.
    public struct ListInfo: Sendable {
        /// Path of the list: `materials`, `result.licences`.
        public let path: String
        /// Fields that identify a row when two versions of a case are merged.
        public let key: [Field]
        /// Who may add rows.
        public let owner: FieldOwner
        /// Every field of a row, in table order.
        public let fields: [Field]
        /// Chinese name.
        public let chinese: String
        /// What it holds, in English.
        public let meaning: String
    }

    /// Fields outside lists, by ``Field/column``.
    public let scalars: [FieldInfo]
    /// Lists, by ``ListField/index``.
    public let lists: [ListInfo]
    private let columns: [[FieldInfo]]
    private let fieldByPath: [String: Field]
    private let listByPath: [String: ListField]

    init(fields: [FieldRow], lists rows: [ListRow]) {
        var scalars: [FieldInfo] = []
        var columns = [[FieldInfo]](repeating: [], count: rows.count)
        var fieldByPath: [String: Field] = [:]
        for row in fields {
            if let list = rows.firstIndex(where: { row.path.hasPrefix($0.path + "[].") }) {
                let local = String(row.path.dropFirst(rows[list].path.count + 3))
                fieldByPath[row.path] = Field(list: Int16(list), column: UInt16(columns[list].count))
                columns[list].append(row.info(localPath: local))
            } else {
                fieldByPath[row.path] = Field(list: -1, column: UInt16(scalars.count))
                scalars.append(row.info(localPath: row.path))
            }
        }
        self.scalars = scalars
        self.columns = columns
        self.fieldByPath = fieldByPath
        self.listByPath = Dictionary(
            uniqueKeysWithValues: rows.indices.map { (rows[$0].path, ListField(index: $0)) })
        self.lists = rows.enumerated().map { index, row in
            ListInfo(
                path: row.path,
                key: row.key.compactMap { fieldByPath[row.path + "[]." + $0] },
                owner: row.owner,
                fields: columns[index].indices.map { Field(list: Int16(index), column: UInt16($0)) },
                chinese: row.chinese, meaning: row.meaning)
        }
    }

    /// The field at a full path (`materials[].name`), if the schema has it.
    public func field(_ path: String) -> Field? { fieldByPath[path] }

    /// The list at a path (`materials`), if the schema has it.
    public func list(_ path: String) -> ListField? { listByPath[path] }

    /// What the table says of a field.
    public func info(_ field: Field) -> FieldInfo {
        field.list < 0 ? scalars[Int(field.column)] : columns[Int(field.list)][Int(field.column)]
    }

    /// What the table says of a list.
    public func info(_ list: ListField) -> ListInfo { lists[list.index] }

    /// Every field: scalars first, then each list's, in table order.
    public var allFields: [Field] {
        scalars.indices.map { Field(list: -1, column: UInt16($0)) } + lists.flatMap(\.fields)
    }
}

/// A place in a case: a scalar, or a column of a list's rows.
public struct Field: Hashable, Sendable {
    /// Index of the list, −1 for a scalar.
    public let list: Int16
    /// Index among the scalars or among the list's columns.
    public let column: UInt16

    /// A place by its indexes; list −1 is a scalar.
    ///
    /// Both must exist in the schema.
    public init(list: Int16, column: UInt16) {
        self.list = list
        self.column = column
    }

    /// The field at a full path of `case/v1`.
    ///
    /// The path is a constant of the program, so a wrong one is a defect.
    public static func named(_ path: String) -> Field {
        guard let field = CaseSchema.v1.field(path) else { preconditionFailure("case/v1 has no field \(path)") }
        return field
    }

    /// Its full path, list steps written `name[]`.
    public var path: String { CaseSchema.v1.info(self).path }
}

/// A list of a case.
public struct ListField: Hashable, Sendable {
    /// Index among the schema's lists.
    public let index: Int

    /// A list by its index, which must exist in the schema.
    public init(index: Int) { self.index = index }

    /// The list at a path of `case/v1`.
    ///
    /// The path is a constant of the program, so a wrong one is a defect.
    public static func named(_ path: String) -> ListField {
        guard let list = CaseSchema.v1.list(path) else { preconditionFailure("case/v1 has no list \(path)") }
        return list
    }

    /// Its path.
    public var path: String { CaseSchema.v1.lists[index].path }
}
