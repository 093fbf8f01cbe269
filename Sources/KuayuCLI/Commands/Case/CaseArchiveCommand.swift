import ArgumentParser
import KuayuCrypto
import KuayuEngine
import KuayuEvidence
import KuayuGateway
import KuayuModel
import KuayuSQLite

/// Writes and checks archive packages.
struct CaseArchiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "归档 — writes one case into a folder that can be checked without the gateway, or checks one.",
        discussion: """
            Examples:
              kuayu case archive CSJ202611240000001 --to archive/1 --by zhang.wei --reason 年度归档
              kuayu case archive --check archive/1

            归档包是法定记录，含未脱敏的个人信息；文件只有所有者可读。导出前操作人和原因先记入审计表。
            The package is the legal record and holds personal data in the clear; its files are readable \
            by their owner only. Who exports it and why is written to the audit table first, \
            whether or not the gateway runs.

            --check verifies every digest, the signature of every receipt and that no version is missing; \
            it needs no configuration. Exit code 1 when the package is damaged, 2 when there is no such case.
            """)
    @Argument(help: "办件编号 — federation id or any local number.") var id: String?
    @Option(help: "目标文件夹 — must not exist, or be empty.") var to: String?
    @Option(help: "操作人 — who exports it; goes on record.") var by: String?
    @Option(help: "原因 — why; goes on record.") var reason: String?
    @Option(help: "核验 — checks this folder instead.") var check: String?
    @Option(help: "公钥 PEM — a public key of receipts: an earlier one, or the one to believe; repeatable.")
    var key: [String] = []
    @Flag(help: "输出 JSON — for programs.") var json = false
    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        if check != nil {
            if id != nil || to != nil || by != nil || reason != nil {
                throw ValidationError("--check takes a folder and nothing of a case")
            }
            return
        }
        for (name, value) in [("a case number", id), ("--to", to), ("--by", by), ("--reason", reason)]
        where value?.allSatisfy(\.isWhitespace) ?? true {
            throw ValidationError("an archive needs \(name)")
        }
    }

    func run() throws {
        let extra = try key.map { try Ed25519PublicKey(pem: ArchiveFolder.text($0)) }
        if let check {
            try ArchiveVerification(folder: check, believed: extra).run(json: json)
        } else if let id, let to, let by, let reason {
            try export(id, to: to, by: by, reason: reason, extra)
        }
    }

    private func export(
        _ id: String, to folder: String, by: String, reason: String, _ extra: [Ed25519PublicKey]
    ) throws {
        let configuration = try options.load()
        let store = try SQLiteStore(path: configuration.store, creates: false)
        let caseID = try CaseLookup.one(id, in: store)
        try ArchiveFolder.requireEmpty(folder)
        var source = try store.read { try ArchiveReading.source(caseID, in: $0) }
        source.keys = try keys(for: source, configuration, extra)
        let files = CaseArchive.files(of: source, digester: SHA256())
        // First the trace, then the data.
        try store.write { transaction in
            try transaction.insert(
                AuditRow(action: "archive", subject: caseID.text, by: by, reason: reason, at: SystemClock().now))
        }
        try ArchiveFolder.write(files, to: folder)
        let digest = "sha256:" + SHA256.hex(files.last?.bytes ?? [])
        printSummary(source, folder: folder, files: files.count, digest: digest)
    }

    /// The public keys that the receipts of a case name.
    private func keys(
        for source: ArchiveSource, _ configuration: GatewayConfiguration, _ extra: [Ed25519PublicKey]
    ) throws -> [ArchiveSource.Key] {
        var known = Dictionary(extra.map { ($0.keyID, $0) }) { first, _ in first }
        let wanted = Set(source.messages.compactMap { ReceiptJWS.keyID(of: $0.receipt) })
        if !wanted.isSubset(of: known.keys) {
            let own = try Ed25519Key.load(path: configuration.receiptKey).publicKey
            known[own.keyID] = own
        }
        return try wanted.sorted().map { keyID in
            guard let key = known[keyID] else {
                throw CommandFailure(
                    "a receipt is signed with the key \(keyID), which is not the one in use",
                    help: "give the earlier public key with --key FILE")
            }
            return ArchiveSource.Key(keyID: keyID, jwk: key.jwk, pem: try key.pem())
        }
    }

    private func printSummary(_ source: ArchiveSource, folder: String, files: Int, digest: String) {
        if json {
            print(
                JSONOutput.object([
                    ("case", .text(source.caseID.text)), ("folder", .text(folder)),
                    ("files", .number(Int64(files))), ("versions", .number(Int64(source.versions.count))),
                    ("messages", .number(Int64(source.messages.count))),
                    ("deliveries", .number(Int64(source.deliveries.count))), ("digest", .text(digest)),
                    ("personalData", .bool(true)),
                ]).line)
            return
        }
        print(
            """
            \(source.caseID.text) 已归档到 \(folder) — archived
            版本 \(source.versions.count) · 报文 \(source.messages.count) · 投递 \(source.deliveries.count) · 文件 \(files)
            归档摘要 \(digest)
            含未脱敏的个人信息，按档案管理要求保管 — holds personal data in the clear: keep it accordingly
            """)
    }
}

/// Reads everything of a case out of the store.
enum ArchiveReading {
    static func source(_ id: CaseID, in reader: any CaseReader) throws -> ArchiveSource {
        let events = try reader.events(id)
        guard let last = events.last else { throw StoreError.corrupt("case \(id.text) has no events") }
        return ArchiveSource(
            caseID: id, origin: last.head.origin, registeredAt: last.head.registeredAt,
            versions: try events.map(version), messages: try reader.messages(caseID: id).map(message),
            deliveries: try reader.deliveries(caseID: id).map { try delivery($0, in: reader) }, keys: [],
            program: Version.text)
    }

    private static func version(_ event: EventRecord) throws -> ArchiveSource.Version {
        ArchiveSource.Version(
            number: event.head.version, kind: event.kind.rawValue, author: event.author, messageID: event.messageID,
            status: event.head.status, at: event.at, note: event.note, raw: event.raw, canonical: event.canonical,
            record: try CaseLookup.record(of: event))
    }

    private static func message(_ message: MessageRecord) -> ArchiveSource.Message {
        ArchiveSource.Message(
            sender: message.sender, id: message.id, outcome: message.outcome.rawValue, version: message.version,
            receivedAt: message.receivedAt, digest: message.bodyDigest, bytes: message.payload,
            receipt: String(decoding: message.receipt, as: UTF8.self))
    }

    private static func delivery(_ row: DeliveryRow, in reader: any CaseReader) throws -> ArchiveSource.Delivery {
        ArchiveSource.Delivery(
            number: row.id.value, version: row.version, hub: row.hub, messageID: row.messageID,
            state: row.state.rawValue, createdAt: row.createdAt, settledAt: row.settledAt, reason: row.reason,
            attempts: try reader.attempts(row.id).map {
                ArchiveSource.Attempt(
                    number: $0.number, startedAt: $0.startedAt, endedAt: $0.endedAt, outcome: $0.outcome,
                    detail: $0.detail)
            })
    }
}

/// Checks a package and says what is wrong with it.
struct ArchiveVerification {
    let folder: String
    /// Keys that the reader brings along; without any, those of the package are used.
    let believed: [Ed25519PublicKey]

    func run(json: Bool) throws {
        let files = try ArchiveFolder.read(folder)
        let keys = believed.isEmpty ? Self.keys(in: files) : believed
        let report = ArchiveCheck.report(on: files, digester: SHA256(), verifier: Ed25519KeyRing(keys))
        print(json ? self.json(report).line : text(report))
        if !report.isWhole { throw ExitCode(1) }
    }

    private static func keys(in files: [ArchiveFile]) -> [Ed25519PublicKey] {
        files.filter { $0.path.hasPrefix("keys/") && $0.path.hasSuffix(".pem") }
            .compactMap { try? Ed25519PublicKey(pem: String(decoding: $0.bytes, as: UTF8.self)) }
    }

    private func text(_ report: ArchiveReport) -> String {
        var lines: [String] = []
        for fault in report.faults { lines.append("\(fault.file): \(fault.chinese) — \(fault.english)") }
        lines.append(
            """
            \(report.caseID ?? folder) · 版本 \(report.versionCount)（回执证实 \(report.confirmedVersionCount)）\
             · 报文 \(report.messageCount)（回执证实 \(report.confirmedMessageCount)） · 回执 \(report.validReceiptCount)
            """)
        for keyID in report.keyIDs {
            lines.append(
                believed.isEmpty
                    ? "验签公钥 \(keyID)（取自包内，请与网关公布的比对 — from the package: compare with the gateway's）"
                    : "验签公钥 \(keyID)（由核验人提供 — brought by you）")
        }
        lines.append(
            report.isWhole
                ? "归档包完好 — the archive is whole"
                : "归档包受损：\(report.faults.count) 处 — the archive is damaged in \(report.faults.count) places")
        return lines.joined(separator: "\n")
    }

    private func json(_ report: ArchiveReport) -> JSONOutput {
        .object([
            ("case", .optional(report.caseID)), ("whole", .bool(report.isWhole)),
            ("versions", .number(Int64(report.versionCount))),
            ("confirmedVersions", .number(Int64(report.confirmedVersionCount))),
            ("messages", .number(Int64(report.messageCount))),
            ("confirmedMessages", .number(Int64(report.confirmedMessageCount))),
            ("receipts", .number(Int64(report.validReceiptCount))), ("keys", .array(report.keyIDs.map { .text($0) })),
            (
                "faults",
                .array(
                    report.faults.map {
                        .object([
                            ("file", .text($0.file)), ("kind", .text($0.kind.rawValue)),
                            ("chinese", .text($0.chinese)), ("english", .text($0.english)),
                        ])
                    })
            ),
        ])
    }
}
