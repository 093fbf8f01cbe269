import KuayuReconcile

/// Compares a feed in any order with the ledger, through a table of hashes of the ledger's lines.
struct UnsortedScan: Sendable {
    let ledger: FeedBytes
    let ledgerRange: Range<Int>
    let ledgerCount: Int
    let feed: FeedBytes
    let feedRange: Range<Int>
    let hasIdentities: Bool
    let budget: LineBudget
    let threads: Int
    let stretchBytes: Int
    let key: LineHash.Key
    var hashBits = 64

    /// Reads both files once, then only what found no partner; does `aside` beside it.
    func scan(
        _ aside: @Sendable () -> Result<[UInt8], FeedError>
    ) throws(FeedError) -> (ScanFindings, [UInt8]) {
        guard max(ledger.count, feed.count) < LineTable.offsetLimit else {
            throw FeedError(.limit, "a file has more than \(LineTable.offsetLimit) bytes")
        }
        let table = try LineTable(ledgerCount, hashBits: hashBits)
        let mine = try Stretches.lines(ledger, ledgerRange, bytes: stretchBytes)
        let results = Workers.run(mine.count + 1, threads: threads) { task -> Result<[UInt8], FeedError> in
            task == 0 ? aside() : fill(table, mine[task - 1]).map { .failure($0) } ?? .success([])
        }
        var value: [UInt8] = []
        for result in results.reversed() { value = try result.get() }
        return (try match(table), value)
    }

    private func match(_ table: LineTable) throws(FeedError) -> ScanFindings {
        let theirs = try Stretches.lines(feed, feedRange, bytes: stretchBytes)
        var findings = ScanFindings.join(Workers.run(theirs.count, threads: threads) { probe(table, theirs[$0]) })
        guard findings.fault == nil, !findings.isFlooded else { return findings }
        try collectUnmatched(table, &findings)
        if !findings.isFlooded { try completeCases(table, &findings) }
        return findings
    }

    // MARK: the ledger

    private func fill(_ table: LineTable, _ range: Range<Int>) -> FeedError? {
        var isDamaged = false
        do throws(FeedError) {
            var lines = LineReader(ledger, range)
            var batch = LineBatch()
            repeat {
                while lines.advanceInBuffer() {
                    guard let shape = LineShape(ledger: lines.line, lines.count) else { return Self.damaged }
                    batch.append(entry(lines, shape))
                    guard batch.isFull else { continue }
                    batch.drain(table) { if !table.insert($0.hash, offset: $0.offset) { isDamaged = true } }
                }
                batch.drain(table) { if !table.insert($0.hash, offset: $0.offset) { isDamaged = true } }
            } while try lines.refill()
        } catch {
            return error
        }
        return isDamaged ? Self.damaged : nil
    }

    private static let damaged = FeedError(.unavailable, "the snapshot of the gateway's own ledger is damaged")

    @inline(__always)
    private func entry(_ lines: borrowing LineReader, _ shape: LineShape) -> LineBatch.Entry {
        LineBatch.Entry(
            hash: hash(lines.line, shape), offset: lines.offset, line: lines.line, count: lines.count,
            number: lines.number)
    }

    /// Case to state, then content with, where the feed has them, identity.
    @inline(__always)
    private func hash(_ line: UnsafePointer<UInt8>, _ shape: LineShape) -> LineHash {
        var hasher = LineHasher(key)
        hasher.take(line, shape.keyEnd)
        hasher.take(line + shape.contentStart, hasIdentities ? shape.contentCount + 65 : shape.contentCount)
        return hasher.hash
    }

    // MARK: the feed

    private func probe(_ table: LineTable, _ range: Range<Int>) -> ScanFindings {
        var findings = ScanFindings()
        do throws(FeedError) {
            var lines = LineReader(feed, range)
            var batch = LineBatch()
            repeat {
                while lines.advanceInBuffer() {
                    guard let shape = LineShape(feed: lines.line, lines.count, hasIdentities: hasIdentities) else {
                        collect(lines.line, lines.count, lines.offset, lines.number, &findings)
                        continue
                    }
                    batch.append(entry(lines, shape))
                    if batch.isFull { batch.drain(table) { settle(table, $0, &findings) } }
                }
                batch.drain(table) { settle(table, $0, &findings) }
            } while try lines.refill()
            findings.lineCount = lines.number
        } catch {
            findings.fault = error
        }
        return findings
    }

    @inline(__always)
    private func settle(_ table: LineTable, _ entry: LineBatch.Entry, _ findings: inout ScanFindings) {
        if table.match(entry.hash, offset: entry.offset) {
            findings.note(registeredAt: Lines.registeredAt(entry.line, entry.count))
        } else {
            collect(entry.line, entry.count, entry.offset, entry.number, &findings)
        }
    }

    private func collect(
        _ line: UnsafePointer<UInt8>, _ count: Int, _ offset: Int, _ number: Int, _ findings: inout ScanFindings
    ) {
        guard budget.take() else { return findings.isFlooded = true }
        findings.feedLines.append(FeedRawLine(offset: offset, number: number, bytes: Lines.copy(line, count)))
    }

    // MARK: what is left

    private func collectUnmatched(_ table: LineTable, _ findings: inout ScanFindings) throws(FeedError) {
        guard let offsets = table.unmatched(limit: budget.remaining) else { return findings.isFlooded = true }
        for offset in offsets.sorted() { findings.ledgerLines.append(try line(ledger, ledgerRange, at: offset)) }
    }

    /// Adds, to rows without partner, the row of the same case that had one: of a case that differs, everything is shown.
    ///
    /// If hashes collide, what is added may be of another case, which then has to be completed as well; the sum says
    /// afterwards whether everything was found.
    private func completeCases(_ table: LineTable, _ findings: inout ScanFindings) throws(FeedError) {
        var complete = Set(findings.ledgerLines.map(caseID))
        var offsets = Set(findings.feedLines.map(\.offset))
        var index = 0
        while index < findings.feedLines.count {
            let raw = findings.feedLines[index].bytes
            index += 1
            let caseID = caseID(raw)
            guard complete.insert(caseID).inserted else { continue }
            let place = try Stretches.lowerBound(ledger, ledgerRange, raw)
            guard place < ledgerRange.upperBound else { continue }
            let mine = try line(ledger, ledgerRange, at: place)
            guard self.caseID(mine) == caseID, let partner = partner(table, mine) else { continue }
            findings.ledgerLines.append(mine)
            guard offsets.insert(partner).inserted else { continue }
            let bytes = try line(feed, feedRange, at: partner)
            findings.feedLines.append(FeedRawLine(offset: partner, number: 0, bytes: bytes))
        }
    }

    /// Where the feed has the line that agrees with one of the ledger.
    private func partner(_ table: LineTable, _ mine: [UInt8]) -> Int? {
        mine.withUnsafeBufferPointer { line in
            guard let base = line.baseAddress, let shape = LineShape(ledger: base, line.count) else { return nil }
            return table.feedOffset(hash(base, shape))
        }
    }

    private func line(_ source: FeedBytes, _ range: Range<Int>, at offset: Int) throws(FeedError) -> [UInt8] {
        var reader = LineReader(source, offset..<range.upperBound, capacity: FeedLine.byteLimit * 2)
        return try reader.advance() ? Lines.copy(reader.line, reader.count) : []
    }

    private func caseID(_ line: [UInt8]) -> [UInt8] { Array(line.prefix { $0 != UInt8(ascii: ",") }) }
}
