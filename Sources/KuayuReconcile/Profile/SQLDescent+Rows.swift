import KuayuModel

// Rows: asked for by the buckets that differ, held against their sums.

extension SQLDescent {
    /// Asks for the rows of some buckets, ascending; those without rows need no question.
    mutating func askRows(_ buckets: [Open]) throws(FeedError) {
        leaves += buckets
        let wanted = leaves.reduce(0) { $0 + Int($1.found.count) }
        guard wanted <= limits.rows else {
            throw FeedError(.limit, "\(wanted) rows would have to be read, more than \(limits.rows)")
        }
        var batch: [Open] = []
        var count = 0
        for bucket in buckets where bucket.found.count > 0 {
            if !batch.isEmpty, batch.count == ProfileLimits.ranges || count + Int(bucket.found.count) > limits.page {
                ask(.rows(task(batch)))
                (batch, count) = ([], 0)
            }
            batch.append(bucket)
            count += Int(bucket.found.count)
        }
        if !batch.isEmpty { ask(.rows(task(batch))) }
    }

    private func task(_ buckets: [Open]) -> RowsTask {
        RowsTask(
            query: RowsQuery(
                lane: lane, snapshot: meta.snapshot, selection: .ranges(buckets.map(\.range).joinedNeighbours()),
                limit: limits.page),
            buckets: buckets.map { RowsTask.Bucket(keys: BucketWidth.clipped($0.range), claimed: $0.found) })
    }
}

/// Reads the rows of some buckets, page by page.
struct RowsTask: Sendable {
    /// A bucket and what its rows must add up to.
    struct Bucket: Sendable {
        var keys: Range<UInt32>
        var claimed: Accumulator
        var read = Accumulator()
    }

    var query: RowsQuery
    /// Ascending and apart.
    var buckets: [Bucket]
    private(set) var rows: [HubRow] = []
    private var at = 0
    private var last: (key: UInt32, id: ElementID)?
    private let expected: Int

    init(query: RowsQuery, buckets: [Bucket]) {
        self.query = query
        self.buckets = buckets
        expected = buckets.reduce(0) { $0 + Int($1.claimed.count) }
    }

    /// Takes a page; whether it was the last one.
    mutating func take(_ answer: RowsAnswer, _ digester: some Digester) throws(FeedError) -> Bool {
        guard answer.rows.count <= query.limit else { throw FeedError(.limit, "a page has more rows than asked for") }
        guard rows.count + answer.rows.count <= expected else {
            throw FeedError(.count, "more rows are listed than the \(expected) claimed")
        }
        _ = try answer.verified(digester)
        for told in answer.rows { try add(told) }
        if rows.count == expected {
            try checkSums()
            return true
        }
        guard let after = answer.after, !answer.rows.isEmpty else {
            throw FeedError(.count, "\(rows.count) rows are listed where \(expected) were claimed")
        }
        query.after = after
        return false
    }

    private mutating func add(_ told: ToldRow) throws(FeedError) {
        guard let key = told.row.element.key else {
            throw FeedError(.misplaced, "\(told.row.element.caseID) was registered outside of the range key")
        }
        if let last, (key, told.id) < last {
            throw FeedError(.misplaced, "\(told.row.element.caseID) stands out of order")
        }
        last = (key, told.id)
        while at < buckets.count, buckets[at].keys.upperBound <= key { at += 1 }
        guard at < buckets.count, buckets[at].keys.lowerBound <= key else {
            throw FeedError(.misplaced, "\(told.row.element.caseID) lies outside of the ranges asked for")
        }
        buckets[at].read.add(told.id)
        rows.append(told.row)
    }

    private func checkSums() throws(FeedError) {
        for bucket in buckets where bucket.read != bucket.claimed {
            if bucket.read.count != bucket.claimed.count {
                throw FeedError(
                    .count, "a bucket lists \(bucket.read.count) rows where \(bucket.claimed.count) were claimed")
            }
            throw FeedError(.sum, "the rows of a bucket do not add up to the sum claimed for it")
        }
    }
}

/// Reads all rows of some cases, page by page.
struct CasesTask: Sendable {
    var query: RowsQuery
    /// More rows than this cannot be true.
    let limit: Int
    private(set) var rows: [ToldRow] = []

    init(query: RowsQuery, limit: Int) {
        self.query = query
        self.limit = limit
    }

    /// The cases that were asked for.
    var cases: [String] { if case .cases(let cases) = query.selection { cases } else { [] } }

    /// Takes a page; whether it was the last one.
    mutating func take(_ answer: RowsAnswer, _ digester: some Digester) throws(FeedError) -> Bool {
        _ = try answer.verified(digester)
        rows += answer.rows
        guard rows.count <= limit else { throw FeedError(.count, "more rows of some cases than were claimed") }
        guard let after = answer.after else { return true }
        guard !answer.rows.isEmpty else { throw FeedError(.count, "a page without rows claims that more follow") }
        query.after = after
        return false
    }
}

/// A range key, then an identity, as numbers.
private func < (a: (key: UInt32, id: ElementID), b: (key: UInt32, id: ElementID)) -> Bool {
    (a.key, a.id.w3, a.id.w2, a.id.w1, a.id.w0) < (b.key, b.id.w3, b.id.w2, b.id.w1, b.id.w0)
}
