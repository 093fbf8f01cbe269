import KuayuAdapters
import KuayuModel

/// Small adapters for tests: a JSON format with the fields that every case needs, and what a test adds.
enum MiniAdapter {
    static let region = """
        region: "310000"
        name: 测试
        identity: {san: "urn:kuayu:hub:310000"}
        transport: https
        extension: true
        reply:
          write: {accepted: '{"ok":true,"n":{count}}', refused: '{"ok":false,"msg":"{message}"}', failed: '{"ok":null}'}
          classify: {format: json, path: ok, delivered: ["true"], rejected: ["false"], busy: ["9"], message: msg}
        """

    /// The rules of the fields that every case needs, indented for `rules:`.
    static let base = """
          - {to: item.catalogCode, from: code}
          - {to: item.name, from: name}
          - {to: applicant.kind, from: kind}
          - {to: applicant.name, from: who}
          - {to: applicant.idType, from: idType}
          - {to: applicant.idNumber, from: id, as: {id: auto}}
          - {to: "places.handling[0].division", from: region, as: {division: code}}
        """

    static let status = "  - {to: status, from: status}\n"

    static let head = """
        adapter: v1
        region: "310000"
        canonical: case/v1
        wire: {format: json}

        """

    /// The whole of an adapter with some rules added.
    static func yaml(
        rules: String, head: String = head, more: String = "extension: {local: ext, as: text}\n",
        status: String = status
    ) -> String {
        head + more + "rules:\n" + base + "\n" + status + rules
    }

    static func files(_ yaml: String, tables: [String: String] = [:]) -> AdapterFiles {
        var files = ["adapter.yaml": Array(yaml.utf8), "region.yaml": Array(region.utf8)]
        for (name, text) in tables { files[name] = Array(text.utf8) }
        return AdapterFiles(files: files)
    }

    static func make(
        rules: String = "", head: String = head, more: String = "extension: {local: ext, as: text}\n",
        status: String = status, tables: [String: String] = [:], hooks: HookRegistry = .empty
    ) throws -> Adapter {
        let made = Adapter.compile(
            files(yaml(rules: rules, head: head, more: more, status: status), tables: tables), hooks: hooks)
        guard let adapter = made.adapter else {
            throw Failed(text: made.diagnostics.map { $0.rendered() }.joined())
        }
        return adapter
    }

    struct Failed: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }

    /// A document with the fields that every case needs, and more.
    static func json(_ more: String = "", status: String? = "submitted", without: String? = nil) -> [UInt8] {
        var members = [
            "code": "310101234567", "name": "事项", "kind": "1", "who": "张三", "idType": "111",
            "id": "310101199003070019", "region": "310000",
        ]
        members["status"] = status
        if let without { members[without] = nil }
        let order = ["code", "name", "kind", "who", "idType", "id", "region", "status"]
        var text = order.compactMap { key in members[key].map { "\"\(key)\":\"\($0)\"" } }.joined(separator: ",")
        if !more.isEmpty { text += "," + more }
        return Array("{\(text)}".utf8)
    }

    static let envelope = EnvelopeValues(batch: "1", now: Instant(epochSeconds: 1_795_478_400), key: "k1")

    /// Writes one case.
    static func write(
        _ adapter: Adapter, _ record: CaseRecord, original: [UInt8]? = nil, allowsExtension: Bool = true
    ) -> PayloadWriting {
        adapter.write(
            [CaseToWrite(record: record, original: original, allowsExtension: allowsExtension)], envelope: envelope)
    }
}

extension PayloadWriting {
    var text: String { bytes.map { String(decoding: $0, as: UTF8.self) } ?? "refused: \(refusals)" }
}

extension PayloadReading {
    /// Every issue as `line:column severity code path: message`.
    var lines: [String] {
        let all = envelopeIssues + warnings + cases.flatMap(\.issues)
        return all.map { issue in
            let place = issue.position.map { "\($0.line):\($0.column)" } ?? "-"
            return "\(place) \(issue.severity.rawValue) \(issue.code) \(issue.path): \(issue.message)"
        }
    }

    var codes: [String] { (envelopeIssues + cases.flatMap(\.issues)).map(\.code) }
}
