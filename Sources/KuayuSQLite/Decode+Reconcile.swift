import GRDB
import KuayuGateway
import KuayuModel
import KuayuReconcile

/// Rows of reconciliation as values.
extension Decode {
    /// A word of a closed set.
    static func word<Word: RawRepresentable>(_ text: String, _ what: String) throws -> Word
    where Word.RawValue == String {
        guard let word = Word(rawValue: text) else { throw StoreError.corrupt("\(what) \(text)") }
        return word
    }

    static func run(_ row: Row) throws -> RunRecord {
        do throws(RecordCodingError) {
            return try RunRecord(encoded: bytes(row["body"]))
        } catch {
            throw StoreError.corrupt("a run cannot be read: \(error)")
        }
    }

    static func `break`(_ row: Row) throws -> Break {
        do throws(RecordCodingError) {
            return try Break(encoded: bytes(row["body"]))
        } catch {
            throw StoreError.corrupt("a break cannot be read: \(error)")
        }
    }

    static func breakEvent(_ row: Row) throws -> RecordedBreakEvent {
        let from: String? = row["from_state"]
        let event = BreakEvent(
            breakID: row["break_id"], at: instant(row["at"]), run: row["run"],
            from: try from.map { try word($0, "break state") }, to: try word(row["to_state"], "break state"),
            by: row["by"], reason: row["reason"])
        return RecordedBreakEvent(
            number: row["number"], hub: try region(row["hub"]), code: try word(row["code"], "break code"),
            event: event)
    }

    static func agreedDay(_ row: Row) throws -> AgreedDay {
        AgreedDay(
            hub: try region(row["hub"]), lane: try lane(row["lane"]), day: row["day"],
            total: try accumulator(row, "n", "a"), run: row["run"], at: instant(row["at"]))
    }

    /// Zero stands for the report of all hubs.
    static func report(_ row: Row) throws -> StoredReport {
        let hub: Int = row["hub"]
        return StoredReport(
            hub: hub == 0 ? nil : try region(hub), day: CalendarDate(daysSinceEpoch: row["day"]),
            digest: row["digest"], computedAt: instant(row["computed_at"]), bytes: bytes(row["bytes"]))
    }

    static func signOff(_ row: Row) throws -> SignOff {
        let second: String? = row["second_by"]
        return SignOff(
            hub: try region(row["hub"]), day: CalendarDate(daysSinceEpoch: row["day"]), reportDigest: row["digest"],
            first: SignOff.Signature(by: row["first_by"], at: instant(row["first_at"])),
            second: second.map { SignOff.Signature(by: $0, at: instant(row["second_at"])) })
    }

    static func plan(_ row: Row, _ digester: any Digester) throws -> KeptRepairPlan {
        guard let plan = RepairPlan(json: bytes(row["bytes"]), digester: digester) else {
            let id: String = row["id"]
            throw StoreError.corrupt("repair plan \(id) cannot be read")
        }
        let ended: Int64? = row["ended_at"]
        return KeptRepairPlan(
            plan: plan, by: row["by"], begunAt: instant(row["begun_at"]), endedAt: ended.map(instant))
    }

    static func step(_ row: Row) throws -> KeptRepairStep {
        let name: String = row["outcome"]
        guard let outcome = RepairOutcome(name: name, detail: row["detail"]) else {
            throw StoreError.corrupt("repair outcome \(name)")
        }
        return KeptRepairStep(step: row["step"], outcome: outcome, at: instant(row["at"]))
    }

    static func issueGroup(_ row: Row) throws -> IssueGroup {
        let closed: Int64? = row["closed_at"]
        return IssueGroup(
            hub: try region(row["hub"]), code: try word(row["code"], "break code"), openedAt: instant(row["opened_at"]),
            count: row["count"], peak: row["peak"], toldCount: row["told_count"], sequence: row["sequence"],
            lastAt: instant(row["last_at"]), closedAt: closed.map(instant))
    }
}
