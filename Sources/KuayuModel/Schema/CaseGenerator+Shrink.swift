extension CaseGenerator {
    /// A smaller case on which something still fails: rows and optional fields are dropped, texts cut, until nothing more
    /// can go.
    ///
    /// A case without errors stays one without errors, so that what is found is not that the case became invalid.
    public static func shrunk(_ record: CaseRecord, stillFails: (CaseRecord) -> Bool) -> CaseRecord {
        let isRegistered = record[.caseID] != nil
        let mustBeValid = CaseValidation.isValid(record, requireGatewayFields: isRegistered)
        var smallest = record
        var shrinks = true
        while shrinks {
            shrinks = false
            for step in steps(smallest) {
                let candidate = step.applied(to: smallest)
                guard candidate != smallest else { continue }
                if mustBeValid, !CaseValidation.isValid(candidate, requireGatewayFields: isRegistered) { continue }
                guard stillFails(candidate) else { continue }
                smallest = candidate
                shrinks = true
            }
        }
        return smallest
    }

    /// One thing to leave out.
    ///
    /// Steps name places, so a step whose place is gone changes nothing.
    private enum Step {
        case clear(ListField)
        case drop(ListField, row: Int)
        case remove(Field)
        case removeColumn(Field, row: Int)
        case halve(Field)

        func applied(to record: CaseRecord) -> CaseRecord {
            var copy = record
            switch self {
            case .clear(let list): copy[list] = []
            case .drop(let list, let row):
                if row < copy[list].count { copy[list].remove(at: row) }
            case .remove(let field): copy[field] = nil
            case .removeColumn(let field, let row):
                let list = ListField(index: Int(field.list))
                if row < copy[list].count { copy[list][row][field] = nil }
            case .halve(let field):
                if let value = copy[field], value.count > 1 { copy[field] = String(value.prefix(value.count / 2)) }
            }
            return copy
        }
    }

    /// Big steps first.
    private static func steps(_ record: CaseRecord) -> [Step] {
        let lists = CaseSchema.v1.lists.indices.map { ListField(index: $0) }.filter { !record[$0].isEmpty }
        var steps = lists.map(Step.clear)
        for list in lists { steps += record[list].indices.reversed().map { .drop(list, row: $0) } }
        steps += record.presentScalars.map { .remove($0.field) }
        for list in lists {
            for (index, row) in record[list].enumerated() {
                steps += CaseSchema.v1.info(list).fields.filter { row[$0] != nil }.map { .removeColumn($0, row: index) }
            }
        }
        return steps + record.presentScalars.filter { isFreeText($0.field) }.map { .halve($0.field) }
    }

    private static func isFreeText(_ field: Field) -> Bool {
        if case .text = CaseSchema.v1.info(field).type { true } else { false }
    }
}
