import KuayuReconcile

/// Merges a sorted feed with the sorted ledger, line by line, holding no more of either than a buffer.
struct SortedScan: Sendable {
    let ledger: FeedBytes
    let feed: FeedBytes
    let hasIdentities: Bool
    let budget: LineBudget

    /// What one pair of stretches comes to; a failure stands in it.
    func scan(_ pair: Stretches.Pair) -> ScanFindings {
        var findings = ScanFindings()
        do throws(FeedError) {
            var merge = Merge(self, pair)
            try merge.run(&findings)
        } catch {
            findings.fault = error
        }
        return findings
    }

    /// Counts lines and finds the first that is out of order, when it is known that there is one.
    static func count(_ feed: FeedBytes, _ range: Range<Int>) -> ScanFindings {
        var findings = ScanFindings()
        do throws(FeedError) {
            var lines = LineReader(feed, range)
            while try lines.advance() {
                guard findings.misplaced == nil, lines.number > 1 else { continue }
                let order = Lines.compareCases(lines.line, lines.count, lines.previous, lines.previousCount)
                guard order < 0 else { continue }
                findings.misplaced = lines.number
                let bytes = Lines.copy(lines.line, lines.count)
                findings.feedLines = [FeedRawLine(offset: lines.offset, number: lines.number, bytes: bytes)]
            }
            findings.lineCount = lines.number
        } catch {
            findings.fault = error
        }
        return findings
    }
}

/// One merge under way.
private struct Merge: ~Copyable {
    private let hasIdentities: Bool
    private let budget: LineBudget
    private var mine: LineReader
    private var theirs: LineReader
    private var hasMine = false
    private var hasTheirs = false
    /// Whether the feed's line before agreed with the ledger's line before, so that neither was collected.
    private var isPreviousSettled = false

    init(_ scan: SortedScan, _ pair: Stretches.Pair) {
        hasIdentities = scan.hasIdentities
        budget = scan.budget
        mine = LineReader(scan.ledger, pair.ledger)
        theirs = LineReader(scan.feed, pair.feed)
    }

    mutating func run(_ findings: inout ScanFindings) throws(FeedError) {
        hasMine = try mine.advance()
        hasTheirs = try theirs.advance()
        if hasTheirs { findings.first = Lines.copy(theirs.line, theirs.count) }
        while hasTheirs, findings.misplaced == nil, !findings.isFlooded {
            try skipAgreeing(&findings)
            if hasTheirs { try step(&findings) }
        }
        let isOver = findings.misplaced != nil || findings.isFlooded
        while hasTheirs { hasTheirs = try theirs.advance() }
        findings.last = Lines.copy(theirs.previous, theirs.previousCount)
        findings.lineCount = theirs.number
        while hasMine, !isOver {
            collectMine(&findings)
            hasMine = try mine.advance()
        }
    }

    /// The fast path: as long as both sides say the same.
    private mutating func skipAgreeing(_ findings: inout ScanFindings) throws(FeedError) {
        while hasMine, hasTheirs,
            Lines.areSame(mine.line, mine.count, theirs.line, theirs.count, hasIdentities: hasIdentities)
        {
            findings.note(registeredAt: Lines.registeredAt(theirs.line, theirs.count))
            isPreviousSettled = true
            hasMine = try mine.advance()
            hasTheirs = try theirs.advance()
        }
    }

    /// One line of the feed, or of the ledger, that does not simply agree.
    private mutating func step(_ findings: inout ScanFindings) throws(FeedError) {
        if theirs.number > 1 {
            let order = Lines.compareCases(theirs.line, theirs.count, theirs.previous, theirs.previousCount)
            if order < 0 { return misplace(&findings) }
            if order == 0 { return try repeated(&findings) }
        }
        let order = hasMine ? Lines.compareCases(theirs.line, theirs.count, mine.line, mine.count) : -1
        if order >= 0 {
            collectMine(&findings)
            hasMine = try mine.advance()
        }
        if order <= 0 { try takeTheirs(&findings) }
    }

    /// A further row of the case before: if the first one agreed, it must be shown after all.
    private mutating func repeated(_ findings: inout ScanFindings) throws(FeedError) {
        if isPreviousSettled {
            collect(theirs.previous, theirs.previousCount, theirs.previousOffset, theirs.number - 1, &findings)
            findings.ledgerLines.append(Lines.copy(mine.previous, mine.previousCount))
        }
        try takeTheirs(&findings)
    }

    private mutating func takeTheirs(_ findings: inout ScanFindings) throws(FeedError) {
        collect(theirs.line, theirs.count, theirs.offset, theirs.number, &findings)
        isPreviousSettled = false
        hasTheirs = try theirs.advance()
    }

    private mutating func misplace(_ findings: inout ScanFindings) {
        findings.misplaced = theirs.number
        // A line that cannot be read is called that, not misplaced.
        collect(theirs.line, theirs.count, theirs.offset, theirs.number, &findings)
    }

    private func collect(
        _ line: UnsafePointer<UInt8>, _ count: Int, _ offset: Int, _ number: Int, _ findings: inout ScanFindings
    ) {
        guard budget.take() else { return findings.isFlooded = true }
        findings.feedLines.append(FeedRawLine(offset: offset, number: number, bytes: Lines.copy(line, count)))
    }

    private func collectMine(_ findings: inout ScanFindings) {
        guard budget.take() else { return findings.isFlooded = true }
        findings.ledgerLines.append(Lines.copy(mine.line, mine.count))
    }
}
