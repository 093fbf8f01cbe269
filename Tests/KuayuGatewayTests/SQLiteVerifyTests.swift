import Foundation
import KuayuEngine
import KuayuEvidence
import KuayuGateway
import KuayuModel
import KuayuReconcile
import KuayuSQLite
import KuayuTestKit
import Testing

/// Each invariant is broken on purpose, and found.
@Suite struct SQLiteVerifyTests {
    /// Signs with zeros; the check of a store does not look at signatures.
    private struct ZeroSigner: ReceiptSigner {
        var keyID: String { "test" }
        func sign(_ bytes: [UInt8]) throws(ReceiptSigningError) -> [UInt8] { [UInt8](repeating: 0, count: 64) }
    }

    private static func message(_ id: String, about head: CaseHead?) throws -> MessageRecord {
        var message = SampleRows.message(id, about: head)
        let registration = head.map { head in
            CaseRegistration(
                caseID: head.caseID, version: head.version, status: head.status,
                at: Int(head.registeredAt.epochSeconds), nonce: head.nonce, contentDigest: nil)
        }
        let receipt = Receipt(
            messageID: id, registration: registration, digest: ContentDigest(message.bodyDigest),
            sender: message.sender, receivedAt: Int(message.receivedAt.epochSeconds),
            outcome: head == nil ? .refused : .accepted)
        message.receipt = Array(try ReceiptJWS.sign(receipt, by: ZeroSigner()).utf8)
        return message
    }

    /// A store with three cases of two versions each, in the hands of deliveries of every kind.
    private static func sound(in folder: TemporaryFolder) throws -> SQLiteStore {
        let store = try SQLiteStore(path: folder.file())
        try store.write { transaction in
            for number in 1...3 {
                let id = SampleRows.caseID(number)
                let head = SampleRows.head(id)
                let moved = SampleRows.head(id, version: 2, status: .transferred)
                try transaction.insert(try message("报\"\\\(number)", about: head))
                try transaction.insert(SampleRows.event(head, message: "报\"\\\(number)"))
                try transaction.insert(SampleRows.event(moved, kind: .transferred, author: nil))
                try transaction.upsert(SampleRows.ledger(id, hub: .shanghai, lane: .out))
                try writeDeliveries(Int64(number), id, transaction)
            }
            try transaction.insert(try message("refused", about: nil))
        }
        let item = SampleReconciliation.item(1)
        try store.writeReconciliation {
            try $0.apply(breaks: [item], events: [SampleReconciliation.event(item)])
        }
        return store
    }

    /// Case 1 delivered twice, case 2 under way, case 3 rejected after a fault of the route.
    private static func writeDeliveries(
        _ number: Int64, _ id: CaseID, _ transaction: any CaseTransaction
    ) throws {
        let first = number * 10
        switch number {
        case 1:
            try transaction.upsert(SampleRows.delivery(first, id, state: .delivered, attempts: 1))
            try transaction.upsert(SampleRows.ended(first))
            var second = SampleRows.delivery(first + 1, id, version: 2, state: .delivered, attempts: 1)
            second.settledAt = second.settledAt?.adding(milliseconds: 500)
            try transaction.upsert(second)
            try transaction.upsert(SampleRows.ended(first + 1))
            try transaction.upsert(SampleRows.ledger(id, version: 2, status: .transferred))
        case 2:
            try transaction.upsert(SampleRows.delivery(first, id, state: .sending, attempts: 2))
            try transaction.upsert(SampleRows.ended(first, outcome: .busy(reason: "BUSY", retryAfter: nil)))
            try transaction.upsert(SampleRows.attempt(first, 2))
            try transaction.upsert(SampleRows.delivery(first + 1, id, version: 2))
        default:
            try transaction.upsert(SampleRows.delivery(first, id, state: .rejected, attempts: 1))
            try transaction.upsert(SampleRows.ended(first, outcome: .rejected(reason: "no")))
            try transaction.upsert(SampleRows.delivery(first + 1, id, version: 2))
            try transaction.upsert(SampleRows.ended(first + 1, outcome: .routeFault(reason: "401")))
        }
    }

    @Test func aSoundStoreIsSound() throws {
        let folder = try TemporaryFolder()
        let store = try Self.sound(in: folder)
        let report = try store.verify()
        #expect(report.findings == [] && report.isSound && !report.isCutShort)
        #expect(report.messages == 4 && report.events == 6 && report.cases == 3)
        #expect(report.deliveries == 6 && report.attempts == 6)
        try store.close()
    }

    @Test func anEmptyStoreIsSound() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        let report = try store.verify()
        #expect(report.isSound && report.messages == 0 && report.deliveries == 0)
        try store.close()
    }

    /// A defect, and the findings that must name it: invariant, subject.
    struct Defect: CustomTestStringConvertible, Sendable {
        let sql: String
        let invariant: VerifyReport.Invariant
        let subject: String

        var testDescription: String { sql }

        init(_ invariant: VerifyReport.Invariant, _ subject: String, _ sql: String) {
            self.sql = sql
            self.invariant = invariant
            self.subject = subject
        }
    }

    static let one = "CSJ202603020100001"
    static let two = "CSJ202603020100002"
    static let three = "CSJ202603020100003"
    /// The message that registered case 2, which most defects concern.
    static let told = "message 报\"\\2 of 310000"

    static let defects = [
        Defect(.acknowledgedIsStored, "\(two) v1", "DELETE FROM message WHERE case_id = '\(two)'"),
        Defect(
            .acknowledgedIsStored, told,
            "DELETE FROM event WHERE case_id = '\(two)' AND version = 1"),
        Defect(.acknowledgedIsStored, told, "UPDATE message SET case_id = NULL WHERE case_id = '\(two)'"),
        Defect(
            .acknowledgedIsStored, "delivery 31", "DELETE FROM event WHERE case_id = '\(three)' AND version = 2"),
        Defect(.oneCurrentState, three, "UPDATE event SET version = 3 WHERE case_id = '\(three)' AND version = 2"),
        Defect(.oneCurrentState, three, "DELETE FROM event WHERE case_id = '\(three)' AND version = 1"),
        Defect(.oneCurrentState, two, "UPDATE case_head SET version = 1 WHERE case_id = '\(two)'"),
        Defect(.oneCurrentState, two, "UPDATE case_head SET status = 'closed' WHERE case_id = '\(two)'"),
        Defect(.oneCurrentState, two, "UPDATE case_head SET nonce = 'ff' WHERE case_id = '\(two)'"),
        Defect(.oneCurrentState, two, "DELETE FROM case_head WHERE case_id = '\(two)'"),
        Defect(.oneCurrentState, three, "DELETE FROM event WHERE case_id = '\(three)'"),
        Defect(
            .uniqueIDs, "message 报\"\\1 of 310000",
            "DROP INDEX message_id; INSERT INTO message SELECT * FROM message WHERE case_id = '\(one)'"),
        Defect(
            .uniqueIDs, "message \(one)-v1-330000",
            "UPDATE delivery SET message_id = '\(one)-v1-330000' WHERE id = 11"),
        Defect(.verifiedOutcome, "delivery 10", "UPDATE attempt SET outcome = 'busy' WHERE delivery = 10"),
        Defect(
            .verifiedOutcome, "delivery 21", "UPDATE delivery SET state = 'delivered', settled_at = 1 WHERE id = 21"),
        Defect(.recordedAttempts, "delivery 10", "DELETE FROM attempt WHERE delivery = 10"),
        Defect(.recordedAttempts, "delivery 20", "UPDATE delivery SET attempt_count = 3 WHERE id = 20"),
        Defect(.recordedAttempts, "delivery 20", "UPDATE attempt SET outcome = 'busy' WHERE delivery = 20"),
        Defect(.recordedAttempts, "delivery 31", "UPDATE attempt SET outcome = 'busy' WHERE delivery = 31"),
        Defect(.recordedAttempts, "delivery 30", "DELETE FROM delivery WHERE id = 30"),
        Defect(.orderPerCase, "delivery 11", "UPDATE delivery SET settled_at = settled_at + 501 WHERE id = 10"),
        Defect(
            .orderPerCase, "delivery 11", "UPDATE delivery SET settled_at = NULL, state = 'parked' WHERE id = 10"),
        Defect(.finalStates, "delivery 30", "UPDATE delivery SET settled_at = NULL WHERE id = 30"),
        Defect(.finalStates, "delivery 21", "UPDATE delivery SET settled_at = 1 WHERE id = 21"),
        Defect(.sums, "310000 2026-03-02", "DELETE FROM case_head WHERE case_id = '\(two)'"),
        Defect(
            .sums, "310000 2026-03-02", "UPDATE event SET kind = 'changed' WHERE case_id = '\(two)' AND version = 1"),
        Defect(.sums, "310000 2026-03-02", "DELETE FROM message WHERE case_id = '\(two)'"),
        Defect(
            .sums, "310000 2026-03-03", "UPDATE event SET at = at + 50400000 WHERE case_id = '\(two)' AND version = 1"),
        Defect(.ledgers, "330000 \(one)", "UPDATE ledger SET version = 3 WHERE hub = 330000"),
        Defect(.ledgers, "330000 \(one)", "UPDATE ledger SET status = 'closed' WHERE hub = 330000"),
        Defect(.ledgers, "310000 \(two)", "UPDATE ledger SET version = 9 WHERE case_id = '\(two)'"),
        Defect(.ledgerIndex, "330000 in 2026-03-02 \(one)", "UPDATE ledger SET eid = zeroblob(32) WHERE hub = 330000"),
        Defect(.ledgerIndex, "310000 out 2026-03-02", "UPDATE ledger_day SET n = 2 WHERE hub = 310000"),
        Defect(.breaks, "break b1", "UPDATE ledger_break SET state = 'closed'"),
        Defect(.breaks, "break b1", "DELETE FROM break_event"),
        Defect(.breaks, "break b1", "DELETE FROM ledger_break"),
        Defect(.receipts, told, "UPDATE message SET receipt = x'612E622E63' WHERE case_id = '\(two)'"),
        Defect(.receipts, told, "UPDATE message SET receipt = x'' WHERE case_id = '\(two)'"),
        Defect(
            .receipts, told,
            "UPDATE message SET receipt = (SELECT receipt FROM message WHERE case_id = '\(one)') WHERE case_id = '\(two)'"
        ),
        Defect(.receipts, "message x of 310000", "UPDATE message SET id = 'x' WHERE case_id = '\(two)'"),
        Defect(.receipts, told, "UPDATE message SET version = 2 WHERE case_id = '\(two)'"),
        Defect(.receipts, told, "UPDATE message SET case_id = '\(one)' WHERE case_id = '\(two)'"),
        Defect(.receipts, told, "UPDATE message SET body_digest = zeroblob(32) WHERE case_id = '\(two)'"),
        Defect(.receipts, "message 报\"\\2 of 340000", "UPDATE message SET sender = 340000 WHERE case_id = '\(two)'"),
        Defect(.receipts, "message refused of 310000", "UPDATE message SET outcome = 'accepted' WHERE id = 'refused'"),
    ]

    @Test(arguments: defects)
    func findsADefect(defect: Defect) throws {
        let folder = try TemporaryFolder()
        let store = try Self.sound(in: folder)
        try store.execute(sql: defect.sql)
        let report = try store.verify()
        #expect(
            report.findings.contains { $0.invariant == defect.invariant && $0.subject == defect.subject },
            "\(report.findings)")
        #expect(report.findings.allSatisfy { !$0.sentence.isEmpty })
        try store.close()
    }

    @Test func everyInvariantIsTried() {
        let tried = Set(Self.defects.map(\.invariant)).union([.file])
        #expect(tried == Set(VerifyReport.Invariant.allCases))
    }

    @Test func aPersonsWordIsEnoughForADelivery() throws {
        let folder = try TemporaryFolder()
        let store = try Self.sound(in: folder)
        try store.execute(sql: "UPDATE attempt SET outcome = 'possiblyApplied' WHERE delivery = 11")
        #expect(try store.verify().findings.map(\.invariant) == [.verifiedOutcome])
        try store.write {
            try $0.insert(AuditRow(action: "confirm", subject: "11", by: "li", reason: nil, at: SampleRows.start))
        }
        #expect(try store.verify().isSound)
        try store.close()
    }

    @Test func aPersonMayCancelOutOfOrder() throws {
        let folder = try TemporaryFolder()
        let store = try Self.sound(in: folder)
        try store.execute(sql: "UPDATE delivery SET state = 'cancelled', settled_at = 1 WHERE id = 21")
        #expect(try store.verify().isSound)
        try store.close()
    }

    @Test func longListsAreCutShort() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        try store.write { transaction in
            for number in 1...1_001 {
                let head = SampleRows.head(SampleRows.caseID(number))
                try transaction.upsert(SampleRows.ledger(head.caseID))
            }
        }
        let report = try store.verify()
        #expect(report.findings.count == VerifyReport.findingLimit && report.isCutShort)
        try store.close()
    }

    /// A page in the middle of the file is overwritten.
    @Test func bitRotIsFound() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(path: folder.file())
        try store.write { transaction in
            for number in 1...3_000 {
                let head = SampleRows.head(SampleRows.caseID(number))
                try transaction.insert(SampleRows.event(head))
                try transaction.insert(SampleRows.message("m\(number)", about: head))
            }
        }
        try store.close()
        let file = try #require(FileHandle(forUpdatingAtPath: folder.file()))
        let pages = try file.seekToEnd() / 16_384
        try file.seek(toOffset: pages / 2 * 16_384)
        try file.write(contentsOf: Data(repeating: 0xAA, count: 16_384))
        try file.close()
        #expect(isRotten(folder.file()))
    }

    private func isRotten(_ path: String) -> Bool {
        do throws(StoreError) {
            let store = try SQLiteStore(path: path)
            return try store.verify().findings.contains { $0.invariant == .file }
        } catch {
            if case .corrupt = error { return true }
            return false
        }
    }
}
