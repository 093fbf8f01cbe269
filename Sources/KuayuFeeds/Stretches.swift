import KuayuReconcile

/// Divides files into stretches of whole lines, so that several threads can work on them.
enum Stretches {
    /// Bytes of a stretch, about.
    static let standardBytes = 8 << 20
    /// Enough for any valid line and the one before it.
    private static let window = 4_096

    /// Stretches of lines, of about `bytes` each; none is empty unless `range` is.
    static func lines(
        _ source: FeedBytes, _ range: Range<Int>, bytes: Int
    ) throws(FeedError) -> [Range<Int>] {
        var borders = [range.lowerBound]
        for target in stride(from: range.lowerBound + bytes, to: range.upperBound, by: bytes) {
            var reader = LineReader(source, target..<range.upperBound, capacity: max(window, FeedLine.byteLimit * 8))
            // The line in which `target` lies belongs to the stretch before.
            guard try reader.advance(), try reader.advance(), reader.offset > borders[borders.count - 1] else {
                continue
            }
            borders.append(reader.offset)
        }
        return zip(borders, borders.dropFirst() + [range.upperBound]).map { $0..<$1 }
    }

    /// A stretch of each file with the same cases in both.
    struct Pair: Sendable {
        let ledger: Range<Int>
        let feed: Range<Int>
    }

    /// Stretches of a sorted ledger and a feed; nil when the feed does not ascend from border to border.
    ///
    /// No case lies in two stretches of the feed as long as the feed ascends.
    static func pairs(
        _ ledger: FeedBytes, _ ledgerRange: Range<Int>, _ feed: FeedBytes, _ feedRange: Range<Int>, bytes: Int
    ) throws(FeedError) -> [Pair]? {
        var borders = [(ledger: ledgerRange.lowerBound, feed: feedRange.lowerBound)]
        var last: [UInt8] = []
        for target in stride(from: feedRange.lowerBound + bytes, to: feedRange.upperBound, by: bytes) {
            guard let (offset, line) = try caseBorder(feed, target..<feedRange.upperBound) else { continue }
            guard offset > borders[borders.count - 1].feed else { continue }
            guard last.isEmpty || Lines.compareCases(line, last) > 0 else { return nil }
            let place = try lowerBound(ledger, ledgerRange, line)
            guard place >= borders[borders.count - 1].ledger else { return nil }
            borders.append((place, offset))
            last = line
        }
        let ends = borders.dropFirst() + [(ledger: ledgerRange.upperBound, feed: feedRange.upperBound)]
        return zip(borders, ends).map { Pair(ledger: $0.ledger..<$1.ledger, feed: $0.feed..<$1.feed) }
    }

    /// The first line that begins behind the start of `range` and is of another case than the line before it.
    private static func caseBorder(
        _ source: FeedBytes, _ range: Range<Int>
    ) throws(FeedError) -> (offset: Int, line: [UInt8])? {
        var reader = LineReader(source, range, capacity: max(window, FeedLine.byteLimit * 8))
        guard try reader.advance(), try reader.advance() else { return nil }
        while try reader.advance() {
            let order = Lines.compareCases(reader.line, reader.count, reader.previous, reader.previousCount)
            if order != 0 { return (reader.offset, Lines.copy(reader.line, reader.count)) }
        }
        return nil
    }

    /// Where the first line of a sorted ledger begins whose case is not before that of `line`; the end when there is
    /// none.
    static func lowerBound(
        _ ledger: FeedBytes, _ range: Range<Int>, _ line: [UInt8]
    ) throws(FeedError) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while high - low > window {
            var reader = LineReader(ledger, (low + (high - low) / 2)..<range.upperBound, capacity: window)
            guard try reader.advance(), try reader.advance(), reader.offset < high else { break }
            let isBefore = Lines.compareCases(Lines.copy(reader.line, reader.count), line) < 0
            if isBefore { low = reader.offset } else { high = reader.offset }
        }
        var reader = LineReader(ledger, low..<range.upperBound, capacity: 2 * window)
        while try reader.advance() {
            if Lines.compareCases(Lines.copy(reader.line, reader.count), line) >= 0 { return reader.offset }
        }
        return range.upperBound
    }
}
