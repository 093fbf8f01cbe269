import KuayuModel

/// What both sides of negentropy version 1 do with a message: https://github.com/hoytech/negentropy, protocol v1.
///
/// Fingerprints that agree settle a range; one that differs is answered by sixteen smaller ones, or by the ids
/// themselves where fewer than 32 are left; lists of ids are answered by lists (server) or settled (client). A range
/// that no longer fits in the frame is left to the next round: the last range of a full frame is the fingerprint of
/// everything that was not said.
struct NegentropyExchange<Storage: NegentropyStorage, Hash: Digester>: Sendable {
    let storage: Storage
    let digester: Hash
    /// Bytes of a message that is written; 0 for no limit.
    let frameLimit: Int
    let limits: NegentropyLimits

    init(_ storage: Storage, _ digester: Hash, frameLimit: Int, limits: NegentropyLimits) {
        self.storage = storage
        self.digester = digester
        self.frameLimit = frameLimit <= 0 ? 0 : max(frameLimit, NegentropyProtocol.smallestFrame)
        self.limits = limits
    }

    /// The first message: the whole set, split, or cut at some timestamps.
    func opening(_ cuts: [UInt64]) -> [UInt8] {
        var writer = NegentropyWriter()
        guard !cuts.isEmpty else {
            split(0..<storage.count, .infinity, into: &writer)
            return writer.finish(digester)
        }
        var start = 0
        for bound in cuts.map(NegentropyBound.init(timestamp:)) + [.infinity] {
            let end = storage.lowerBound(bound, from: start)
            if isFull(writer.count) { return finish(writer, from: start) }
            writer.fingerprint(bound, storage.total(start..<end))
            start = end
        }
        return writer.finish(digester)
    }

    /// Answers a message range by range; `compare`, of the initiator only, gets what lists of ids say.
    func answer(
        _ message: NegentropyReader, _ ranges: [NegentropyRange],
        compare: ((_ listed: [ElementID], _ ours: Range<Int>) -> Void)?
    ) -> [UInt8] {
        let spans = spans(of: ranges)
        let agrees = agreeing(ranges, spans)
        var state = AnswerState()
        for (index, range) in ranges.enumerated() {
            let mark = state.writer.mark
            var said = spans[index]
            switch range.content {
            case .skip: state.skipped = range.upper
            case .fingerprint where agrees[index]: state.skipped = range.upper
            case .fingerprint:
                state.writeSkipped()
                split(said, range.upper, into: &state.writer)
                guard !isFull(state.writer.count) else {
                    state.writer.rewind(to: mark)
                    return finish(state.writer, from: state.saidBelow)
                }
                state.saidBelow = said.upperBound
            case .ids(let count, let offset):
                if let compare {
                    compare(Self.ids(message.bytes, count, offset), said)
                    state.skipped = range.upper
                } else {
                    state.writeSkipped()
                    said = list(said, range.upper, startedAt: mark, into: &state.writer)
                    state.saidBelow = said.upperBound
                    if isFull(state.writer.count) { return finish(state.writer, from: state.saidBelow) }
                }
            }
        }
        return state.writer.finish(digester)
    }

    /// Ends a full frame.
    ///
    /// The fingerprint covers everything after the last bound that was written. (The reference takes the rest after the
    /// range that did not fit, which the other side cannot know: the two then differ needlessly, and two full frames in
    /// a row can take a range for settled that is not.)
    private func finish(_ unfinished: NegentropyWriter, from position: Int) -> [UInt8] {
        var writer = unfinished
        writer.fingerprint(.infinity, storage.total(position..<storage.count))
        return writer.finish(digester)
    }

    /// Positions of each range in our set.
    private func spans(of ranges: [NegentropyRange]) -> [Range<Int>] {
        var position = 0
        return ranges.map { range in
            let lower = position
            position = storage.lowerBound(range.upper, from: lower)
            return lower..<position
        }
    }

    /// For each range whether it is a fingerprint that is ours too.
    private func agreeing(_ ranges: [NegentropyRange], _ spans: [Range<Int>]) -> [Bool] {
        var inputs: [[UInt8]] = []
        for (range, span) in zip(ranges, spans) {
            if case .fingerprint = range.content { inputs.append(storage.total(span).fingerprintInput) }
        }
        let digests = digester.digest(many: inputs)
        var next = 0
        return ranges.map { range in
            guard case .fingerprint(let first, let last) = range.content, next < digests.count,
                digests[next].count >= NegentropyProtocol.fingerprintBytes
            else { return false }
            let ours = NegentropyReader.words(digests[next], 0)
            next += 1
            return ours.0 == first && ours.1 == last
        }
    }

    /// A range in sixteen parts, or by its ids where fewer than 32 are left.
    private func split(_ positions: Range<Int>, _ upper: NegentropyBound, into writer: inout NegentropyWriter) {
        let buckets = NegentropyProtocol.buckets
        guard positions.count >= buckets * 2 else {
            writer.ids(upper, storage.items(positions))
            return
        }
        let (size, extra) = positions.count.quotientAndRemainder(dividingBy: buckets)
        var start = positions.lowerBound
        for bucket in 0..<buckets {
            let end = start + size + (bucket < extra ? 1 : 0)
            let bound =
                end == positions.upperBound
                ? upper : NegentropyBound(between: storage.item(end - 1), and: storage.item(end))
            writer.fingerprint(bound, storage.total(start..<end))
            start = end
        }
    }

    /// As many ids of a range as the frame takes; returns the positions that were listed.
    private func list(
        _ positions: Range<Int>, _ upper: NegentropyBound, startedAt mark: NegentropyWriter.Mark,
        into writer: inout NegentropyWriter
    ) -> Range<Int> {
        var end = positions.upperBound
        if frameLimit > 0 {
            let room = frameLimit - NegentropyProtocol.frameReserve - mark.count
            end = min(end, positions.lowerBound + max(room, -1) / NegentropyProtocol.idBytes + (room < 0 ? 0 : 1))
        }
        let bound = end == positions.upperBound ? upper : NegentropyBound(storage.item(end))
        writer.ids(bound, storage.items(positions.lowerBound..<end))
        return positions.lowerBound..<end
    }

    private func isFull(_ count: Int) -> Bool {
        frameLimit > 0 && count > frameLimit - NegentropyProtocol.frameReserve
    }

    private static func ids(_ bytes: [UInt8], _ count: Int, _ offset: Int) -> [ElementID] {
        (0..<count).map { NegentropyReader.id(bytes, offset + $0 * NegentropyProtocol.idBytes) }
    }
}

/// An answer while it is written.
private struct AnswerState {
    var writer = NegentropyWriter()
    /// The end of ranges that are settled but not yet passed over in writing.
    var skipped: NegentropyBound?
    /// Our position at the last bound that was written.
    var saidBelow = 0

    /// Passes over what is settled, before something is said.
    mutating func writeSkipped() {
        guard let bound = skipped else { return }
        writer.skip(bound)
        skipped = nil
    }
}
