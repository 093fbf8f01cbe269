import Foundation
import GRDB
import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuReconcile
import KuayuRules

/// Bytes as a statement argument.
struct Blob: DatabaseValueConvertible {
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
    var databaseValue: DatabaseValue { Data(bytes).databaseValue }
    static func fromDatabaseValue(_ value: DatabaseValue) -> Blob? {
        Data.fromDatabaseValue(value).map { Blob(Array($0)) }
    }
}

/// Rows as values; what cannot be one is corruption, never a default.
enum Decode {
    static func bytes(_ blob: Blob) -> [UInt8] { blob.bytes }

    static func region(_ number: Int) throws -> RegionCode {
        guard let region = RegionCode(String(number)) else { throw StoreError.corrupt("region \(number)") }
        return region
    }

    static func caseID(_ text: String) throws -> CaseID {
        guard let id = CaseID(text) else { throw StoreError.corrupt("case id \(text)") }
        return id
    }

    static func state(_ text: String) throws -> DeliveryState {
        guard let state = DeliveryState(rawValue: text) else { throw StoreError.corrupt("delivery state \(text)") }
        return state
    }

    static func status(_ text: String) throws -> CaseState {
        guard let status = CaseState(rawValue: text) else { throw StoreError.corrupt("case state \(text)") }
        return status
    }

    static func instant(_ milliseconds: Int64) -> Instant { Instant(epochMilliseconds: milliseconds) }

    static func message(_ row: Row) throws -> MessageRecord {
        let outcome: String = row["outcome"]
        guard let outcome = Registration.Outcome(rawValue: outcome) else { throw StoreError.corrupt("outcome") }
        let id: String? = row["case_id"]
        return MessageRecord(
            sender: try region(row["sender"]), id: row["id"], bodyDigest: bytes(row["body_digest"]),
            payload: bytes(row["payload"]), caseID: try id.map(caseID), version: row["version"], outcome: outcome,
            receivedAt: instant(row["received_at"]), receipt: bytes(row["receipt"]))
    }

    static func event(_ row: Row) throws -> EventRecord {
        let kind: String = row["kind"]
        guard let kind = EventRow.Kind(rawValue: kind) else { throw StoreError.corrupt("event kind") }
        let author: Int? = row["author"]
        return EventRecord(
            head: CaseHead(
                caseID: try caseID(row["case_id"]), version: row["version"], status: try status(row["status"]),
                nonce: row["nonce"], registeredAt: instant(row["registered_at"]), origin: try region(row["origin"])),
            kind: kind, author: try author.map(region), messageID: row["message_id"], at: instant(row["at"]),
            canonical: bytes(row["canonical"]), note: row["note"], raw: row["raw"])
    }

    static func noticeKind(_ text: String) throws -> CaseNotice.Kind {
        guard let kind = CaseNotice.Kind(rawValue: text) else { throw StoreError.corrupt("notice kind \(text)") }
        return kind
    }

    static func noticeSeverity(_ text: String) throws -> CaseNotice.Severity {
        guard let severity = CaseNotice.Severity(rawValue: text) else {
            throw StoreError.corrupt("notice severity \(text)")
        }
        return severity
    }

    static func notice(_ row: Row) throws -> NoticeRow {
        let cleared: Int64? = row["cleared_at"]
        return NoticeRow(
            caseID: try caseID(row["case_id"]), kind: try noticeKind(row["kind"]), subject: row["subject"],
            severity: try noticeSeverity(row["severity"]), raisedAt: instant(row["raised_at"]),
            clearedAt: cleared.map(instant), chinese: row["chinese"], english: row["english"])
    }

    static func delivery(_ row: Row) throws -> DeliveryRow {
        let next: Int64? = row["next_attempt_at"]
        let settled: Int64? = row["settled_at"]
        return DeliveryRow(
            id: DeliveryID(row["id"]), caseID: try caseID(row["case_id"]), version: row["version"],
            hub: try region(row["hub"]), messageID: row["message_id"], createdAt: instant(row["created_at"]),
            deadline: instant(row["deadline"]), state: try state(row["state"]), attemptCount: row["attempt_count"],
            garbageCount: row["garbage_count"], nextAttemptAt: next.map(instant), reason: row["reason"],
            settledAt: settled.map(instant))
    }

    static func attempt(_ row: Row) throws -> AttemptRow {
        let ended: Int64? = row["ended_at"]
        return AttemptRow(
            delivery: DeliveryID(row["delivery"]), number: row["number"], startedAt: instant(row["started_at"]),
            endedAt: ended.map(instant), outcome: row["outcome"], detail: row["detail"])
    }

    static func summary(_ row: Row) throws -> CaseSummary {
        CaseSummary(
            head: CaseHead(
                caseID: try caseID(row["case_id"]), version: row["version"], status: try status(row["status"]),
                nonce: row["nonce"], registeredAt: instant(row["registered_at"]), origin: try region(row["origin"])),
            catalogCode: row["catalog_code"], changedAt: instant(row["changed_at"]))
    }

    static func ledger(_ row: Row) throws -> LedgerRow {
        LedgerRow(
            hub: try region(row["hub"]), lane: try lane(row["lane"]), caseID: try caseID(row["case_id"]),
            version: row["version"],
            status: try status(row["status"]), contentDigest: row["content_digest"],
            registeredAt: instant(row["registered_at"]), nonce: row["nonce"], toldAt: instant(row["told_at"]))
    }

    static func lane(_ text: String) throws -> Lane {
        guard let lane = Lane(rawValue: text) else { throw StoreError.corrupt("lane \(text)") }
        return lane
    }

    static func elementID(_ row: Row, _ column: String) throws -> ElementID {
        guard let id = try row.withUnsafeData(named: column, { ElementID(bytes: $0 ?? Data()) }) else {
            throw StoreError.corrupt("an identity is not 32 bytes")
        }
        return id
    }

    static func accumulator(_ row: Row, _ count: String, _ sum: String) throws -> Accumulator {
        let stored: Int64 = row[count]
        return Accumulator(count: UInt64(bitPattern: stored), sum: try elementID(row, sum))
    }

    static func ledgerDay(_ row: Row) throws -> LedgerDayTotal {
        LedgerDayTotal(
            hub: try region(row["hub"]), lane: try lane(row["lane"]), day: row["day"],
            total: try accumulator(row, "n", "a"), changedAt: instant(row["changed_at"]))
    }
}

extension RegionCode {
    /// The code as a number, the way it is stored.
    var stored: Int { Int(value) }
}
