import KuayuFormats
import KuayuModel

extension Adapter {
    /// Writes cases for the region as one payload.
    ///
    /// A case that cannot be written is left out with its reasons; the others go. Formats whose payload is one case
    /// take the first that can be written.
    public func write(_ cases: [CaseToWrite], envelope: EnvelopeValues) -> PayloadWriting {
        var writing = PayloadWriting(bytes: nil, refusals: [], declared: [], isVerbatim: [])
        var documents: [(bytes: [UInt8], operation: CaseReading.Operation)] = []
        let isSingle = program.wire.cases.isEmpty && program.wire.format != .delimited
        for item in cases {
            var outcome = CaseWriter(program, item, envelope).write()
            if isSingle, !documents.isEmpty, outcome.bytes != nil {
                outcome.refusals.append(
                    Issue(
                        code: "wire.single", path: "", message: "A payload of this format holds one case.",
                        help: "Write the cases one by one."))
            }
            if let bytes = outcome.bytes, outcome.refusals.isEmpty { documents.append((bytes, item.operation)) }
            writing.refusals.append(outcome.refusals)
            writing.declared.append(outcome.declared)
            writing.isVerbatim.append(outcome.isVerbatim)
        }
        if !documents.isEmpty {
            writing.bytes = PayloadFraming(program: program, values: envelope).payload(documents)
        }
        return writing
    }
}

/// Puts cases into a payload.
struct PayloadFraming {
    let program: Program
    let values: EnvelopeValues
    @inline(__always)
    private var wire: Wire { program.wire }

    func payload(_ documents: [(bytes: [UInt8], operation: CaseReading.Operation)]) -> [UInt8] {
        switch wire.format {
        case .delimited: return table(documents.map(\.bytes))
        case .json:
            if wire.cases.isEmpty, wire.embedded == nil { return documents[0].bytes }
            return json(documents)
        case .xml:
            if wire.cases.isEmpty { return documents[0].bytes }
            return xml(documents)
        }
    }

    private func text(_ entry: Wire.EnvelopeEntry, count: Int, _ operation: CaseReading.Operation) -> [UInt8] {
        EnvelopeText.bytes(entry, values, count: count, operation: operation, program: program)
    }

    // MARK: Delimited

    private func table(_ lines: [[UInt8]]) -> [UInt8] {
        var out: [UInt8] = []
        if let header = wire.header {
            for piece in header {
                switch piece {
                case .literal(let literal): out += literal
                case .slot(.sender): out += wire.sender?.value ?? Array(program.region.utf8)
                case .slot(.batch): out += values.batch.utf8
                case .slot(.count): out += String(lines.count).utf8
                case .slot(.now): DateTimeText.compact.append(values.now.local, to: &out)
                case .slot(.any): break
                }
            }
            out.append(0x0A)
        }
        for line in lines {
            out += line
            if line.last != 0x0A { out.append(0x0A) }
        }
        return out
    }

    // MARK: JSON

    private func json(_ documents: [(bytes: [UInt8], operation: CaseReading.Operation)]) -> [UInt8] {
        let operation = documents[0].operation
        var list: [UInt8] = [0x5B]
        for (index, document) in documents.enumerated() {
            if index > 0 { list.append(0x2C) }
            list += document.bytes
        }
        list.append(0x5D)
        let casesValue = wire.cases.isEmpty ? documents[0].bytes : list
        var outer = EnvelopeTree()
        var inner = EnvelopeTree()
        let isEmbedded = wire.embedded != nil
        for (index, entry) in wire.envelope.enumerated() {
            if index == wire.entriesBeforeCases {
                if isEmbedded { inner.set(wire.cases, casesValue) } else { outer.set(wire.cases, casesValue) }
            }
            var bytes: [UInt8] = []
            let text = text(entry, count: documents.count, operation)
            if entry.kind != .text, JSONText.isLiteral(text[...]) {
                bytes = text
            } else {
                JSONText.append(text, to: &bytes)
            }
            if entry.isInner { inner.set(entry.path, bytes) } else { outer.set(entry.path, bytes) }
        }
        if wire.entriesBeforeCases >= wire.envelope.count {
            if isEmbedded { inner.set(wire.cases, casesValue) } else { outer.set(wire.cases, casesValue) }
        }
        if let embedded = wire.embedded {
            var text: [UInt8] = []
            JSONText.append(wire.cases.isEmpty ? casesValue : inner.json, to: &text)
            outer.set(embedded, text)
        }
        return outer.json
    }

    // MARK: XML

    private func xml(_ documents: [(bytes: [UInt8], operation: CaseReading.Operation)]) -> [UInt8] {
        var tree = EnvelopeTree()
        let parent = Array(wire.cases.dropLast())
        let all = documents.flatMap(\.bytes)
        for (index, entry) in wire.envelope.enumerated() {
            if index == wire.entriesBeforeCases { tree.append(all, below: parent) }
            var bytes: [UInt8] = []
            XMLEscapes.append(text(entry, count: documents.count, documents[0].operation)[...], to: &bytes)
            tree.set(entry.path, bytes)
        }
        if wire.entriesBeforeCases >= wire.envelope.count { tree.append(all, below: parent) }
        return EnvelopeText.prolog(wire) + tree.xml(wire.root)
    }
}

/// The few names around the cases, in order.
struct EnvelopeTree {
    private indirect enum Item {
        case value(name: [UInt8], bytes: [UInt8])
        case tree(name: [UInt8], EnvelopeTree)
        case raw([UInt8])
    }

    private var items: [Item] = []

    mutating func set(_ path: [[UInt8]], _ bytes: [UInt8]) {
        guard let first = path.first else { return }
        if path.count == 1 {
            items.append(.value(name: first, bytes: bytes))
        } else {
            descend(first) { $0.set(Array(path.dropFirst()), bytes) }
        }
    }

    mutating func append(_ raw: [UInt8], below path: [[UInt8]]) {
        if let first = path.first {
            descend(first) { $0.append(raw, below: Array(path.dropFirst())) }
        } else {
            items.append(.raw(raw))
        }
    }

    private mutating func descend(_ name: [UInt8], _ body: (inout EnvelopeTree) -> Void) {
        for index in items.indices {
            if case .tree(name, var tree) = items[index] {
                body(&tree)
                items[index] = .tree(name: name, tree)
                return
            }
        }
        var tree = EnvelopeTree()
        body(&tree)
        items.append(.tree(name: name, tree))
    }

    var json: [UInt8] {
        var out: [UInt8] = [0x7B]
        for (index, item) in items.enumerated() {
            if index > 0 { out.append(0x2C) }
            switch item {
            case .value(let name, let bytes):
                JSONText.append(name, to: &out)
                out.append(0x3A)
                out += bytes
            case .tree(let name, let tree):
                JSONText.append(name, to: &out)
                out.append(0x3A)
                out += tree.json
            case .raw(let bytes): out += bytes
            }
        }
        out.append(0x7D)
        return out
    }

    func xml(_ name: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0x3C] + name + [0x3E]
        for item in items {
            switch item {
            case .value(let name, let bytes): out += [0x3C] + name + [0x3E] + bytes + [0x3C, 0x2F] + name + [0x3E]
            case .tree(let name, let tree): out += tree.xml(name)
            case .raw(let bytes): out += bytes
            }
        }
        return out + [0x3C, 0x2F] + name + [0x3E]
    }
}

/// Fixed spellings of time.
enum DateTimeText {
    /// `yyyyMMddHHmmss`, fourteen digits.
    static let compact = CompactTime()

    struct CompactTime: Sendable {
        func append(_ time: LocalDateTime, to out: inout [UInt8]) {
            let day = time.date.components
            for (number, width) in [
                (day.year, 4), (day.month, 2), (day.day, 2), (time.hour, 2), (time.minute, 2), (time.second, 2),
            ] {
                let digits = Array(String(number).utf8)
                out += Array(repeating: 0x30, count: max(0, width - digits.count)) + digits
            }
        }
    }
}
