import KuayuFormats
public import KuayuModel

/// One file of an archive package.
public struct ArchiveFile: Hashable, Sendable {
    /// Path below the package's folder, with `/` between its parts; ASCII.
    public let path: String
    /// What it holds.
    public let bytes: [UInt8]

    /// A file.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }
}

/// 归档包: one folder that proves by itself what became of a case (DA/T 85: metadata, content, processing, digests).
///
/// The same source gives the same bytes; nothing in it says when or by whom it was written. Layout:
///
/// | file | what |
/// |---|---|
/// | `README.md` | how to check it, Chinese and English |
/// | `metadata.json` | which case, its item, dates, archive reference, edition of the rules |
/// | `versions/0001.json` … | the case after every event, canonical JSON as it was stored |
/// | `events.jsonl` | the events, one a line |
/// | `messages/0001.xml` … `messages.jsonl` | what the hubs sent, and the list of it |
/// | `receipts/0001.jws` … `keys/` | the signed receipt of every message, and the public keys |
/// | `deliveries.jsonl` | what had to be brought to whom, with every attempt |
/// | `documents.jsonl` | documents by digest and place; they are not in the package |
/// | `SHA256SUMS` | a digest of every other file |
public enum CaseArchive {
    /// Name of the layout, as `metadata.json` has it.
    public static let layout = "kuayu-archive/v1"

    /// Every file of the package, by path, `SHA256SUMS` last.
    public static func files(of source: ArchiveSource, digester: some Digester) -> [ArchiveFile] {
        var files = [
            ArchiveFile(path: "README.md", bytes: Array(ArchiveReadme.text(source.caseID).utf8)),
            ArchiveFile(path: "metadata.json", bytes: metadata(source).json + [0x0A]),
            list("events", source.versions.map(event)),
            list("messages", source.messages.indices.map { message(source.messages[$0], at: $0, digester) }),
            list("deliveries", source.deliveries.map(delivery)),
            list("documents", documents(source.versions)),
        ]
        files += source.versions.map { ArchiveFile(path: versionPath($0.number), bytes: $0.canonical) }
        for (index, message) in source.messages.enumerated() {
            files.append(ArchiveFile(path: payloadPath(index, message.bytes), bytes: message.bytes))
            files.append(ArchiveFile(path: receiptPath(index), bytes: Array((message.receipt + "\n").utf8)))
        }
        for key in source.keys {
            files.append(ArchiveFile(path: "keys/\(key.keyID).jwk.json", bytes: Array((key.jwk + "\n").utf8)))
            files.append(ArchiveFile(path: "keys/\(key.keyID).pem", bytes: Array(key.pem.utf8)))
        }
        files.sort { $0.path < $1.path }
        return files + [
            ArchiveFile(path: ChecksumList.name, bytes: ChecksumList(of: files, digester: digester).text)
        ]
    }

    // MARK: names

    static func versionPath(_ number: Int) -> String { "versions/\(numbered(number)).json" }

    static func receiptPath(_ index: Int) -> String { "receipts/\(numbered(index + 1)).jws" }

    /// Payloads are named by what they look like, so that they open in the right program.
    static func payloadPath(_ index: Int, _ bytes: [UInt8]) -> String {
        let blanks: Set<UInt8> = [0x09, 0x0A, 0x0D, 0x20, 0xEF, 0xBB, 0xBF]
        let ending =
            switch bytes.first(where: { !blanks.contains($0) }) {
            case UInt8(ascii: "<"): "xml"
            case UInt8(ascii: "{"), UInt8(ascii: "["): "json"
            default: "txt"
            }
        return "messages/\(numbered(index + 1)).\(ending)"
    }

    private static func numbered(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    // MARK: lists

    private static func list(_ name: String, _ lines: [ArchiveLine]) -> ArchiveFile {
        ArchiveFile(path: name + ".jsonl", bytes: lines.flatMap { $0.json + [0x0A] })
    }

    private static func event(_ version: ArchiveSource.Version) -> ArchiveLine {
        var line = ArchiveLine()
        line.add("version", version.number)
        line.add("kind", version.kind)
        line.add("author", version.author?.text)
        line.add("message", version.messageID)
        line.add("status", version.status.rawValue)
        line.add("at", version.at.canonical)
        line.add("note", version.note)
        line.add("raw", version.raw)
        line.add("file", versionPath(version.number))
        return line
    }

    private static func message(
        _ message: ArchiveSource.Message, at index: Int, _ digester: some Digester
    ) -> ArchiveLine {
        var line = ArchiveLine()
        line.add("sender", message.sender.text)
        line.add("id", message.id)
        line.add("outcome", message.outcome)
        line.add("version", message.version)
        line.add("receivedAt", message.receivedAt.canonical)
        line.add("digest", "sha256:" + HexText.encode(message.digest))
        line.add("fileDigest", ContentDigest(digester.digest(message.bytes)).text)
        line.add("file", payloadPath(index, message.bytes))
        line.add("receipt", receiptPath(index))
        return line
    }

    private static func delivery(_ delivery: ArchiveSource.Delivery) -> ArchiveLine {
        var line = ArchiveLine()
        line.add("delivery", delivery.number)
        line.add("version", delivery.version)
        line.add("hub", delivery.hub.text)
        line.add("message", delivery.messageID)
        line.add("state", delivery.state)
        line.add("createdAt", delivery.createdAt.canonical)
        line.add("settledAt", delivery.settledAt?.canonical)
        line.add("reason", delivery.reason)
        line.add("attempts", delivery.attempts.map(attempt))
        return line
    }

    private static func attempt(_ attempt: ArchiveSource.Attempt) -> ArchiveLine {
        var line = ArchiveLine()
        line.add("number", attempt.number)
        line.add("startedAt", attempt.startedAt.canonical)
        line.add("endedAt", attempt.endedAt?.canonical)
        line.add("outcome", attempt.outcome)
        line.add("detail", attempt.detail)
        return line
    }

    // MARK: metadata

    private static func metadata(_ source: ArchiveSource) -> ArchiveLine {
        var line = ArchiveLine()
        line.add("layout", layout)
        line.add("case", source.caseID.text)
        line.add("origin", source.origin.text)
        line.add("registeredAt", source.registeredAt.canonical)
        line.add("versions", source.versions.count)
        line.add("messages", source.messages.count)
        line.add("deliveries", source.deliveries.count)
        line.add("lastEventAt", source.versions.last?.at.canonical)
        if let record = source.versions.last?.record { add(record, to: &line) }
        var rules = ArchiveLine()
        rules.add("case", "case/v1")
        rules.add("program", source.program)
        rules.add("calendar", source.versions.last?.record[.calendar])
        line.add("rules", rules)
        return line
    }

    /// What of a case names it and its course; nothing of a person.
    private static func add(_ record: CaseRecord, to line: inout ArchiveLine) {
        let fields = [
            "nationalNumber", "mode", "status", "appliedAt", "startedAt", "dueAt", "acceptanceNumber",
        ]
        for name in fields { line.add(name, record[Field.named(name)]) }
        var item = ArchiveLine()
        for name in ["catalogCode", "taskCode", "name", "version"] {
            item.add(name, record[Field.named("item." + name)])
        }
        line.add("item", item)
        var result = ArchiveLine()
        result.add("outcome", record[.outcome])
        result.add("decidedAt", record[.decidedAt])
        line.add("result", result)
        var archive = ArchiveLine()
        for name in ["reference", "digest"] { archive.add(name, record[Field.named("result.archive." + name)]) }
        line.add("archive", archive)
        var bundle = ArchiveLine()
        for name in ["bundleId", "theme", "role", "childOf"] { bundle.add(name, record[Field.named("bundle." + name)]) }
        line.add("bundle", bundle)
        line.add(
            "localNumbers",
            record[.localNumbers].map { row in
                var number = ArchiveLine()
                number.add("region", row[.localNumberRegion])
                number.add("scheme", row[.localNumberScheme])
                number.add("value", row[.localNumberValue])
                return number
            })
    }

    // MARK: documents

    private static let documentColumns = ["name", "mediaType", "size", "digest", "location"]

    /// Every document that some version names, each once, with the first version that has it.
    private static func documents(_ versions: [ArchiveSource.Version]) -> [ArchiveLine] {
        var seen: Set<[String?]> = []
        var lines: [ArchiveLine] = []
        for version in versions {
            for row in version.record[.materials] {
                let values = documentColumns.map { row[Field.named("materials[].file." + $0)] }
                let key = row.key + values
                guard values.contains(where: { $0 != nil }), seen.insert(key).inserted else { continue }
                var line = ArchiveLine()
                line.add("kind", "material")
                line.add("of", row[Field.named("materials[].id")])
                line.add("title", row[Field.named("materials[].name")])
                for (name, value) in zip(documentColumns, values) { line.add(name, value) }
                line.add("version", version.number)
                lines.append(line)
            }
            for row in version.record[ListField.named("result.licences")] {
                let document = row[Field.named("result.licences[].document")]
                let licence = row[Field.named("result.licences[].licenceId")]
                guard document != nil || licence != nil, seen.insert(row.key + [document, licence]).inserted else {
                    continue
                }
                var line = ArchiveLine()
                line.add("kind", "licence")
                line.add("of", row[Field.named("result.licences[].number")])
                line.add("title", row[Field.named("result.licences[].name")])
                line.add("licenceId", licence)
                line.add("location", document)
                line.add("version", version.number)
                lines.append(line)
            }
        }
        return lines
    }
}
