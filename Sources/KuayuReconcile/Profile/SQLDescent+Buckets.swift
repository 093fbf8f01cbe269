import KuayuModel

// Sums: held against the claim above them, compared with the gateway's, and taken apart further.

extension SQLDescent {
    /// The buckets that differ, after every sum was checked.
    func compare(
        _ answer: FingerprintAnswer, _ query: FingerprintQuery, _ parents: [Parent]
    ) throws(FeedError) -> [Open] {
        let buckets = try Self.placed(answer.buckets, query)
        var open: [Open] = []
        for parent in parents {
            let found = parent.ranges.flatMap { range in buckets[Self.indices(of: range, in: buckets)] }
            if let claimed = parent.claimed { try Self.check(found, claimed) }
            let known = Dictionary(uniqueKeysWithValues: found.map { ($0.start, $0.total) })
            for start in starts(of: parent, query.width, found) {
                let range = start..<start + query.width.seconds
                let expected = ledger.totals(in: BucketWidth.clipped(range))
                let total = known[start] ?? Accumulator()
                if total != expected {
                    open.append(Open(range: range, width: query.width, found: total, expected: expected))
                }
            }
        }
        return open
    }

    /// The same for certain days; asks for all others if they do not make up the rest.
    mutating func compareDirtyDays(
        _ answer: FingerprintAnswer, _ query: FingerprintQuery
    ) throws(FeedError) -> [Open] {
        let open = try compare(answer, query, [Parent(ranges: query.ranges, claimed: nil)])
        var rest = meta[lane].total
        for bucket in answer.buckets { rest.subtract(bucket.total) }
        var expected = ledger.total
        for range in query.ranges { expected.subtract(ledger.totals(in: BucketWidth.clipped(range))) }
        if rest != expected {
            let others = Self.complement(of: query.ranges)
            ask(.fingerprints(self.query(.day, others), [Parent(ranges: others, claimed: rest)]))
        }
        return open
    }

    /// Decides how each bucket that differs is looked at further.
    mutating func descend(_ open: [Open]) throws(FeedError) {
        let remaining = open.reduce(0) { $0 + Int($1.found.count) }
        var finer: [BucketWidth: [Open]] = [:]
        var listed: [Open] = []
        for bucket in open {
            if let width = bucket.width.finer, remaining > limits.directRows, !isBetterListed(bucket) {
                finer[width, default: []].append(bucket)
            } else {
                listed.append(bucket)
            }
        }
        for width in BucketWidth.allCases { askSums(width, finer[width] ?? []) }
        try askRows(listed.sorted { $0.range.lowerBound < $1.range.lowerBound })
    }

    /// Whether finer sums gain nothing: few rows, none expected, or most of them differ by their mere number.
    private func isBetterListed(_ bucket: Open) -> Bool {
        let (found, expected) = (Int(bucket.found.count), Int(bucket.expected.count))
        return found <= limits.smallBucket || expected == 0 || abs(found - expected) * 2 >= found
    }

    private mutating func askSums(_ width: BucketWidth, _ buckets: [Open]) {
        let sorted = buckets.sorted { $0.range.lowerBound < $1.range.lowerBound }
        for batch in sorted.chunked(ProfileLimits.ranges) {
            ask(
                .fingerprints(
                    query(width, batch.map(\.range).joinedNeighbours()),
                    batch.map { Parent(ranges: [$0.range], claimed: $0.found) }))
        }
    }

    /// Starts of the buckets of a parent that either side has rows in.
    private func starts(of parent: Parent, _ width: BucketWidth, _ found: [BucketSum]) -> [Int] {
        guard width == .day else {
            return parent.ranges.flatMap { Array(stride(from: $0.lowerBound, to: $0.upperBound, by: width.seconds)) }
        }
        let days = ledger.days.map(width.start(of:)).filter { start in parent.ranges.contains { $0.contains(start) } }
        return Set(days).union(found.map(\.start)).sorted()
    }

    /// The buckets, ascending, after their places were checked.
    private static func placed(
        _ buckets: [BucketSum], _ query: FingerprintQuery
    ) throws(FeedError) -> [BucketSum] {
        let sorted = buckets.sorted { $0.start < $1.start }
        var range = 0
        for (index, bucket) in sorted.enumerated() {
            let end = bucket.start + query.width.seconds
            while range < query.ranges.count, query.ranges[range].upperBound < end { range += 1 }
            guard query.width.number(startingAt: bucket.start) != nil, range < query.ranges.count,
                query.ranges[range].lowerBound <= bucket.start
            else { throw FeedError(.misplaced, "a bucket at \(bucket.start) was not asked for") }
            guard index == 0 || sorted[index - 1].start < bucket.start else {
                throw FeedError(.misplaced, "the bucket at \(bucket.start) is there twice")
            }
        }
        return sorted
    }

    private static func check(_ buckets: [BucketSum], _ claimed: Accumulator) throws(FeedError) {
        var total = Accumulator()
        for bucket in buckets { total.add(bucket.total) }
        guard total.count == claimed.count else {
            throw FeedError(.count, "buckets hold \(total.count) rows where \(claimed.count) were claimed")
        }
        guard total == claimed else { throw FeedError(.sum, "buckets do not add up to the sum claimed above them") }
    }

    /// Indices of ascending buckets that begin within a range.
    private static func indices(of range: Range<Int>, in buckets: [BucketSum]) -> Range<Int> {
        let low = firstIndex(buckets, at: range.lowerBound)
        return low..<max(low, firstIndex(buckets, at: range.upperBound))
    }

    private static func firstIndex(_ buckets: [BucketSum], at start: Int) -> Int {
        var (low, high) = (0, buckets.count)
        while low < high {
            let middle = (low + high) / 2
            if buckets[middle].start < start { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// What ascending ranges leave of the range key.
    private static func complement(of ranges: [Range<Int>]) -> [Range<Int>] {
        let whole = BucketWidth.day.whole
        var others: [Range<Int>] = []
        var at = whole.lowerBound
        for range in ranges {
            if at < range.lowerBound { others.append(at..<range.lowerBound) }
            at = range.upperBound
        }
        if at < whole.upperBound { others.append(at..<whole.upperBound) }
        return others
    }
}
