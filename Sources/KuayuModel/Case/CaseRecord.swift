/// A canonical case: flat slots, one per scalar field of `case/v1`, and one array of rows per list.
///
/// Every leaf is text in the canonical spelling of its ``FieldType`` (booleans `true`/`false`, numbers in decimal), so
/// that adapters convert text to text and nothing is rounded. Absent is `nil`; an empty string never stands for it.
public struct CaseRecord: Hashable, Sendable {
    private var scalars: [String?]
    private var lists: [[CaseRow]]

    /// A case with nothing known.
    public init() {
        scalars = Array(repeating: nil, count: CaseSchema.v1.scalars.count)
        lists = Array(repeating: [], count: CaseSchema.v1.lists.count)
    }

    /// The text of a scalar field.
    ///
    /// An empty text is stored as absent. The field must not belong to a list.
    public subscript(field: Field) -> String? {
        get { scalars[Int(field.column)] }
        set {
            precondition(field.list < 0, "a column of a list is reached through its row")
            scalars[Int(field.column)] = newValue == "" ? nil : newValue
        }
    }

    /// The rows of a list, in order.
    public subscript(list: ListField) -> [CaseRow] {
        get { lists[list.index] }
        set { lists[list.index] = newValue }
    }

    /// Changes the rows of a list in place.
    public mutating func update<T>(_ list: ListField, _ body: (inout [CaseRow]) -> T) -> T { body(&lists[list.index]) }

    /// Whether nothing at all is known.
    public var isEmpty: Bool { scalars.allSatisfy { $0 == nil } && lists.allSatisfy(\.isEmpty) }

    /// Every scalar that is present, in table order.
    public var presentScalars: [(field: Field, value: String)] {
        scalars.indices.compactMap { index in
            scalars[index].map { (Field(list: -1, column: UInt16(index)), $0) }
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
    private var values: [String?]

    /// A row with nothing known.
    public init(_ list: ListField) {
        self.list = list
        values = Array(repeating: nil, count: CaseSchema.v1.lists[list.index].fields.count)
    }

    /// The text of a column.
    ///
    /// An empty text is stored as absent.
    public subscript(field: Field) -> String? {
        get { values[Int(field.column)] }
        set {
            precondition(Int(field.list) == list.index, "the field belongs to another list")
            values[Int(field.column)] = newValue == "" ? nil : newValue
        }
    }

    /// Whether no column is present.
    public var isEmpty: Bool { values.allSatisfy { $0 == nil } }

    /// The values of the list's key columns, joined; rows with equal keys are the same entry.
    public var key: [String?] { CaseSchema.v1.info(list).key.map { self[$0] } }
}
