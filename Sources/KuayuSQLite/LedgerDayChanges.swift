import GRDB
import KuayuGateway
import KuayuModel
import KuayuReconcile

/// What a transaction adds to and takes from the sums of the days, written once at its end: the cases of a round are
/// mostly of one day.
///
/// Used by one transaction on one thread.
final class LedgerDayChanges {
    struct Key: Hashable {
        let hub: Int
        let lane: String
        let day: Int

        init(hub: Int, lane: Lane, key: UInt32) {
            self.hub = hub
            self.lane = lane.rawValue
            day = LedgerDay.of(key)
        }

        /// A row of `ledger_day`.
        init(_ row: Row) {
            hub = row["hub"]
            lane = row["lane"]
            day = row["day"]
        }
    }

    private struct Change {
        /// Modulo 2⁶⁴ and 2²⁵⁶: less than nothing is a large number, which comes out right when it is added.
        var total = Accumulator()
        var at: Int64
    }

    private var changes: [Key: Change] = [:]

    func add(_ id: ElementID, on key: Key, at: Int64) { change(key, at) { $0.add(id) } }

    func subtract(_ id: ElementID, on key: Key, at: Int64) { change(key, at) { $0.subtract(id) } }

    private func change(_ key: Key, _ at: Int64, _ body: (inout Accumulator) -> Void) {
        var change = changes[key] ?? Change(at: at)
        body(&change.total)
        change.at = max(change.at, at)
        changes[key] = change
    }

    /// Writes what there is and starts anew.
    func write(to database: Database) throws {
        if changes.isEmpty { return }
        let select = try database.cachedStatement(
            sql: "SELECT n, a, changed_at FROM ledger_day WHERE hub = ? AND lane = ? AND day = ?")
        let replace = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO ledger_day (hub, lane, day, n, a, changed_at) VALUES (?, ?, ?, ?, ?, ?)")
        for (key, change) in changes where change.total != Accumulator() {
            var total = change.total
            var at = change.at
            if let row = try Row.fetchOne(select, arguments: [key.hub, key.lane, key.day]) {
                total.add(try Decode.accumulator(row, "n", "a"))
                at = max(at, row["changed_at"])
            }
            try replace.execute(arguments: [
                key.hub, key.lane, key.day, Int64(bitPattern: total.count), Blob(total.sum.bytes), at,
            ])
        }
        changes.removeAll(keepingCapacity: true)
    }
}

/// The fields of a stored row that its identity and its place follow from.
struct IndexedFields: Equatable {
    var hub: Int
    var caseID: String
    var version: Int
    var status: String
    var contentDigest: String
    var registeredAt: Int64
    var nonce: String

    init(_ row: Row) {
        hub = row["hub"]
        caseID = row["case_id"]
        version = row["version"]
        status = row["status"]
        contentDigest = row["content_digest"]
        registeredAt = row["registered_at"]
        nonce = row["nonce"]
    }

    init(_ row: LedgerRow) {
        hub = row.hub.stored
        caseID = row.caseID.text
        version = row.version
        status = row.status.rawValue
        contentDigest = row.contentDigest
        registeredAt = row.registeredAt.epochMilliseconds
        nonce = row.nonce
    }

    var key: UInt32 { LedgerRow.key(registeredAt: Instant(epochMilliseconds: registeredAt)) }

    func identity(_ digester: any Digester) -> ElementID {
        LedgerElement(
            caseID: caseID, version: version, status: status, contentDigest: contentDigest, nonce: nonce,
            registeredAt: Instant(epochMilliseconds: registeredAt).epochSeconds
        ).id(digester)
    }
}

/// A row of a ledger that is about to change, by columns: this is read for every message and every delivery.
struct KeptLedgerRow {
    var fields: IndexedFields
    let lane: Lane
    let key: UInt32
    let id: ElementID

    /// The stored row of the same hub and case.
    static func fetch(_ database: Database, _ row: LedgerRow) throws -> KeptLedgerRow? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT version, status, content_digest, registered_at, nonce, lane, ts, eid FROM ledger
                WHERE hub = ? AND case_id = ?
                """)
        let cursor = try Row.fetchCursor(statement, arguments: [row.hub.stored, row.caseID.text])
        guard let kept = try cursor.next() else { return nil }
        var fields = IndexedFields(row)
        fields.version = kept[0]
        fields.status = kept[1]
        fields.contentDigest = kept[2]
        fields.registeredAt = kept[3]
        fields.nonce = kept[4]
        return KeptLedgerRow(
            fields: fields, lane: try Decode.lane(kept[5]), key: kept[6], id: try Decode.elementID(kept, "eid"))
    }
}
