public import KuayuModel

/// Checks an archive package without the gateway: sums, signatures, and that no version is missing.
public struct ArchiveCheck<Digests: Digester, Verifier: ReceiptVerifier> {
    private let files: [String: [UInt8]]
    private let digester: Digests
    private let verifier: Verifier
    private var report = ArchiveReport()
    /// Digest of each version that is there.
    private var versionDigests: [Int: ContentDigest] = [:]
    private var listedVersions = 0

    /// What is wrong with the files of a package, and what of it is proved.
    ///
    /// `verifier` knows the public keys that are believed: those of the package, or better, those that the reader has
    /// from the gateway.
    public static func report(
        on files: [ArchiveFile], digester: Digests, verifier: Verifier
    ) -> ArchiveReport {
        var check = ArchiveCheck(files: files, digester: digester, verifier: verifier)
        check.checkSums()
        check.checkMetadata()
        let events = check.checkVersions()
        check.checkMessages(authors: events)
        check.checkDeliveries()
        check.report.faults.sort { ($0.file, $0.english) < ($1.file, $1.english) }
        return check.report
    }

    private init(files: [ArchiveFile], digester: Digests, verifier: Verifier) {
        self.files = Dictionary(files.map { ($0.path, $0.bytes) }) { first, _ in first }
        self.digester = digester
        self.verifier = verifier
    }

    private mutating func fault(
        _ file: String, _ kind: ArchiveFault.Kind, _ chinese: String, _ english: String
    ) {
        report.faults.append(ArchiveFault(file, kind, chinese, english))
    }

    // MARK: sums

    private mutating func checkSums() {
        guard let text = files[ChecksumList.name] else {
            return fault(ChecksumList.name, .missing, "缺少摘要清单", "the list of digests is not there")
        }
        let list: ChecksumList
        do {
            list = try ChecksumList(text: text)
        } catch {
            return fault(
                ChecksumList.name, .unreadable, "第 \(error.number) 行不是摘要和路径",
                "line \(error.number) is not a digest and a path")
        }
        for entry in list.entries {
            guard let bytes = files[entry.path] else {
                fault(entry.path, .missing, "清单中有，文件不在", "listed, but not there")
                continue
            }
            if HexText.encode(digester.digest(bytes)) != entry.digest {
                fault(entry.path, .changed, "内容与清单的摘要不符", "its digest is not the one listed")
            }
        }
        let listed = Set(list.entries.map(\.path))
        for path in files.keys.sorted() where path != ChecksumList.name && !listed.contains(path) {
            fault(path, .unlisted, "清单中没有这个文件", "not in the list of digests")
        }
    }

    // MARK: versions

    private mutating func checkMetadata() {
        let file = "metadata.json"
        guard let bytes = files[file] else {
            return fault(file, .missing, "缺少元数据", "the metadata are not there")
        }
        guard let entry = ArchiveEntry(bytes), let caseID = entry["case"], let count = entry.number("versions"),
            entry["layout"] == CaseArchive.layout
        else {
            return fault(
                file, .unreadable, "不是 \(CaseArchive.layout) 的元数据", "not the metadata of \(CaseArchive.layout)")
        }
        report.caseID = caseID
        listedVersions = count
    }

    /// Checks every version against its event; gives the messages that events came from, as `sender` and `id`.
    private mutating func checkVersions() -> [(file: String, key: [String])] {
        var authors: [(file: String, key: [String])] = []
        let events = lines("events.jsonl")
        // A number that was tampered with must not make the check long.
        let count = max(events.count, min(listedVersions, files.count))
        if events.count != listedVersions {
            fault(
                "events.jsonl", .incomplete, "有 \(events.count) 个环节，元数据称 \(listedVersions) 个版本",
                "has \(events.count) events, the metadata name \(listedVersions) versions")
        }
        for number in 1..<max(count + 1, 1) {
            let event = number <= events.count ? events[number - 1] : nil
            if let event, event.number("version") != number {
                fault(
                    "events.jsonl", .incomplete, "第 \(number) 行不是第 \(number) 版",
                    "line \(number) is not version \(number)")
            }
            checkVersion(number, status: event?["status"])
            if let author = event?["author"], let message = event?["message"] {
                authors.append(("events.jsonl", [author, message]))
            }
        }
        let expected = Set((1..<max(count + 1, 1)).map(CaseArchive.versionPath))
        for path in files.keys.sorted() where path.hasPrefix("versions/") && !expected.contains(path) {
            fault(path, .contradiction, "没有对应的环节", "no event belongs to it")
        }
        return authors
    }

    private mutating func checkVersion(_ number: Int, status: String?) {
        let file = CaseArchive.versionPath(number)
        guard let bytes = files[file] else {
            return fault(file, .incomplete, "缺少第 \(number) 版", "version \(number) is not there")
        }
        report.versionCount += 1
        versionDigests[number] = ContentDigest(digester.digest(bytes))
        guard let entry = ArchiveEntry(bytes) else {
            return fault(file, .unreadable, "不是 JSON 对象", "not a JSON object")
        }
        let isSame =
            (report.caseID == nil || entry["caseId"] == report.caseID) && entry.number("version") == number
            && (status == nil || entry["status"] == status)
        if !isSame {
            fault(
                file, .contradiction, "编号、版本或状态与清单不同", "its case, version or state is not the one listed")
        }
    }

    // MARK: messages

    private mutating func checkMessages(authors: [(file: String, key: [String])]) {
        var known: Set<[String]> = []
        var confirmed: Set<Int> = []
        var keyIDs: Set<String> = []
        for entry in lines("messages.jsonl") {
            report.messageCount += 1
            guard let key = checkMessage(entry, &confirmed, &keyIDs) else {
                fault("messages.jsonl", .unreadable, "有一行缺少必要的项", "a line lacks what it must have")
                continue
            }
            known.insert(key)
        }
        for author in authors where !known.contains(author.key) {
            fault(
                "messages.jsonl", .incomplete, "缺少环节所依据的报文 \(author.key.joined(separator: " "))",
                "the message \(author.key.joined(separator: " ")) that an event came from is not listed")
        }
        report.confirmedVersionCount = confirmed.count
        report.keyIDs = keyIDs.sorted()
    }

    /// Checks one message with its receipt; gives its sender and id, nil when the line does not name what it must.
    private mutating func checkMessage(
        _ entry: ArchiveEntry, _ confirmed: inout Set<Int>, _ keyIDs: inout Set<String>
    ) -> [String]? {
        guard let sender = entry["sender"], let id = entry["id"], let file = entry["file"],
            let receiptFile = entry["receipt"]
        else { return nil }
        let bytes = checkPayload(entry, file)
        guard let receipt = checkReceipt(receiptFile, &keyIDs) else { return [sender, id] }
        if !speaks(receipt, of: entry, sender: sender, id: id) {
            fault(receiptFile, .contradiction, "回执说的不是这条报文", "the receipt is not that of the message listed")
        }
        if let bytes, ContentDigest(digester.digest(bytes)) == receipt.digest { report.confirmedMessageCount += 1 }
        confirm(receipt, &confirmed)
        return [sender, id]
    }

    private func speaks(_ receipt: Receipt, of entry: ArchiveEntry, sender: String, id: String) -> Bool {
        let isSameCase = receipt.registration.map { $0.caseID.text == report.caseID } ?? true
        return isSameCase && receipt.messageID == id && receipt.sender.text == sender
            && receipt.digest.text == entry["digest"] && receipt.outcome.rawValue == entry["outcome"]
            && receipt.registration?.version == entry.number("version")
    }

    private mutating func checkPayload(_ entry: ArchiveEntry, _ file: String) -> [UInt8]? {
        guard let bytes = files[file] else {
            fault(file, .incomplete, "缺少报文原文", "the bytes of the message are not there")
            return nil
        }
        if ContentDigest(digester.digest(bytes)).text != entry["fileDigest"] {
            fault(file, .contradiction, "与报文清单的摘要不符", "its digest is not the one in the list of messages")
        }
        return bytes
    }

    private mutating func checkReceipt(_ file: String, _ keyIDs: inout Set<String>) -> Receipt? {
        guard let bytes = files[file] else {
            fault(file, .incomplete, "缺少回执", "the receipt is not there")
            return nil
        }
        let jws = String(decoding: bytes.last == 0x0A ? bytes.dropLast() : bytes[...], as: UTF8.self)
        if let keyID = ReceiptJWS.keyID(of: jws) { keyIDs.insert(keyID) }
        do {
            let receipt = try ReceiptJWS.verify(jws, with: verifier)
            report.validReceiptCount += 1
            return receipt
        } catch .unknownKey(let keyID) {
            fault(file, .signature, "没有公钥 \(keyID)", "the public key \(keyID) is not known")
        } catch .badSignature {
            fault(file, .signature, "签名无效", "the signature is not valid")
        } catch {
            fault(file, .unreadable, "不是签名回执", "not a signed receipt: \(error)")
        }
        return nil
    }

    /// A receipt names the digest of the case as its sender may see it; where that is the whole case, it is proved.
    private func confirm(_ receipt: Receipt, _ confirmed: inout Set<Int>) {
        guard let registration = receipt.registration, let digest = registration.contentDigest,
            versionDigests[registration.version] == digest
        else { return }
        confirmed.insert(registration.version)
    }

    // MARK: deliveries

    private mutating func checkDeliveries() {
        for (index, entry) in lines("deliveries.jsonl").enumerated() {
            guard let version = entry.number("version"), versionDigests[version] == nil else { continue }
            fault(
                "deliveries.jsonl", .contradiction, "第 \(index + 1) 行投递的第 \(version) 版不在包内",
                "line \(index + 1) delivers version \(version), which is not there")
        }
    }

    private mutating func lines(_ file: String) -> [ArchiveEntry] {
        guard let bytes = files[file] else {
            fault(file, .missing, "缺少清单", "the list is not there")
            return []
        }
        var entries: [ArchiveEntry] = []
        for (index, line) in bytes.split(separator: 0x0A).enumerated() {
            guard let entry = ArchiveEntry(line) else {
                fault(file, .unreadable, "第 \(index + 1) 行不是 JSON 对象", "line \(index + 1) is not a JSON object")
                continue
            }
            entries.append(entry)
        }
        return entries
    }
}
