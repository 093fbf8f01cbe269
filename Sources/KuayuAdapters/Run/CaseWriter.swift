import KuayuFormats
import KuayuModel

/// Writes one case as a document of a region, and proves it by reading it back.
struct CaseWriter {
    let program: Program
    let item: CaseToWrite
    let values: EnvelopeValues

    /// What became of the case.
    struct Outcome {
        /// The case in the encoding of the wire.
        var bytes: [UInt8]?
        var refusals: [Issue] = []
        var declared: [String] = []
        var isVerbatim = false
    }

    init(_ program: Program, _ item: CaseToWrite, _ values: EnvelopeValues) {
        self.program = program
        self.item = item
        self.values = values
    }

    func write() -> Outcome {
        var outcome = Outcome()
        for refusal in program.refusals {
            guard let value = item.record[refusal.field], refusal.values.contains(value) else { continue }
            outcome.refusals.append(
                Issue(
                    code: "canonical.refused", path: refusal.field.path, rule: refusal.place.rule,
                    message: "\(refusal.field.path) is \(value), which the receiving format does not take.",
                    help: refusal.why))
        }
        if !outcome.refusals.isEmpty { return outcome }
        let original = item.original.flatMap(originalDocument)
        if let original, let bytes = item.original, isUnchanged(original.record) {
            outcome.bytes = bytes
            outcome.isVerbatim = true
            return outcome
        }
        return writeAnew(original)
    }

    private func originalDocument(_ bytes: [UInt8]) -> OriginalDocument? {
        guard let (tape, root) = program.document(bytes) else { return nil }
        let read = CaseReader(program, tape, root).read()
        return OriginalDocument(
            tape: tape, root: root, captures: read.captures, record: read.record, origins: read.origins)
    }

    private func isUnchanged(_ original: CaseRecord) -> Bool {
        Difference(wanted: item.record, got: original, beside: Adapter.besideFields).isEmpty
    }

    // MARK: Writing and reading back

    private func writeAnew(_ original: OriginalDocument?) -> Outcome {
        var outcome = Outcome()
        var run = OutwardRun(program, item.record, original: original)
        putEnvelope(&run)
        run.run()
        outcome.refusals = run.refusals.map(issue)
        guard outcome.refusals.isEmpty else { return outcome }
        let plain = readBack(run.captures)
        var left = Difference(wanted: item.record, got: plain, beside: Adapter.besideFields)
        if !left.isEmpty, item.allowsExtension, let node = program.extensionNode {
            let block = completed(left)
            var whole = plain
            ExtensionMerge(program: program, captures: run.captures)
                .merge(block, into: &whole)
            left = Difference(wanted: item.record, got: whole, beside: Adapter.besideFields)
            let bytes = CaseDocument.encode(block)
            if bytes.count > 2 { run.put(bytes, program.extensionIsObject ? .number : .text, node: node) }
        }
        // What could not be written and did not travel either is no declared loss but a refusal.
        outcome.refusals = run.unwritable.filter { left.fields.contains($0.field) }.map { issue($0.finding) }
        outcome.declared = left.paths
        guard outcome.refusals.isEmpty else { return outcome }
        emit(run, original, &outcome)
        return outcome
    }

    /// The extension block; of a tuple it names every member that is known, or none.
    private func completed(_ left: Difference) -> CaseRecord {
        var block = left.block
        for tuple in program.index.tuples {
            let fields = tuple.canonicals.map(\.field)
            guard fields.contains(where: left.fields.contains) else { continue }
            for field in fields where field.list < 0 { block[field] = item.record[field] }
        }
        return block
    }

    private func readBack(_ captures: Captures) -> CaseRecord {
        var run = InwardRun(program, captures, reports: false)
        run.run()
        return run.record
    }

    private func putEnvelope(_ run: inout OutwardRun) {
        for (entry, node) in zip(program.wire.envelope, program.envelopeNodes) {
            let bytes = EnvelopeText.bytes(
                entry, values, count: 1, operation: item.operation, program: program)
            if !bytes.isEmpty { run.put(bytes, Capture.Kind(entry.kind), node: node) }
        }
    }

    private func emit(_ run: OutwardRun, _ original: OriginalDocument?, _ outcome: inout Outcome) {
        var emitter = Emitter(program, run.captures, original: original, rowOrigins: run.rowOrigins)
        let wire = program.wire
        let name = wire.cases.last ?? wire.root
        let utf8 = emitter.run(name: name)
        do {
            outcome.bytes = try encoded(utf8)
        } catch {
            outcome.refusals.append(
                Issue(
                    code: "value.encoding", path: "",
                    message: "The case holds a character that the receiver's "
                        + "\(wire.isGBKOnly ? "GBK" : "encoding") does not have: \(error.message)",
                    help: "It is never replaced by another; deliver the case to this receiver by hand."))
            return
        }
        if wire.format == .xml, wire.cases.isEmpty, let bytes = outcome.bytes {
            outcome.bytes = EnvelopeText.prolog(wire) + bytes
        }
    }

    private func encoded(_ utf8: [UInt8]) throws(FormatError) -> [UInt8] {
        program.wire.isGBKOnly ? try TextEncoding.gbk.encode(utf8) : try program.wire.encoding.encode(utf8)
    }

    private func issue(_ finding: Finding) -> Issue {
        Issue(
            code: finding.code, severity: finding.severity, path: finding.path, rule: finding.place?.rule,
            message: finding.message, help: finding.help)
    }
}

/// Texts of the envelope.
enum EnvelopeText {
    static func prolog(_ wire: Wire) -> [UInt8] {
        let name = wire.isGBKOnly ? "GBK" : wire.encoding == .utf8 ? "UTF-8" : "GB18030"
        return Array("<?xml version=\"1.0\" encoding=\"\(name)\"?>\n".utf8)
    }

    static func bytes(
        _ entry: Wire.EnvelopeEntry, _ values: EnvelopeValues, count: Int, operation: CaseReading.Operation,
        program: Program
    ) -> [UInt8] {
        let text: [UInt8]
        switch entry.source {
        case .value(let value): return value
        case .batch: text = Array(values.batch.utf8)
        case .count: text = Array(String(count).utf8)
        case .key: text = Array(values.key.utf8)
        case .now: text = Array(values.now.wholeSecond.canonical.utf8)
        case .from: text = Array(values.from.wholeSecond.canonical.utf8)
        case .to: text = Array(values.to.wholeSecond.canonical.utf8)
        case .operation:
            let codes = program.wire.operation
            switch operation {
            case .change: return codes?.change ?? []
            case .takeBack: return codes?.takeBack ?? []
            case .new, .unknown: return codes?.new ?? []
            }
        }
        return RuleIndex.write(text, entry.operations, program.tables) ?? text
    }
}
