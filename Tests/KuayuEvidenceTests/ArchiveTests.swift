import KuayuEvidence
import KuayuModel
import Testing

/// An archive package is the same bytes every time, and a change of any of them is named by its file.
@Suite struct ArchiveTests {
    private let signer = TestSigner()
    private let digester = PortableDigester()

    // MARK: a case of two versions

    private func canonical(_ version: Int, _ status: CaseState) -> [UInt8] {
        Array(
            "{\"caseId\":\"CSJ202611240000001\",\"status\":\"\(status.rawValue)\",\"version\":\(version)}".utf8)
    }

    private func record(_ status: CaseState) -> CaseRecord {
        var record = CaseRecord()
        record[.catalogCode] = "000723045000"
        record[.itemName] = "出生医学证明签发"
        record[.status] = status.rawValue
        record[.calendar] = "CN-2018-2026"
        record[Field.named("result.archive.reference")] = "DA-2026-1"
        var material = CaseRow(.materials)
        material[Field.named("materials[].id")] = "m1"
        material[Field.named("materials[].name")] = "身份证"
        material[Field.named("materials[].file.digest")] = "sm3:00"
        material[Field.named("materials[].file.location")] = "oss://1"
        record[.materials] = [material]
        return record
    }

    private func message(_ id: String, version: Int?, outcome: Receipt.Outcome, bytes: String) throws
        -> ArchiveSource.Message
    {
        let content = Array(bytes.utf8)
        let registration = try version.map { version in
            CaseRegistration(
                caseID: try #require(CaseID("CSJ202611240000001")), version: version, status: .submitted,
                at: 1_795_478_400, nonce: Sample.nonce,
                contentDigest: ContentDigest(digester.digest(canonical(version, .submitted))))
        }
        let receipt = Receipt(
            messageID: id, registration: registration, digest: ContentDigest(digester.digest(content)),
            sender: .jiangsu, receivedAt: 1_795_478_400, outcome: outcome)
        return ArchiveSource.Message(
            sender: .jiangsu, id: id, outcome: outcome.rawValue, version: version,
            receivedAt: Instant(epochSeconds: 1_795_478_400), digest: digester.digest(content), bytes: content,
            receipt: try ReceiptJWS.sign(receipt, by: signer))
    }

    private func source() throws -> ArchiveSource {
        let at = Instant(epochSeconds: 1_795_478_400)
        func version(_ number: Int, _ status: CaseState, _ author: RegionCode?) -> ArchiveSource.Version {
            ArchiveSource.Version(
                number: number, kind: number == 1 ? "registered" : "transferred", author: author,
                messageID: author == nil ? nil : "js-1", status: status, at: at, note: "",
                raw: nil, canonical: canonical(number, status), record: record(status))
        }
        let attempt = ArchiveSource.Attempt(
            number: 1, startedAt: at, endedAt: at, outcome: "delivered", detail: "HTTP 200")
        return ArchiveSource(
            caseID: try #require(CaseID("CSJ202611240000001")), origin: .jiangsu, registeredAt: at,
            versions: [version(1, .submitted, .jiangsu), version(2, .transferred, nil)],
            messages: [
                try message("js-1", version: 1, outcome: .accepted, bytes: "<Case/>"),
                try message("js-1b", version: 1, outcome: .unchanged, bytes: " {\"a\":1}"),
            ],
            deliveries: [
                ArchiveSource.Delivery(
                    number: 7, version: 1, hub: .zhejiang, messageID: "kuayu-7", state: "delivered", createdAt: at,
                    settledAt: at, reason: nil, attempts: [attempt])
            ],
            keys: [ArchiveSource.Key(keyID: signer.keyID, jwk: "{}", pem: "-----BEGIN PUBLIC KEY-----\n")],
            program: "kuayu 1")
    }

    private func files() throws -> [ArchiveFile] { CaseArchive.files(of: try source(), digester: digester) }

    private func report(_ files: [ArchiveFile]) -> ArchiveReport {
        ArchiveCheck.report(on: files, digester: digester, verifier: signer)
    }

    // MARK: writing

    @Test func writesTheSameBytesEveryTime() throws {
        #expect(try files() == files())
    }

    @Test func namesEveryFileAndEndsWithTheSums() throws {
        #expect(
            try files().map(\.path) == [
                "README.md", "deliveries.jsonl", "documents.jsonl", "events.jsonl", "keys/test-key.jwk.json",
                "keys/test-key.pem", "messages.jsonl", "messages/0001.xml", "messages/0002.json", "metadata.json",
                "receipts/0001.jws", "receipts/0002.jws", "versions/0001.json", "versions/0002.json", "SHA256SUMS",
            ])
    }

    @Test func listsWhatTheCaseIsAndItsDocumentsOnce() throws {
        let files = Dictionary(
            uniqueKeysWithValues: try files().map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) })
        #expect(
            files["metadata.json"] == """
                {"archive":{"reference":"DA-2026-1"},"case":"CSJ202611240000001","deliveries":1,\
                "item":{"catalogCode":"000723045000","name":"出生医学证明签发"},\
                "lastEventAt":"2026-11-24T08:00:00+08:00","layout":"kuayu-archive/v1","messages":2,"origin":"320000",\
                "registeredAt":"2026-11-24T08:00:00+08:00",\
                "rules":{"calendar":"CN-2018-2026","case":"case/v1","program":"kuayu 1"},\
                "status":"transferred","versions":2}

                """)
        #expect(
            files["documents.jsonl"] == """
                {"digest":"sm3:00","kind":"material","location":"oss://1","of":"m1","title":"身份证","version":1}

                """)
        #expect(files["README.md"]?.contains("sha256sum -c SHA256SUMS") == true)
    }

    // MARK: checking

    @Test func findsNothingWrongWithWhatItWrote() throws {
        let report = report(try files())
        #expect(report.faults == [])
        #expect(report.caseID == "CSJ202611240000001")
        #expect(report.versionCount == 2 && report.messageCount == 2 && report.validReceiptCount == 2)
        #expect(report.confirmedMessageCount == 2)
        #expect(report.confirmedVersionCount == 1, "the gateway's own version has no receipt")
        #expect(report.keyIDs == ["test-key"])
    }

    /// Every single file, with one byte more, and gone.
    @Test func namesTheFileThatWasChangedOrIsGone() throws {
        let files = try files()
        for (index, file) in files.enumerated() where file.path != ChecksumList.name {
            var changed = files
            changed[index] = ArchiveFile(path: file.path, bytes: file.bytes + [0x20])
            let faults = report(changed).faults
            #expect(faults.contains { $0.file == file.path && $0.kind == .changed }, "\(file.path)")
            changed.remove(at: index)
            #expect(report(changed).faults.contains { $0.file == file.path && $0.kind == .missing }, "\(file.path)")
        }
    }

    /// A forger who also mends the sums is found by signatures and by what the lists say of each other.
    @Test(
        arguments: [
            ("messages/0001.xml", "<Case>2</Case>", "messages/0001.xml", ArchiveFault.Kind.contradiction),
            (
                "versions/0002.json", "{\"caseId\":\"CSJ202611240000001\",\"status\":\"closed\",\"version\":2}",
                "versions/0002.json", .contradiction
            ),
            ("versions/0002.json", "[]", "versions/0002.json", .unreadable),
            ("versions/0002.json", nil, "versions/0002.json", .incomplete),
            ("versions/0003.json", "{}", "versions/0003.json", .contradiction),
            ("events.jsonl", "", "events.jsonl", .incomplete),
            ("messages.jsonl", "", "messages.jsonl", .incomplete),
            ("messages.jsonl", "{}\n", "messages.jsonl", .unreadable),
            ("receipts/0001.jws", "a.b.c", "receipts/0001.jws", .unreadable),
            ("metadata.json", "{\"layout\":\"kuayu-archive/v2\"}", "metadata.json", .unreadable),
            ("deliveries.jsonl", "{\"version\":3}\n", "deliveries.jsonl", .contradiction),
            ("deliveries.jsonl", "?\n", "deliveries.jsonl", .unreadable),
        ] as [(String, String?, String, ArchiveFault.Kind)])
    func findsForgeryUnderMendedSums(path: String, text: String?, file: String, kind: ArchiveFault.Kind) throws {
        var files = try files().filter { $0.path != path && $0.path != ChecksumList.name }
        if let text { files.append(ArchiveFile(path: path, bytes: Array(text.utf8))) }
        files.append(ArchiveFile(path: ChecksumList.name, bytes: ChecksumList(of: files, digester: digester).text))
        #expect(report(files).faults.contains { $0.file == file && $0.kind == kind })
    }

    @Test func findsAMessageReplacedTogetherWithItsLine() throws {
        var source = try source()
        source.messages[0].bytes = Array("<Case>forged</Case>".utf8)
        source.messages[0].digest = digester.digest(source.messages[0].bytes)
        let report = report(CaseArchive.files(of: source, digester: digester))
        #expect(report.faults.map(\.file) == ["receipts/0001.jws"])
        #expect(report.faults.map(\.kind) == [.contradiction])
    }

    @Test func findsReceiptsOfAnotherKey() throws {
        let files = try files()
        var other = signer
        other.secret = [9]
        let forged = ArchiveCheck.report(on: files, digester: digester, verifier: other)
        #expect(forged.faults.map(\.kind) == [.signature, .signature])
        other.keyID = "another"
        let unknown = ArchiveCheck.report(on: files, digester: digester, verifier: other)
        #expect(unknown.faults.map(\.kind) == [.signature, .signature])
        #expect(unknown.faults.allSatisfy { $0.english.contains("test-key") })
    }

    @Test func findsAnEventWithoutItsMessage() throws {
        var source = try source()
        source.messages.removeFirst()
        let report = report(CaseArchive.files(of: source, digester: digester))
        #expect(report.faults.map(\.kind) == [.incomplete])
        #expect(report.faults.first?.english.contains("320000 js-1") == true)
    }

    @Test func namesWhatIsNotListed() throws {
        let report = report(try files() + [ArchiveFile(path: "notes.txt", bytes: [])])
        #expect(report.faults.map(\.file) == ["notes.txt"])
        #expect(report.faults.map(\.kind) == [.unlisted])
    }

    @Test func namesAMissingListOfSums() throws {
        #expect(report(try files().dropLast()).faults.map(\.kind) == [.missing])
    }

    // MARK: the list of sums

    @Test(
        arguments: [
            ("", 0, nil), ("a\n", nil, 1), ("\(String(repeating: "0", count: 64))  a\n", 1, nil),
            ("\(String(repeating: "0", count: 64)) *a/b\n", 1, nil),
            ("\(String(repeating: "0", count: 64))  \n", nil, 1),
            ("\(String(repeating: "0", count: 63))  a\n", nil, 1),
            ("\(String(repeating: "A", count: 64))  a\n", nil, 1),
            ("\(String(repeating: "0", count: 64))  ../a\n", nil, 1),
            ("\(String(repeating: "0", count: 64))  /a\n", nil, 1),
            ("\(String(repeating: "0", count: 64))  a//b\n", nil, 1),
            ("\(String(repeating: "0", count: 64))  a\n\(String(repeating: "0", count: 64))  a\n", nil, 2),
        ] as [(String, Int?, Int?)])
    func readsAListOfSums(text: String, count: Int?, badLine: Int?) {
        do throws(ChecksumList.BadLine) {
            let list = try ChecksumList(text: Array(text.utf8))
            #expect(list.entries.count == count)
        } catch {
            #expect(error.number == badLine)
        }
    }

    @Test func readsTheKeyOfAReceipt() throws {
        #expect(ReceiptJWS.keyID(of: try source().messages[0].receipt) == "test-key")
        for text in ["", "a.b.c", "e30.e30.e30", "?"] { #expect(ReceiptJWS.keyID(of: text) == nil) }
    }
}
