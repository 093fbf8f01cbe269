import KuayuFormats
import KuayuModel

/// Reads one payload.
struct PayloadReader {
    /// Issues that a case, and the envelope, give at most; further ones are counted in the last.
    static let issueLimit = 100
    /// Issues of one payload that get a position.
    static let positionLimit = 2_000

    let program: Program
    let payload: [UInt8]
    @inline(__always)
    private var wire: Wire { program.wire }
    private var map = SourceMap.identity
    private var positions: PositionIndex?
    private var positionCount = 0
    private var reading = PayloadReading()

    init(_ program: Program, _ payload: [UInt8]) {
        self.program = program
        self.payload = payload
    }

    mutating func read() -> PayloadReading {
        do {
            guard payload.count <= wire.byteLimit else {
                envelope(
                    "wire.size", "", offset: wire.byteLimit,
                    "The payload has \(payload.count) bytes; at most \(wire.byteLimit) are taken.", "Send fewer cases.")
                return reading
            }
            let decoded = try wire.encoding.decode(payload)
            map = decoded.map
            switch wire.format {
            case .json: try readJSON(decoded.bytes)
            case .xml: try readXML(decoded.bytes)
            case .delimited: try readTable(decoded.bytes)
            }
        } catch {
            reading.envelopeIssues.append(
                Issue(
                    code: error.code, path: "", position: position(source: sourceOffset(of: error)),
                    message: error.message, help: error.help))
            reading.cases = []
        }
        supersede()
        checkCount()
        return reading
    }

    /// Errors of decoding speak of the original, errors of readers of the decoded bytes.
    private func sourceOffset(of error: FormatError) -> Int { map.sourceOffset(error.offset) }

    private var limits: FormatLimits {
        FormatLimits(
            bytes: wire.byteLimit * 2, depth: wire.depthLimit, nodes: wire.nodeLimit, textBytes: wire.textLimit)
    }

    // MARK: Formats

    private mutating func readJSON(_ bytes: [UInt8]) throws(FormatError) {
        let outer = try JSONReader.read(bytes, limits: limits)
        guard checkEnvelope(outer, isOuter: true) else { return }
        guard let embedded = wire.embedded else {
            readCount(outer)
            cases(in: outer)
            return
        }
        guard let node = find(embedded, in: outer), outer.nodes[node].kind == .text else {
            envelope(
                "wire.envelope", Self.text(embedded), offset: 0, "The payload has no text at \(Self.text(embedded)).",
                "Put the cases there as JSON text.")
            return
        }
        let (inner, innerMap) = JSONReader.embeddedText(outer, node)
        map = innerMap.then(map)
        let tape = try JSONReader.read(inner, limits: limits)
        readCount(tape)
        cases(in: tape)
    }

    private mutating func readXML(_ bytes: [UInt8]) throws(FormatError) {
        let tape = try XMLReader.read(bytes, limits: limits)
        guard tape.nameEquals(0, wire.root) else {
            envelope(
                "wire.envelope", tape.name(0), offset: offset(tape, 0),
                "The root element is \(tape.name(0)) instead of \(String(decoding: wire.root, as: UTF8.self)).",
                "Send the document of this format.")
            return
        }
        guard checkEnvelope(tape, isOuter: true) else { return }
        readCount(tape)
        cases(in: tape)
    }

    private mutating func readTable(_ bytes: [UInt8]) throws(FormatError) {
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        if let header = wire.header {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.endIndex
            guard readHeader(bytes[start..<end], header) else { return }
            start = min(end + 1, bytes.endIndex)
        }
        let columns = TableColumns.fitting(wire, bytes[start...])
        let (tape, errors) = DelimitedReader.table(
            bytes, columns: columns, from: start, dialect: wire.isCSV ? .csv : .pipe, limits: limits)
        for line in tape.children(of: 0) { addCase(tape, line) }
        for error in errors { addBrokenLine(error) }
        reading.cases.sort { $0.span.lowerBound < $1.span.lowerBound }
    }

    private mutating func readHeader(_ line: ArraySlice<UInt8>, _ pieces: [Wire.HeaderPiece]) -> Bool {
        let text = line.last == 0x0D ? line.dropLast() : line
        guard let slots = HeaderText.split(text, pieces) else {
            envelope(
                "wire.envelope", "", offset: 0, "The first line is not the header of this format.",
                "Write \(HeaderText.shown(pieces)).")
            return false
        }
        if let sender = wire.sender, let found = slots[.sender], !found.elementsEqual(sender.value) {
            wrongSender(found, sender, offset: line.startIndex)
            return false
        }
        reading.claimedCount = slots[.count].flatMap { Int(String(decoding: $0, as: UTF8.self)) }
        reading.batch = slots[.batch].map { String(decoding: $0, as: UTF8.self) }
        return true
    }

    // MARK: Envelope

    private static func text(_ path: [[UInt8]]) -> String {
        path.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    }

    private func find(_ path: [[UInt8]], in tape: Tape) -> Int? {
        var node = 0
        for step in path {
            guard tape.nodes[node].kind == .object, let child = tape.child(of: node, named: step) else { return nil }
            node = child
        }
        return node
    }

    private func value(_ path: [[UInt8]]?, in tape: Tape) -> String? {
        guard let path, let node = find(path, in: tape) else { return nil }
        let text = String(decoding: Folding.trim(tape.decodedBytes(node)[...]), as: UTF8.self)
        return text.isEmpty ? nil : text
    }

    private func offset(_ tape: Tape, _ node: Int) -> Int { map.sourceOffset(Int(tape.nodes[node].valueStart)) }

    private mutating func envelope(_ code: String, _ path: String, offset: Int, _ message: String, _ help: String) {
        reading.envelopeIssues.append(
            Issue(code: code, path: path, position: position(source: offset), message: message, help: help))
    }

    private mutating func checkEnvelope(_ tape: Tape, isOuter: Bool) -> Bool {
        reading.key = value(wire.key, in: tape)
        reading.batch = value(wire.batch, in: tape)
        if let success = wire.success, value(success.path, in: tape) != String(decoding: success.value, as: UTF8.self) {
            let node = find(success.path, in: tape)
            envelope(
                "wire.success", Self.text(success.path), offset: node.map { offset(tape, $0) } ?? 0,
                "The payload does not say \(String(decoding: success.value, as: UTF8.self)) at \(Self.text(success.path)).",
                "Nothing of it is taken; ask the hub what went wrong.")
            return false
        }
        if let sender = wire.sender, !sender.path.isEmpty {
            let node = find(sender.path, in: tape)
            let found = node.map { Folding.trim(tape.decodedBytes($0)[...]) } ?? []
            if !found.elementsEqual(sender.value) {
                wrongSender(found, sender, offset: node.map { offset(tape, $0) } ?? 0)
                return false
            }
        }
        return true
    }

    private mutating func wrongSender(_ found: ArraySlice<UInt8>, _ sender: Wire.Expected, offset: Int) {
        let shown = found.isEmpty ? "nobody" : Finding.shown(found, .status)
        envelope(
            "wire.sender", Self.text(sender.path), offset: offset,
            "The payload names \(shown) as its sender, not `\(String(decoding: sender.value, as: UTF8.self))`.",
            "A hub sends in its own name only.")
    }

    private mutating func readCount(_ tape: Tape) {
        guard let text = value(wire.count, in: tape) else { return }
        reading.claimedCount = Int(text)
    }

    // MARK: Cases

    private mutating func cases(in tape: Tape) {
        guard !wire.cases.isEmpty else {
            addCase(tape, 0)
            return
        }
        if wire.format == .xml {
            guard let parent = find(Array(wire.cases.dropLast()), in: tape), let name = wire.cases.last else { return }
            for child in tape.children(of: parent) where tape.nameEquals(child, name) { addCase(tape, child) }
            return
        }
        guard let list = find(wire.cases, in: tape), tape.nodes[list].kind == .array else {
            envelope(
                "wire.envelope", Self.text(wire.cases), offset: 0,
                "The payload has no list of cases at \(Self.text(wire.cases)).",
                "Send an empty list when there are none.")
            return
        }
        for item in tape.children(of: list) { addCase(tape, item) }
    }

    private mutating func addCase(_ tape: Tape, _ node: Int) {
        let extent = wire.format == .xml && node == 0 ? 0..<tape.bytes.count : tape.extent(of: node)
        let isWhole = wire.format == .xml && node == 0
        let span =
            isWhole ? 0..<payload.count : map.sourceOffset(extent.lowerBound)..<map.sourceOffset(extent.upperBound)
        let bytes = wire.embedded == nil ? Array(payload[span]) : Array(tape.bytes[extent])
        guard tape.nodes[node].kind == .object else {
            let issue = Issue(
                code: "wire.envelope", path: Self.text(wire.cases), position: position(source: span.lowerBound),
                message: "An entry of the list of cases is no case.", help: "Send an object for every case.")
            reading.cases.append(CaseReading(broken: issue, span: span, bytes: bytes))
            return
        }
        let outcome = CaseReader(program, tape, node).read()
        var issues: [Issue] = []
        for finding in outcome.findings.prefix(Self.issueLimit) { issues.append(issue(finding, tape)) }
        if outcome.findings.count > Self.issueLimit {
            issues.append(
                Issue(
                    code: "issues.more", severity: .warning, path: "",
                    message: "There are \(outcome.findings.count - Self.issueLimit) more issues.",
                    help: "Mend the first ones and send again."))
        }
        reading.cases.append(outcome.reading(issues: issues, span: span, bytes: bytes))
    }

    private mutating func addBrokenLine(_ error: FormatError) {
        let offset = map.sourceOffset(error.offset)
        let end = payload[min(offset, payload.count)...].firstIndex(of: 0x0A) ?? payload.count
        let start = payload[..<min(offset, payload.count)].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let issue = Issue(
            code: error.code, path: "", position: position(source: offset), message: error.message, help: error.help)
        reading.cases.append(
            CaseReading(broken: issue, span: start..<max(start, end), bytes: Array(payload[start..<max(start, end)])))
    }

    private mutating func issue(_ finding: Finding, _ tape: Tape) -> Issue {
        let place = finding.node >= 0 ? position(source: offset(tape, finding.node)) : nil
        return Issue(
            code: finding.code, severity: finding.severity, path: finding.path, position: place,
            rule: finding.place?.rule, message: finding.message, help: finding.help)
    }

    private mutating func position(source offset: Int) -> MessagePosition? {
        guard positionCount < Self.positionLimit else { return nil }
        positionCount += 1
        if positions == nil { positions = PositionIndex(emptyFor: payload, wire.encoding) }
        positions?.prepare(to: offset)
        return positions?.position(offset)
    }

    /// A count that does not match is a warning: what arrived is taken, and the rest is asked for again.
    private mutating func checkCount() {
        guard reading.hasCountMismatch, let claimed = reading.claimedCount else { return }
        reading.warnings.append(
            Issue(
                code: "wire.count", severity: .warning, path: Self.text(wire.count ?? []),
                message: "The payload claims \(claimed) cases and holds \(reading.cases.count).",
                help: "What arrived is taken; send the rest."))
    }

    /// Of cases with the same key the last counts.
    private mutating func supersede() {
        guard wire.repeatNode != nil else { return }
        var last: [String: Int] = [:]
        for index in reading.cases.indices {
            guard let key = reading.cases[index].repeatKey else { continue }
            if let earlier = last.updateValue(index, forKey: key) { reading.cases[earlier].isSuperseded = true }
        }
    }
}

extension CaseReading {
    /// A piece of a payload that is no case.
    fileprivate init(broken issue: Issue, span: Range<Int>, bytes: [UInt8]) {
        self.init(
            record: nil, issues: [issue], span: span, bytes: bytes, federationID: nil, ownNumber: nil,
            operation: .unknown, dataVersion: nil, isStatusExact: false, isSuperseded: false, repeatKey: nil)
    }
}

/// The columns of a table whose last ones may be missing.
enum TableColumns {
    static func fitting(_ wire: Wire, _ bytes: ArraySlice<UInt8>) -> [String] {
        let names = wire.columnNames
        guard wire.optionalColumns > 0 else { return names }
        let line = bytes.prefix { $0 != 0x0A }
        let count = 1 + separators(line, wire)
        let least = max(1, wire.columns.count - wire.optionalColumns)
        let fitting = min(max(count, least), names.count)
        return fitting == names.count ? names : Array(names.prefix(fitting))
    }

    private static func separators(_ line: ArraySlice<UInt8>, _ wire: Wire) -> Int {
        var count = 0
        var isEscaped = false
        for byte in line {
            if wire.isCSV {
                if byte == 0x22 { isEscaped.toggle() }
                if byte == 0x2C && !isEscaped { count += 1 }
            } else {
                if byte == 0x7C && !isEscaped { count += 1 }
                isEscaped = byte == 0x5C && !isEscaped
            }
        }
        return count
    }
}

/// The first line of a delimited file.
enum HeaderText {
    static func split(
        _ line: ArraySlice<UInt8>, _ pieces: [Wire.HeaderPiece]
    ) -> [Wire.HeaderPiece.Slot: ArraySlice<UInt8>]? {
        var slots: [Wire.HeaderPiece.Slot: ArraySlice<UInt8>] = [:]
        var rest = line
        for (index, piece) in pieces.enumerated() {
            switch piece {
            case .literal(let literal):
                guard rest.starts(with: literal) else { return nil }
                rest = rest.dropFirst(literal.count)
            case .slot(let slot):
                guard case .literal(let next)? = pieces.dropFirst(index + 1).first else {
                    slots[slot] = rest
                    rest = []
                    continue
                }
                let parts = ByteCodes.split(rest, by: next)
                guard parts.count > 1 else { return nil }
                slots[slot] = parts[0]
                rest = rest[parts[0].endIndex...]
            }
        }
        return rest.isEmpty ? slots : nil
    }

    static func shown(_ pieces: [Wire.HeaderPiece]) -> String {
        pieces.map { piece in
            switch piece {
            case .literal(let bytes): String(decoding: bytes, as: UTF8.self)
            case .slot(let slot): "{\(slot.rawValue)}"
            }
        }.joined()
    }
}
