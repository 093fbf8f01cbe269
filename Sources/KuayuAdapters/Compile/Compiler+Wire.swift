import KuayuFormats
import KuayuModel

extension Compiler {
    private static let wireKeys = [
        "format", "encoding", "limits", "root", "cases", "embedded", "header", "columns", "optionalColumns", "dialect",
        "repeats", "repeatKey", "count", "sender", "success", "key", "batch", "operation", "number", "dataVersion",
        "ignore", "envelope",
    ]

    /// The framing; what names paths of the case waits for ``wirePaths(_:)``.
    mutating func wire(_ node: YAMLNode?, at place: Place) {
        guard let node else {
            reporter.error("KA006", place, "The adapter has no `wire`.")
            return
        }
        guard let map = map(node, Self.wireKeys, what: "`wire`") else { return }
        if let format = choice(map, "format", Wire.Format.allCases.map(\.rawValue)) {
            program.wire.format = Wire.Format(rawValue: format) ?? .json
        } else if !map.has("format") {
            reporter.error("KA006", node.place, "`wire` needs a `format`.")
        }
        encoding(map)
        limits(map)
        if let root = text(map, "root") { program.wire.root = Array(root.utf8) }
        if program.wire.format == .xml, program.wire.root.isEmpty {
            reporter.error("KA006", node.place, "An XML format needs its `root`.")
        }
        if let cases = text(map, "cases"), cases != "." { program.wire.cases = plainPath(map, "cases") ?? [] }
        program.wire.embedded = plainPath(map, "embedded")
        table(map, node)
        program.wire.count = plainPath(map, "count")
        program.wire.key = plainPath(map, "key")
        program.wire.batch = plainPath(map, "batch")
        program.wire.sender = expected(map, "sender")
        program.wire.success = expected(map, "success")
        program.wire.numberScheme = text(map, "number")
        envelope(map["envelope"])
        for item in map["ignore"]?.list ?? [] { _ = self.map(item, ["path", "why"], what: "An entry of `ignore`") }
        if program.wire.format == .delimited { makeColumns() }
        envelopeNodes()
    }

    private mutating func encoding(_ map: YAMLMap) {
        switch choice(map, "encoding", ["utf-8", "gb18030", "gbk"]) {
        case "gb18030": program.wire.encoding = .gb18030
        case "gbk":
            program.wire.encoding = .gb18030
            program.wire.isGBKOnly = true
        default: program.wire.encoding = .utf8
        }
        if program.wire.format == .json, program.wire.encoding != .utf8 {
            reporter.error("KA006", map.place("encoding"), "JSON is always UTF-8 (RFC 8259).")
        }
    }

    private mutating func limits(_ map: YAMLMap) {
        guard let node = map["limits"],
            let limits = self.map(node, ["bytes", "depth", "nodes", "text"], what: "`limits`")
        else { return }
        if let bytes = number(limits, "bytes", in: 1...(1 << 30)) { program.wire.byteLimit = bytes }
        if let depth = number(limits, "depth", in: 1...64) { program.wire.depthLimit = depth }
        if let nodes = number(limits, "nodes", in: 1...10_000_000) { program.wire.nodeLimit = nodes }
        if let text = number(limits, "text", in: 1...(1 << 28)) { program.wire.textLimit = text }
    }

    private mutating func table(_ map: YAMLMap, _ node: YAMLNode) {
        program.wire.columns = texts(map, "columns").map { Array($0.utf8) }
        program.wire.optionalColumns = number(map, "optionalColumns", in: 0...200) ?? 0
        program.wire.isCSV = choice(map, "dialect", ["pipe", "csv"]) == "csv"
        if let header = text(map, "header") { program.wire.header = headerPieces(header, map.place("header")) }
        let isTable = program.wire.format == .delimited
        if isTable, program.wire.columns.isEmpty {
            reporter.error("KA006", node.place, "A delimited format needs its `columns`.")
        }
        if Set(program.wire.columns).count != program.wire.columns.count {
            reporter.error("KA003", map.place("columns"), "A column stands twice.")
        }
        for key in ["header", "columns", "optionalColumns", "dialect"] where map.has(key) && !isTable {
            reporter.error("KA006", map.place(key), "`\(key)` belongs to delimited formats.")
        }
    }

    private mutating func headerPieces(_ text: String, _ place: Place) -> [Wire.HeaderPiece] {
        var pieces: [Wire.HeaderPiece] = []
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            if open > rest.startIndex { pieces.append(.literal(Array(rest[..<open].utf8))) }
            let name = String(rest[rest.index(after: open)..<close])
            if let slot = Wire.HeaderPiece.Slot(rawValue: name) {
                if case .slot? = pieces.last {
                    reporter.error("KA030", place, "Two placeholders of the header touch.")
                }
                pieces.append(.slot(slot))
            } else {
                reporter.error(
                    "KA006", place, "The header has no placeholder `{\(name)}`.",
                    help: "There are {sender} {batch} {count} {now} {any}.")
            }
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.literal(Array(rest.utf8))) }
        return pieces
    }

    private mutating func expected(_ map: YAMLMap, _ key: String) -> Wire.Expected? {
        guard let node = map[key], let inner = self.map(node, ["path", "value"], what: "`\(key)`"),
            let value = text(inner, "value", required: true)
        else { return nil }
        return Wire.Expected(path: plainPath(inner, "path") ?? [], value: Array(value.utf8), place: node.place)
    }

    // MARK: Envelope

    private mutating func envelope(_ node: YAMLNode?) {
        guard let node else { return }
        guard let list = node.list else {
            reporter.error("KA006", node.place, "`envelope` must be a list.")
            return
        }
        var before: Int?
        for item in list {
            guard
                let map = map(
                    item, ["path", "value", "source", "as", "write", "at", "cases"], what: "An envelope entry")
            else { continue }
            if map.has("cases") {
                before = program.wire.envelope.count
                continue
            }
            if let entry = entry(map) { program.wire.envelope.append(entry) }
        }
        program.wire.entriesBeforeCases = before ?? program.wire.envelope.count
    }

    private mutating func entry(_ map: YAMLMap) -> Wire.EnvelopeEntry? {
        guard let path = plainPath(map, "path", required: true) else { return nil }
        let operations = operations(map["as"])
        let source: Wire.Source
        switch choice(map, "source", ["batch", "count", "now", "key", "from", "to", "operation"]) {
        case "batch": source = .batch
        case "count": source = .count
        case "now": source = .now
        case "key": source = .key
        case "from": source = .from
        case "to": source = .to
        case "operation": source = .operation
        default:
            guard let value = text(map, "value") else {
                reporter.error("KA006", map.node.place, "An envelope entry needs a `value` or a `source`.")
                return nil
            }
            source = .value(Array(value.utf8))
        }
        let kind: ScalarKind
        switch choice(map, "write", ["text", "number", "bool"]) {
        case "number": kind = .number
        case "bool": kind = .bool
        default: kind = operations.first?.kind ?? .text
        }
        let isInner = choice(map, "at", ["inner", "outer"]) == "inner"
        if isInner, program.wire.embedded == nil {
            reporter.error("KA006", map.place("at"), "`at: inner` needs `embedded`.")
        }
        return Wire.EnvelopeEntry(path: path, source: source, operations: operations, kind: kind, isInner: isInner)
    }

    /// Where the root is the case, envelope entries are nodes of the case, ahead of the rules.
    private mutating func envelopeNodes() {
        guard program.wire.cases.isEmpty, program.wire.format != .delimited, program.wire.embedded == nil else {
            return
        }
        for index in program.wire.envelope.indices {
            let entry = program.wire.envelope[index]
            let steps = entry.path.map { LocalPath.Step(name: String(decoding: $0, as: UTF8.self)) }
            let place = Place.whole(Self.adapterFile)
            guard let node = node(for: LocalPath(steps: steps), Context(), place) else { continue }
            program.scopes[0].nodes[node].hasText = true
            writers[LocalSpot(scope: 0, node: node)] = place
            program.envelopeNodes.append(node)
        }
    }

    // MARK: What names paths of the case

    mutating func wirePaths(_ node: YAMLNode?) {
        guard let node, let entries = node.entries else { return }
        let map = YAMLMap(node: node, entries: entries)
        program.wire.repeatNode = caseNode(map, "repeatKey")
        if let repeats = text(map, "repeats"), repeats != "lastWins" || program.wire.repeatNode == nil {
            reporter.error("KA006", map.place("repeats"), "`repeats` is `lastWins` and needs a `repeatKey`.")
        }
        program.wire.dataVersionNode = caseNode(map, "dataVersion")
        if let operation = map["operation"],
            let inner = self.map(operation, ["path", "new", "change", "takeBack"], what: "`operation`"),
            let node = caseNode(inner, "path")
        {
            program.wire.operation = Wire.OperationCodes(
                node: node, new: Array((text(inner, "new") ?? "").utf8),
                change: Array((text(inner, "change") ?? "").utf8),
                takeBack: Array((text(inner, "takeBack") ?? "").utf8),
                path: program.scopes[0].nodes[node].path, place: operation.place)
        }
    }

    /// A node that the framing reads; what nobody writes is carried as any other unmapped field would be.
    private mutating func caseNode(_ map: YAMLMap, _ key: String) -> Int? {
        guard map.has(key), let path = localPath(map, key) else { return nil }
        let before = program.scopes[0].nodes.count
        guard let node = node(for: path, Context(), map.place(key)) else { return nil }
        for index in before..<max(before, program.scopes[0].nodes.count) {
            program.scopes[0].nodes[index].isObservedOnly = true
        }
        return node
    }
}
