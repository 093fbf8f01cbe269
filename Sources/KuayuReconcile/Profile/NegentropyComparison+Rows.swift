import KuayuModel

/// From identities to cases: asks for rows and holds them against what the exchange found.
extension NegentropyComparison {
    /// Takes the gateway's own elements of what the hub lacks, and goes on to what only the hub has.
    mutating func look(_ elements: [LedgerElement?]) throws(FeedError) -> Step {
        guard elements.count == have.count else {
            throw FeedError(.count, "\(have.count) elements of the gateway were asked for, \(elements.count) came")
        }
        for element in elements {
            guard let element else { throw FeedError(.changed, "the gateway lost a row while it was compared") }
            expected[element.caseID] = element
            cases.insert(element.caseID)
        }
        return try askIdentities(need.sorted { $0.precedesReversed($1) })
    }

    /// Takes rows, page by page.
    mutating func accept(_ answer: RowsAnswer) throws(FeedError) -> Step {
        _ = try answer.verified(digester)
        for told in answer.rows where told.row.element.key == nil {
            throw FeedError(.misplaced, "\(told.row.element.caseID) was registered at an impossible time")
        }
        page += answer.rows
        guard page.count + rows.count <= limits.ids else {
            throw FeedError(.limit, "more than \(limits.ids) rows of cases that differ")
        }
        if let after = answer.after {
            guard !answer.rows.isEmpty else { throw FeedError(.count, "a page of rows without rows is not the last") }
            return try nextPage(after)
        }
        let complete = page
        page = []
        return try close(complete)
    }

    private mutating func nextPage(_ after: String) throws(FeedError) -> Step {
        switch phase {
        case .identities(let asked, _): ask(.identities(asked), after: after)
        case .duplicates: ask(.duplicates, after: after)
        case .cases(let asked, _): ask(.cases(asked), after: after)
        case .idle, .exchanging, .looking, .done: throw Self.outOfTurn
        }
    }

    /// Goes on when all rows of a question are there.
    private mutating func close(_ told: [ToldRow]) throws(FeedError) -> Step {
        switch phase {
        case .identities(let asked, let later):
            let (wanted, given) = (Set(asked), Set(told.map(\.id)))
            guard wanted.isSubset(of: given) else { throw FeedError(.changed, "rows are missing that the hub listed") }
            guard given.isSubset(of: wanted) else { throw FeedError(.misplaced, "rows came that were not asked for") }
            cases.formUnion(told.map(\.row.element.caseID))
            return try askIdentities(later)
        case .duplicates:
            cases.formUnion(told.map(\.row.element.caseID))
            return try askCases(cases.sorted())
        case .cases(let asked, let later):
            let wanted = Set(asked)
            guard told.allSatisfy({ wanted.contains($0.row.element.caseID) }) else {
                throw FeedError(.misplaced, "rows came of cases that were not asked for")
            }
            rows += told
            return try askCases(later)
        case .idle, .exchanging, .looking, .done: throw Self.outOfTurn
        }
    }

    private mutating func askIdentities(_ ids: [ElementID]) throws(FeedError) -> Step {
        guard !ids.isEmpty else { return try askDuplicates() }
        let asked = Array(ids.prefix(Self.batch))
        phase = .identities(asked: asked, later: Array(ids.dropFirst(Self.batch)))
        return ask(.identities(asked))
    }

    /// Rows that the hub has more than once do not show in the exchange, only in its totals.
    private mutating func askDuplicates() throws(FeedError) -> Step {
        if distinct == claimed { return try askCases(cases.sorted()) }
        guard meta[lane].duplicates != 0 else {
            throw FeedError(.sum, "the hub's total is not what its answers add up to")
        }
        phase = .duplicates
        return ask(.duplicates)
    }

    /// What the hub has, each row once, as the exchange says.
    private var distinct: Accumulator {
        var sum = snapshot.index.total
        for entry in have { sum.subtract(entry.id) }
        for id in need { sum.add(id) }
        return sum
    }

    private mutating func askCases(_ all: [String]) throws(FeedError) -> Step {
        guard !all.isEmpty else { return finished(try differences()) }
        let asked = Array(all.prefix(Self.batch))
        phase = .cases(asked: asked, later: Array(all.dropFirst(Self.batch)))
        return ask(.cases(asked))
    }

    /// Every case that differs, once everything adds up.
    private mutating func differences() throws(FeedError) -> [CaseDifference] {
        try settleAgreed()
        let found = Dictionary(grouping: rows.map(\.row), by: \.element.caseID)
        var differences: [CaseDifference] = []
        for caseID in cases.sorted() {
            let rows = found[caseID] ?? []
            if rows.count == 1, rows[0].element == expected[caseID] { continue }
            if rows.isEmpty, expected[caseID] == nil { continue }
            differences.append(
                CaseDifference(
                    lane: lane, caseID: caseID, expected: expected[caseID], found: rows.sorted(by: FullJoin.isBefore)))
        }
        return differences
    }

    /// Parts the hub's rows into what both sides have and what only the hub has, and adds everything up.
    private mutating func settleAgreed() throws(FeedError) {
        let lacking = Set(have)
        var agreed: Set<LedgerEntry> = []
        var missing = need
        var sum = distinct
        for id in need { sum.subtract(id) }
        for told in rows {
            let element = told.row.element
            sum.add(told.id)
            guard let key = element.key, let row = snapshot.index.row(key: key, id: told.id) else {
                guard need.contains(told.id) else {
                    throw FeedError(.changed, "\(element.caseID) has a row that the hub did not list before")
                }
                missing.remove(told.id)
                continue
            }
            let entry = LedgerEntry(key: key, id: told.id, row: row)
            guard !lacking.contains(entry) else {
                throw FeedError(.changed, "\(element.caseID) has a row that the hub said it did not have")
            }
            if agreed.insert(entry).inserted { sum.subtract(told.id) }
            if expected[element.caseID] == nil { expected[element.caseID] = element }
        }
        guard missing.isEmpty else { throw FeedError(.changed, "rows are missing that the hub listed") }
        guard sum == claimed else { throw FeedError(.sum, "the hub's total is not what its rows add up to") }
    }
}
