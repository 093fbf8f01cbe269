/// A canonical case: flat slots, one per scalar field of `case/v1`, and one array of rows per list.
///
/// Every leaf is text in the canonical spelling of its ``FieldType`` (booleans `true`/`false`, numbers in decimal), so
/// that adapters convert text to text and nothing is rounded. Absent is `nil`; an empty string never stands for it.
public struct CaseRecord: Hashable, Sendable {
    /// By ``Field/column``; the empty text is absent, which costs less to make, copy and compare than an optional.
    @usableFromInline var scalars: [String]
    /// By ``ListField/index``.
    @usableFromInline var lists: [[CaseRow]]

    /// A case with nothing known.
    public init() {
        scalars = Array(repeating: "", count: CaseSchema.v1.scalars.count)
        lists = Array(repeating: [], count: CaseSchema.v1.lists.count)
    }

    /// The text of a scalar field.
    ///
    /// An empty text is stored as absent. The field must not belong to a list.
    @inlinable
    public subscript(field: Field) -> String? {
        get {
            let text = scalars[Int(field.column)]
            return text.isEmpty ? nil : text
        }
        set {
            precondition(field.list < 0, "a column of a list is reached through its row")
            scalars[Int(field.column)] = newValue ?? ""
        }
    }

    /// The rows of a list, in order.
    @inlinable
    public subscript(list: ListField) -> [CaseRow] {
        get { lists[list.index] }
        set { lists[list.index] = newValue }
    }

    /// Changes the rows of a list in place.
    @inlinable
    public mutating func update<T>(_ list: ListField, _ body: (inout [CaseRow]) -> T) -> T { body(&lists[list.index]) }

    /// Whether nothing at all is known.
    public var isEmpty: Bool { scalars.allSatisfy(\.isEmpty) && lists.allSatisfy(\.isEmpty) }

    /// Every scalar that is present, in table order.
    public var presentScalars: [(field: Field, value: String)] {
        scalars.indices.compactMap { index in
            scalars[index].isEmpty ? nil : (Field(list: -1, column: UInt16(index)), scalars[index])
        }
    }
}

extension CaseRecord {
    /// The action of the process entry that brings the case into a state: the state itself, or `denied` for a decision
    /// that denies, because some formats tell a denial by its process entry only.
    public func eventAction(of state: CaseState) -> String {
        let isDecision = (CaseState.decided.progress...CaseState.closed.progress).contains(state.progress)
        return isDecision && self[.outcome] == "denied" ? "denied" : state.rawValue
    }
}

/// One row of a list of a case.
public struct CaseRow: Hashable, Sendable {
    /// The list it belongs to.
    public let list: ListField
    /// By ``Field/column``; the empty text is absent.
    @usableFromInline var values: [String]

    /// A row with nothing known.
    public init(_ list: ListField) {
        self.list = list
        values = Array(repeating: "", count: FieldCheck.columnCounts[list.index])
    }

    /// The text of a column.
    ///
    /// An empty text is stored as absent.
    @inlinable
    public subscript(field: Field) -> String? {
        get {
            let text = values[Int(field.column)]
            return text.isEmpty ? nil : text
        }
        set {
            precondition(Int(field.list) == list.index, "the field belongs to another list")
            values[Int(field.column)] = newValue ?? ""
        }
    }

    /// Whether no column is present.
    public var isEmpty: Bool { values.allSatisfy(\.isEmpty) }

    /// The values of the list's key columns, joined; rows with equal keys are the same entry.
    public var key: [String?] { FieldCheck.keys[list.index].map { self[$0] } }

    /// Whether another row of the same list has the same ``key``, without building either.
    public func hasKey(of other: CaseRow) -> Bool {
        FieldCheck.keys[list.index].allSatisfy { values[Int($0.column)] == other.values[Int($0.column)] }
    }
}
