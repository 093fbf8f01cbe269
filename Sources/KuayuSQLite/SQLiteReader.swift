import GRDB
import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuRules

/// Look-ups on one connection.
struct SQLiteReader: CaseReader {
    let database: Database

    func rows<T>(_ sql: String, _ arguments: StatementArguments, _ make: (Row) throws -> T) throws -> [T] {
        let statement = try database.cachedStatement(sql: sql)
        let cursor = try Row.fetchCursor(statement, arguments: arguments)
        var result: [T] = []
        while let row = try cursor.next() { result.append(try make(row)) }
        return result
    }

    func message(sender: RegionCode, id: String) throws -> MessageRecord? {
        try rows("SELECT * FROM message WHERE id = ? AND sender = ?", [id, sender.stored], Decode.message).first
    }

    func lastReceived(sender: RegionCode) throws -> Instant? {
        let last = try rows("SELECT max(received_at) FROM message WHERE sender = ?", [sender.stored]) { row -> Int64? in
            row[0]
        }
        return last.first.flatMap { $0 }.map { Instant(epochMilliseconds: $0) }
    }

    func messages(id: String) throws -> [MessageRecord] {
        try rows("SELECT * FROM message WHERE id = ? ORDER BY sender", [id], Decode.message)
    }

    func messages(caseID: CaseID) throws -> [MessageRecord] {
        try rows(
            "SELECT * FROM message WHERE case_id = ? ORDER BY received_at, id", [caseID.text], Decode.message)
    }

    func caseInForce(_ id: CaseID) throws -> EventRecord? {
        try rows("SELECT * FROM event WHERE case_id = ? ORDER BY version DESC LIMIT 1", [id.text], Decode.event).first
    }

    func event(_ id: CaseID, version: Int) throws -> EventRecord? {
        try rows("SELECT * FROM event WHERE case_id = ? AND version = ?", [id.text, version], Decode.event).first
    }

    func events(_ id: CaseID) throws -> [EventRecord] {
        try rows("SELECT * FROM event WHERE case_id = ? ORDER BY version", [id.text], Decode.event)
    }

    func caseID(number: LocalNumber) throws -> CaseID? {
        try rows(
            "SELECT case_id FROM local_number WHERE value = ? AND region = ?", [number.value, number.region.stored]
        ) { try Decode.caseID($0[0]) }.first
    }

    func caseIDs(anyNumber value: String) throws -> [CaseID] {
        try rows("SELECT DISTINCT case_id FROM local_number WHERE value = ? ORDER BY case_id", [value]) {
            try Decode.caseID($0[0])
        }
    }

    func document(_ id: CaseID, region: RegionCode) throws -> RegionDocument? {
        try rows(
            "SELECT bytes, data_version FROM document WHERE case_id = ? AND region = ?", [id.text, region.stored]
        ) { RegionDocument(caseID: id, region: region, bytes: Decode.bytes($0[0]), dataVersion: $0[1]) }.first
    }

    func deliveries(caseID: CaseID) throws -> [DeliveryRow] {
        try rows("SELECT * FROM delivery WHERE case_id = ? ORDER BY id", [caseID.text], Decode.delivery)
    }

    func delivery(_ id: DeliveryID) throws -> DeliveryRow? {
        try rows("SELECT * FROM delivery WHERE id = ?", [id.value], Decode.delivery).first
    }

    func deliveries(
        states: Set<DeliveryState>, hub: RegionCode?, after: DeliveryID?, limit: Int
    ) throws -> [DeliveryRow] {
        let names = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
        return try rows(
            """
            SELECT * FROM delivery WHERE state IN (\(names)) AND id > ? AND (? IS NULL OR hub = ?)
            ORDER BY id LIMIT ?
            """, [after?.value ?? 0, hub?.stored, hub?.stored, limit], Decode.delivery)
    }

    func attempts(_ id: DeliveryID) throws -> [AttemptRow] {
        try rows("SELECT * FROM attempt WHERE delivery = ? ORDER BY number", [id.value], Decode.attempt)
    }

    func cases(_ filter: CaseFilter) throws -> [CaseSummary] {
        try rows(
            """
            SELECT * FROM case_head WHERE (? IS NULL OR origin = ?) AND (? IS NULL OR status = ?)
                AND (? IS NULL OR case_id < ?) ORDER BY case_id DESC LIMIT ?
            """,
            [
                filter.origin?.stored, filter.origin?.stored, filter.status?.rawValue, filter.status?.rawValue,
                filter.before?.text, filter.before?.text, min(max(filter.limit, 1), 10_000),
            ], Decode.summary)
    }

    func ledger(hub: RegionCode, after: CaseID?, limit: Int) throws -> [LedgerRow] {
        try rows(
            "SELECT * FROM ledger WHERE hub = ? AND case_id > ? ORDER BY case_id LIMIT ?",
            [hub.stored, after?.text ?? "", limit], Decode.ledger)
    }

    func openNotices(_ id: CaseID) throws -> [NoticeRow] {
        try rows(
            "SELECT * FROM notice WHERE case_id = ? AND cleared_at IS NULL ORDER BY raised_at, kind, subject",
            [id.text], Decode.notice)
    }

    func notices(_ filter: NoticeFilter) throws -> [NoticeRow] {
        try rows(
            """
            SELECT notice.* FROM notice JOIN case_head USING (case_id)
            WHERE (? OR cleared_at IS NULL) AND (? IS NULL OR kind = ?) AND (? IS NULL OR severity = ?)
                AND (? IS NULL OR origin = ?) ORDER BY raised_at DESC, case_id, kind, subject LIMIT ?
            """,
            [
                filter.includesCleared, filter.kind?.rawValue, filter.kind?.rawValue, filter.severity?.rawValue,
                filter.severity?.rawValue, filter.origin?.stored, filter.origin?.stored,
                min(max(filter.limit, 1), 10_000),
            ], Decode.notice)
    }

    func noticeCounts() throws -> [NoticeCount] {
        try rows(
            """
            SELECT kind, severity, count(*) FROM notice WHERE cleared_at IS NULL
            GROUP BY kind, severity ORDER BY kind, severity
            """, []
        ) { row in
            NoticeCount(
                kind: try Decode.noticeKind(row[0]), severity: try Decode.noticeSeverity(row[1]), count: row[2])
        }
    }

    func bundleMembers(_ bundleID: String, origin: RegionCode) throws -> [CaseID] {
        try rows(
            "SELECT case_id FROM case_head WHERE bundle_id = ? AND origin = ? ORDER BY case_id",
            [bundleID, origin.stored]
        ) { try Decode.caseID($0[0]) }
    }

    func openBundleCount() throws -> Int {
        try rows(
            """
            SELECT count(*) FROM (SELECT DISTINCT bundle_id, origin FROM case_head WHERE bundle_id IS NOT NULL
                AND status NOT IN ('closed', 'notAccepted', 'returned', 'withdrawn', 'voided'))
            """, []
        ) { row -> Int in row[0] }.first ?? 0
    }

    func casesToLookAt(by now: Instant, limit: Int) throws -> [CaseID] {
        try rows(
            """
            SELECT case_id FROM case_head WHERE next_look_at IS NOT NULL AND next_look_at <= ?
            ORDER BY next_look_at, case_id LIMIT ?
            """, [now.epochMilliseconds, limit]
        ) { try Decode.caseID($0[0]) }
    }

    func calendar() throws -> [UInt8]? {
        try rows("SELECT bytes FROM reference WHERE name = 'workdays.csv'", []) { Decode.bytes($0[0]) }.first
    }

    func deliveryCounts() throws -> [DeliveryCount] {
        try rows("SELECT hub, state, count(*) FROM delivery GROUP BY hub, state ORDER BY hub, state", []) { row in
            DeliveryCount(hub: try Decode.region(row[0]), state: try Decode.state(row[1]), count: row[2])
        }
    }

    func caseCounts() throws -> [CaseCount] {
        try rows("SELECT origin, status, count(*) FROM case_head GROUP BY origin, status ORDER BY origin, status", []) {
            row in
            CaseCount(origin: try Decode.region(row[0]), status: try Decode.status(row[1]), count: row[2])
        }
    }

    func knownHubs() throws -> [KnownHub] {
        // One seek per hub in the ledger, and the index of what is unsettled: no table is read from end to end.
        try rows(
            """
            WITH RECURSIVE holder (hub) AS (
                SELECT min(hub) FROM ledger
                UNION ALL
                SELECT (SELECT min(hub) FROM ledger WHERE ledger.hub > holder.hub) FROM holder
                    WHERE holder.hub IS NOT NULL
            ), known (hub, open) AS (
                SELECT hub, 0 FROM holder WHERE hub IS NOT NULL
                UNION ALL
                SELECT hub, count(*) FROM delivery WHERE state NOT IN ('delivered', 'rejected', 'cancelled')
                    GROUP BY hub
            )
            SELECT hub, max(open) FROM known GROUP BY hub ORDER BY hub
            """, []
        ) { KnownHub(region: try Decode.region($0[0]), openCount: $0[1]) }
    }

    /// Hubs whose last operator's word is `stop`.
    private func stopped() throws -> Set<RegionCode> {
        var result: Set<RegionCode> = []
        let words = try rows(
            "SELECT subject, action FROM audit WHERE action IN ('stop', 'resume') ORDER BY id", []
        ) { row -> (String, String) in (row[0], row[1]) }
        for (subject, action) in words {
            guard let hub = RegionCode(subject) else { continue }
            if action == "stop" { result.insert(hub) } else { result.remove(hub) }
        }
        return result
    }

    func recoveredState() throws -> RecoveredState {
        let open = try rows(
            """
            SELECT * FROM delivery WHERE state NOT IN ('delivered', 'rejected', 'cancelled') ORDER BY id
            """, [], Decode.delivery)
        let last = try rows("SELECT coalesce(max(id), 0) FROM delivery", []) { row -> Int64 in row[0] }.first ?? 0
        // From the last id downwards, one seek per gateway and day: `CSJ`, eight digits of the day, two of the gateway.
        let cases = try rows(
            """
            WITH RECURSIVE series (last) AS (
                SELECT max(case_id) FROM case_head
                UNION ALL
                SELECT (SELECT max(case_id) FROM case_head WHERE case_id < substr(last, 1, 13)) FROM series
                    WHERE last IS NOT NULL
            )
            SELECT last FROM series WHERE last IS NOT NULL ORDER BY last
            """, []
        ) { try Decode.caseID($0[0]) }
        return RecoveredState(deliveries: open, lastDelivery: last, lastCases: cases, stopped: try stopped())
    }
}
