import KuayuAdapters
import KuayuEngine
import KuayuEvidence
import KuayuFormats
import KuayuModel
import Logging
import Synchronization

/// Files of a region that exchanges files: written to its `in/` folder, read from its `out/` folder.
///
/// A file counts only with its `.ok`, which names the number of lines and the SM3 digest; the receiver answers with an
/// `.ack`, one line a case. What was written waits here until its `.ack` comes or its time is up.
final class FileExchange: Sendable {
    /// A file that waits for its acknowledgement.
    private struct Waiting: Sendable {
        let items: [PayloadComposer.Item]
        let link: FileLink
        let rule: ReplyRule
        let until: Instant
        let finish: @Sendable ([(delivery: DeliveryID, outcome: AttemptOutcome)]) -> Void
    }

    private struct State {
        var waiting: [String: Waiting] = [:]
        var lastName: [RegionCode: Int] = [:]
        var faults: [String: Int] = [:]
        var finished: Set<String> = []
        var incomplete: [String: (since: Instant, isTold: Bool)] = [:]
    }

    private let state = Mutex(State())
    private let transport: any PartnerTransport
    private let crypto: any EvidenceCrypto
    private let clock: any GatewayClock
    private let logger: Logger
    private let namePattern = try? DateTimeFormat("yyyyMMddHHmmss")

    init(transport: any PartnerTransport, crypto: any EvidenceCrypto, clock: any GatewayClock, logger: Logger) {
        self.transport = transport
        self.crypto = crypto
        self.clock = clock
        self.logger = logger
    }

    // MARK: towards the region

    /// Writes a payload and its `.ok`; `finish` is called when the `.ack` is there or the time is up.
    func deliver(
        _ composed: PayloadComposer.Composed, hub: FederatedHub, link: FileLink,
        finish: @escaping @Sendable ([(delivery: DeliveryID, outcome: AttemptOutcome)]) -> Void
    ) {
        let name = nextName(hub.region)
        let manifest = FileManifest(
            lineCount: Self.lineCount(composed.bytes), sm3: HexText.encode(crypto.sm3(composed.bytes)),
            entries: composed.items.map {
                FileManifest.Entry(
                    number: $0.number,
                    message: RegisteredMessage(messageID: $0.delivery.messageID, registration: $0.entry))
            })
        let waiting = Waiting(
            items: composed.items, link: link, rule: hub.profile.reply,
            until: clock.now.adding(milliseconds: link.acknowledgementTimeout.milliseconds),
            finish: finish)
        // The .ok comes last: with it the file exists, and so does everything beside it.
        var files = [PartnerFile(path: "\(link.inFolder)/\(name).txt", bytes: composed.bytes)]
        if let text = WithheldFile.text(composed.items) {
            files.append(PartnerFile(path: "\(link.inFolder)/\(name).txt.rcp", bytes: Array(text.utf8)))
        }
        let mark = PartnerFile(path: "\(link.inFolder)/\(name).txt.ok", bytes: Array(manifest.text.utf8))
        putAll(files[...], at: link.place) { outcome in
            guard case .answered = outcome else {
                finish(ReplyReader.results(of: outcome, items: waiting.items, rule: waiting.rule))
                return
            }
            self.state.withLock { $0.waiting[name] = waiting }
            self.transport.put(mark, at: link.place) { outcome in
                if case .answered = outcome { return }
                // Without the .ok the file does not exist for the region, unless the .ok did arrive.
                guard self.state.withLock({ $0.waiting.removeValue(forKey: name) }) != nil else { return }
                finish(ReplyReader.results(of: outcome, items: waiting.items, rule: waiting.rule))
            }
        }
    }

    /// Writes files one after another; the outcome is that of the last, or of the first that failed.
    private func putAll(
        _ files: ArraySlice<PartnerFile>, at place: PartnerPlace,
        finish: @escaping @Sendable (PartnerOutcome) -> Void
    ) {
        guard let first = files.first else { return }
        transport.put(first, at: place) { outcome in
            guard case .answered = outcome, files.count > 1 else {
                finish(outcome)
                return
            }
            self.putAll(files.dropFirst(), at: place, finish: finish)
        }
    }

    private func nextName(_ region: RegionCode) -> String {
        let number = state.withLock { state in
            // A start within the same second must not take a name that is in use.
            let first = Int(clock.now.epochMilliseconds % 1000)
            state.lastName[region] = (state.lastName[region] ?? first) + 1
            return state.lastName[region, default: 0]
        }
        let time = namePattern?.format(LocalDateTime(clock.now)) ?? "0"
        let digits = String(number % 1_000_000)
        let padded = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
        return "\(region.text)_BJ_\(time)_\(padded)"
    }

    /// Looks for acknowledgements of what was written, and gives up on those that are too late.
    func collect(_ link: FileLink) async {
        let (names, late) = state.withLock { state in
            let mine = state.waiting.filter { $0.value.link == link }
            let now = clock.now
            return (Set(mine.keys), mine.filter { $0.value.until < now }.map(\.key))
        }
        if names.isEmpty { return }
        let present = Set((try? await transport.list(link.inFolder, at: link.place)) ?? [])
        for name in names.sorted() where present.contains("\(name).txt.ack") {
            await takeAcknowledgement(name, link)
        }
        for name in late { settle(name, .possiblyApplied(reason: "no acknowledgement in time")) }
    }

    private func takeAcknowledgement(_ name: String, _ link: FileLink) async {
        let path = "\(link.inFolder)/\(name).txt.ack"
        guard let bytes = try? await transport.fetch(path, at: link.place, limitBytes: 1 << 20) else { return }
        guard let waiting = state.withLock({ $0.waiting.removeValue(forKey: name) }) else { return }
        waiting.finish(
            ReplyReader.results(
                of: .answered(status: 200, headers: [], body: bytes), items: waiting.items, rule: waiting.rule))
    }

    private func settle(_ name: String, _ outcome: AttemptOutcome) {
        guard let waiting = state.withLock({ $0.waiting.removeValue(forKey: name) }) else { return }
        waiting.finish(waiting.items.map { ($0.delivery.id, outcome) })
    }

    // MARK: from the region

    /// A file of the region that is complete and has not been answered yet.
    struct Arrived: Sendable {
        let name: String
        /// Name and content: a name that comes again with other content is another file.
        let identity: String
        let bytes: [UInt8]
    }

    /// Complete files that wait for an answer, oldest first.
    ///
    /// A file that cannot be read does not hold up the others.
    func arrived(_ link: FileLink, region: RegionCode, limitBytes: Int) async throws(PartnerError) -> [Arrived] {
        let names = try await transport.list(link.outFolder, at: link.place)
        let present = Set(names)
        var files: [Arrived] = []
        for name in names where name.hasSuffix(".txt") {
            guard present.contains(name + ".ok") else {
                noteIncomplete(name, link, region)
                continue
            }
            guard let mark = await read("\(link.outFolder)/\(name).ok", link, limitBytes: 1 << 16) else {
                countFault(name, region)
                continue
            }
            let identity = name + " " + HexText.encode(crypto.sha256(mark))
            if state.withLock({ $0.finished.contains(identity) }) { continue }
            guard let bytes = await read("\(link.outFolder)/\(name)", link, limitBytes: limitBytes),
                matches(mark, bytes)
            else {
                countFault(name, region)
                continue
            }
            files.append(Arrived(name: name, identity: identity, bytes: bytes))
        }
        forgetIncomplete(present)
        return files
    }

    private func read(_ path: String, _ link: FileLink, limitBytes: Int) async -> [UInt8]? {
        try? await transport.fetch(path, at: link.place, limitBytes: limitBytes)
    }

    /// A file without its `.ok` does not exist yet; somebody should look when it lies as long as we wait for an answer.
    private func noteIncomplete(_ name: String, _ link: FileLink, _ region: RegionCode) {
        let now = clock.now
        let limit = link.acknowledgementTimeout.milliseconds
        let isLate = state.withLock { state in
            let first = state.incomplete[name]?.since ?? now
            let isLate = now.milliseconds(since: first) > limit && !(state.incomplete[name]?.isTold ?? false)
            state.incomplete[name] = (first, isLate || (state.incomplete[name]?.isTold ?? false))
            return isLate
        }
        if isLate {
            logger.error("a file has no .ok", metadata: ["region": "\(region.text)", "file": "\(name)"])
        }
    }

    private func forgetIncomplete(_ present: Set<String>) {
        state.withLock { state in
            state.incomplete = state.incomplete.filter { present.contains($0.key) && !present.contains($0.key + ".ok") }
            state.faults = state.faults.filter { present.contains($0.key) }
        }
    }

    private func matches(_ mark: [UInt8], _ bytes: [UInt8]) -> Bool {
        guard let manifest = try? FileManifest(text: String(decoding: mark, as: UTF8.self)) else { return false }
        return manifest.lineCount == Self.lineCount(bytes) && manifest.sm3 == HexText.encode(crypto.sm3(bytes))
    }

    /// Lines of a file, its header line included; the last may lack its line end.
    ///
    /// No GB18030 character holds a line feed.
    static func lineCount(_ bytes: [UInt8]) -> Int {
        let ends = bytes.count { $0 == UInt8(ascii: "\n") }
        return bytes.isEmpty || bytes.last == UInt8(ascii: "\n") ? ends : ends + 1
    }

    /// Two mismatches are a fault; the file is kept where it is.
    private func countFault(_ name: String, _ region: RegionCode) {
        let count = state.withLock { state in
            state.faults[name, default: 0] += 1
            return state.faults[name, default: 0]
        }
        guard count == 2 else { return }
        logger.error("a file does not match its .ok", metadata: ["region": "\(region.text)", "file": "\(name)"])
    }

    /// Answers a file: the signed receipts, then the acknowledgement that makes it count as answered.
    func acknowledge(
        _ file: Arrived, _ lines: [FileAck.Line], receipts: [String], hub: FederatedHub, link: FileLink
    ) async -> Bool {
        let text = Array(FileAck(lines: lines).text.utf8)
        guard let encoded = try? hub.profile.reply.encoding.encode(text) else { return false }
        let receiptFile = PartnerFile(
            path: "\(link.outFolder)/\(file.name).rcp", bytes: Array(receipts.map { $0 + "\n" }.joined().utf8))
        let ack = PartnerFile(
            path: "\(link.outFolder)/\(file.name).ack", bytes: encoded)
        guard await put(receiptFile, link), await put(ack, link) else { return false }
        state.withLock { state in
            if state.finished.count > 10_000 { state.finished.removeAll() }
            state.finished.insert(file.identity)
        }
        return true
    }

    private func put(_ file: PartnerFile, _ link: FileLink) async -> Bool {
        await withCheckedContinuation { continuation in
            transport.put(file, at: link.place) { outcome in
                if case .answered = outcome {
                    continuation.resume(returning: true)
                } else {
                    continuation.resume(returning: false)
                }
            }
        }
    }
}
