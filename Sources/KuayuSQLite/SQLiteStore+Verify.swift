import GRDB
public import KuayuGateway
import KuayuModel

extension SQLiteStore {
    /// Looks through the whole store for what contradicts itself: the file, the invariants of delivery, every receipt.
    ///
    /// Reads one consistent state and may run beside the gateway. Reads every row once or twice, and every receipt, but no
    /// payload; hashes every row of the ledgers. Signatures are not checked here; that needs the keys.
    ///
    /// - Throws: `StoreError.corrupt` when the file cannot be read to its end, `.unavailable` when it cannot be opened.
    public func verify() throws(StoreError) -> VerifyReport {
        do {
            return try pool.read { database in
                var check = StoreCheck(database: database, digester: digester)
                try check.run()
                return check.report
            }
        } catch {
            throw Self.translate(error)
        }
    }
}

/// One check of a store in one read transaction.
private struct StoreCheck {
    let database: Database
    let digester: any Digester
    var report = VerifyReport()

    mutating func run() throws {
        report.messages = try count("message")
        report.events = try count("event")
        report.cases = try count("case_head")
        report.deliveries = try count("delivery")
        report.attempts = try count("attempt")
        try checkFile()
        for rule in StoreRule.all { try apply(rule) }
        try checkLedgerIndex()
        try checkReceipts()
    }

    private func count(_ table: String) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
    }

    private mutating func note(_ invariant: VerifyReport.Invariant, _ subject: String, _ sentence: String) {
        report.findings.append(VerifyReport.Finding(invariant: invariant, subject: subject, sentence: sentence))
    }

    private mutating func checkFile() throws {
        let limit = VerifyReport.findingLimit
        for line in try String.fetchAll(database, sql: "PRAGMA integrity_check(\(limit))") where line != "ok" {
            note(.file, "file", line)
        }
    }

    /// A rule selects what breaks it: the subject and the sentence.
    private mutating func apply(_ rule: StoreRule) throws {
        let rows = try Row.fetchCursor(database, sql: rule.sql)
        var found = 0
        while let row = try rows.next() {
            found += 1
            if found > VerifyReport.findingLimit {
                report.isCutShort = true
                return
            }
            let subject: String? = row[0]
            let sentence: String? = row[1]
            note(rule.invariant, subject ?? "?", sentence ?? "contradicts itself")
        }
    }

    private mutating func checkLedgerIndex() throws {
        let scrub = try LedgerCheck(database: database, digester: digester).run()
        for item in scrub.disagreements { note(.ledgerIndex, item.subject, item.sentence) }
        if scrub.count > scrub.disagreements.count { report.isCutShort = true }
    }

    private mutating func checkReceipts() throws {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT sender, id, case_id, version, outcome, body_digest, receipt FROM message")
        var found = 0
        while let row = try rows.next() {
            let stored = StoredReceipt(
                sender: row[0], message: row[1], caseID: row[2], version: row[3], outcome: row[4],
                digest: Decode.bytes(row[5]), receipt: Decode.bytes(row[6]))
            guard let fault = stored.fault else { continue }
            found += 1
            if found > VerifyReport.findingLimit {
                report.isCutShort = true
                return
            }
            note(.receipts, "message \(stored.message) of \(stored.sender)", fault)
        }
    }
}
