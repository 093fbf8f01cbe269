public import KuayuFormats

/// What a reply of a hub means.
public enum ReplyClass: Sendable, Hashable {
    /// The payload was taken.
    case delivered
    /// The payload had been taken before.
    case duplicate
    /// Not now; try again later.
    case busy(String)
    /// The hub refuses the payload and says why.
    case rejected(String)
    /// The reply cannot be understood; a masked excerpt.
    case garbage(String)
}

/// What a reply says of one case of the payload.
public struct ReplyResult: Sendable, Hashable {
    /// The number that the reply names.
    public let id: String
    /// What it says.
    public let outcome: ReplyClass
}

/// How replies of a hub are read, and how the gateway's own are written, as `region.yaml` says.
public struct ReplyRule: Sendable {
    /// Bodies of the gateway's answers.
    public struct Templates: Sendable {
        /// `Content-Type` of the answers.
        public var contentType = "application/json"
        /// Everything was taken.
        public var accepted = ""
        /// The payload, or all of it, was refused; `{message}` and `{count}` are filled.
        public var refused = ""
        /// The gateway could not do its work; try again.
        public var failed = ""
    }

    /// Which answer the gateway writes.
    public enum Answer: String, Sendable, CaseIterable {
        case accepted, refused, failed
    }

    enum Format: String, Sendable, CaseIterable {
        case json, xml, delimited
    }

    struct Codes: Sendable {
        var delivered: [String] = []
        var duplicate: [String] = []
        var busy: [String] = []
        var rejected: [String] = []
    }

    struct Results: Sendable {
        var path: [[UInt8]] = []
        var id: [[UInt8]] = []
        var code: [[UInt8]] = []
        var message: [[UInt8]]?
    }

    /// Bodies of the gateway's answers.
    public var templates = Templates()
    var format = Format.json
    /// Encoding of the hub's replies, and of the answers.
    public var encoding = TextEncoding.utf8
    var path: [[UInt8]] = []
    var message: [[UInt8]]?
    var codes = Codes()
    var results: Results?
    var columns: [String] = []

    /// Bytes of a reply that are looked at.
    public static let byteLimit = 1 << 20

    /// The body of an answer in the hub's own format.
    public func render(_ answer: Answer, message: String = "", count: Int = 0) -> [UInt8] {
        let template =
            switch answer {
            case .accepted: templates.accepted
            case .refused: templates.refused
            case .failed: templates.failed
            }
        var out: [UInt8] = []
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            out += rest[..<open].utf8
            rest = rest[open...]
            if rest.hasPrefix("{message}") {
                out += escaped(message)
                rest = rest.dropFirst("{message}".count)
            } else if rest.hasPrefix("{count}") {
                out += String(count).utf8
                rest = rest.dropFirst("{count}".count)
            } else {
                out.append(UInt8(ascii: "{"))
                rest = rest.dropFirst()
            }
        }
        out += rest.utf8
        return (try? encoding.encode(out)) ?? out
    }

    private func escaped(_ message: String) -> [UInt8] {
        var out: [UInt8] = []
        switch format {
        case .json:
            JSONText.append(Array(message.utf8), to: &out)
            return Array(out.dropFirst().dropLast())
        case .xml: XMLEscapes.append(Array(message.utf8)[...], to: &out)
        case .delimited: DelimitedText.append(Array(message.utf8)[...], isCSV: false, to: &out)
        }
        return out
    }

    /// What a reply with HTTP status 2xx means.
    ///
    /// Other statuses are the transport's business; they are classed here only as far as the body explains them.
    public func classify(status: Int, body: [UInt8]) -> ReplyClass {
        guard let tape = tape(body) else { return .garbage(Self.excerpt(body)) }
        if format == .delimited { return classifyLines(tape) }
        guard let code = value(path, tape, 0) else { return .garbage(Self.excerpt(body)) }
        return outcome(code, message: message.flatMap { value($0, tape, 0) } ?? "") ?? .garbage(Self.excerpt(body))
    }

    /// What a reply says of each case, where it does.
    public func results(body: [UInt8]) -> [ReplyResult] {
        guard let tape = tape(body), let results else { return [] }
        return rows(tape, results).compactMap { node in
            guard let id = value(results.id, tape, node), let code = value(results.code, tape, node) else { return nil }
            let message = results.message.flatMap { value($0, tape, node) } ?? ""
            return ReplyResult(id: id, outcome: outcome(code, message: message) ?? .garbage(code))
        }
    }

    private func outcome(_ code: String, message: String) -> ReplyClass? {
        if codes.delivered.contains(code) { return .delivered }
        if codes.duplicate.contains(code) { return .duplicate }
        if codes.busy.contains(code) { return .busy(message) }
        if codes.rejected.contains(code) { return .rejected(message) }
        return nil
    }

    /// All lines good: delivered.
    ///
    /// One rejected: rejected with its reason. A busy line outweighs the rest.
    private func classifyLines(_ tape: Tape) -> ReplyClass {
        guard let results, !rows(tape, results).isEmpty else { return .garbage("") }
        var worst = ReplyClass.delivered
        for node in rows(tape, results) {
            let code = value(results.code, tape, node) ?? ""
            let message = results.message.flatMap { value($0, tape, node) } ?? ""
            switch outcome(code, message: message) {
            case .busy(let message)?: return .busy(message)
            case .rejected(let message)?: worst = .rejected(message)
            case .delivered?, .duplicate?: break
            case .garbage?, nil: return .garbage(code)
            }
        }
        return worst
    }

    private func rows(_ tape: Tape, _ results: Results) -> [Int] {
        if format == .delimited { return Array(tape.children(of: 0)) }
        if format == .xml {
            guard let name = results.path.last, let parent = find(Array(results.path.dropLast()), tape, 0) else {
                return []
            }
            return tape.children(of: parent).filter { tape.nameEquals($0, name) }
        }
        guard let list = find(results.path, tape, 0), tape.nodes[list].kind == .array else { return [] }
        return Array(tape.children(of: list))
    }

    private func tape(_ body: [UInt8]) -> Tape? {
        guard body.count <= Self.byteLimit, let decoded = try? encoding.decode(body) else { return nil }
        switch format {
        case .json: return try? JSONReader.read(decoded.bytes)
        case .xml: return try? XMLReader.read(decoded.bytes)
        case .delimited:
            let (tape, errors) = DelimitedReader.table(decoded.bytes, columns: columns, from: 0, dialect: .pipe)
            return errors.isEmpty ? tape : nil
        }
    }

    private func find(_ path: [[UInt8]], _ tape: Tape, _ start: Int) -> Int? {
        var node = start
        for step in path {
            guard tape.nodes[node].kind == .object, let child = tape.child(of: node, named: step) else { return nil }
            node = child
        }
        return node
    }

    private func value(_ path: [[UInt8]], _ tape: Tape, _ start: Int) -> String? {
        guard let node = find(path, tape, start), tape.nodes[node].kind != .null else { return nil }
        return ByteCodes.text(Folding.trim(tape.decodedBytes(node)[...]))
    }

    /// The beginning of a reply with digits, letters and everything beyond ASCII hidden: its shape, not its content.
    public static func excerpt(_ body: [UInt8]) -> String {
        ByteCodes.text(
            body.prefix(120).map { byte in
                switch byte {
                case 0x30...0x39: UInt8(ascii: "9")
                case 0x41...0x5A, 0x61...0x7A: UInt8(ascii: "a")
                case 0x20...0x7E: byte
                default: UInt8(ascii: "?")
                }
            })
    }
}
