import KuayuModel
import KuayuReconcile

// Rows by range, by identity, by case, or those that are there twice.

extension PostgreSQLSnapshot {
    private static let columns =
        "case_id, registered_at, version, status, state_at, content_digest, nonce, eid, local_number"
    private static let order = "registered_at, eid COLLATE \"C\""

    func rows(_ query: RowsQuery) throws(Fault) -> RowsAnswer {
        switch query.selection {
        case .ranges(let ranges): try rows(query, ranges)
        case .identities(let ids):
            try rows(query, where: "eid = ANY($2::text[])", [Self.array(ids.map { HexText.encode($0.bytes) })])
        case .cases(let cases): try rows(query, where: "case_id = ANY($2::text[])", [Self.array(cases)])
        case .duplicates:
            try rows(
                query,
                where: """
                    case_id IN (SELECT case_id FROM kuayu_ledger WHERE lane = $1 GROUP BY 1 HAVING count(*) > 1)
                    """, [])
        }
    }

    /// Where a page ended: the last row's time and identity, and how many rows with just these were given.
    private struct Cursor {
        var registeredAt: Int64
        var id: String
        var given: Int

        init?(_ text: String) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, let time = Int64(parts[0]), let given = Int(parts[2]), given > 0,
                parts[1].utf8.count == 64
            else { return nil }
            (registeredAt, id, self.given) = (time, String(parts[1]), given)
        }

        /// After the last of some rows that followed `before`.
        init?(after rows: [ToldRow], before: Cursor?) {
            guard let last = rows.last else { return nil }
            let time = last.row.element.registeredAt
            registeredAt = time
            id = HexText.encode(last.id.bytes)
            given = rows.reversed().prefix { $0.id == last.id && $0.row.element.registeredAt == time }.count
            if let before, before.registeredAt == registeredAt, before.id == id { given += before.given }
        }

        var text: String { "\(registeredAt).\(id).\(given)" }
    }

    private func rows(_ query: RowsQuery, _ ranges: [Range<Int>]) throws(Fault) -> RowsAnswer {
        var cursor: Cursor?
        var ranges = ranges
        if let after = query.after {
            guard let given = Cursor(after) else { throw .badCursor }
            cursor = given
            let key = Int(given.registeredAt - LedgerElement.keyEpoch)
            ranges = ranges.filter { $0.upperBound > key }.map { max(key, $0.lowerBound)..<$0.upperBound }
        }
        // One row more than asked for tells whether more follow.
        let skipped = cursor?.given ?? 0
        let result = try run(
            """
            SELECT \(Self.columns) FROM unnest($2::bigint[], $3::bigint[]) AS r(low, high) CROSS JOIN LATERAL (
                SELECT \(Self.columns) FROM kuayu_ledger
                WHERE lane = $1 AND registered_at >= r.low AND registered_at < r.high
                    AND ($4::bigint IS NULL OR (registered_at, eid COLLATE "C") >= ($4::bigint, $5::text))
                ORDER BY \(Self.order) LIMIT $6::bigint) AS e
            ORDER BY \(Self.order) OFFSET $7::bigint LIMIT $8::bigint
            """,
            [query.lane.rawValue] + Self.bounds(ranges) + [
                cursor.map { String($0.registeredAt) }, cursor?.id, String(query.limit + skipped + 1),
                String(skipped), String(query.limit + 1),
            ])
        var rows = try Self.told(result)
        let goesOn = rows.count > query.limit
        if goesOn { rows.removeLast() }
        return RowsAnswer(
            snapshot: token, rows: rows, after: goesOn ? Cursor(after: rows, before: cursor)?.text : nil)
    }

    /// Rows of a condition; the cursor is how many were given.
    private func rows(
        _ query: RowsQuery, where condition: String, _ parameters: [String]
    ) throws(Fault) -> RowsAnswer {
        var given = 0
        if let after = query.after {
            guard let number = Int(after), number > 0 else { throw .badCursor }
            given = number
        }
        let result = try run(
            """
            SELECT \(Self.columns) FROM kuayu_ledger WHERE lane = $1 AND \(condition)
            ORDER BY case_id, \(Self.order), local_number, state_at OFFSET \(given) LIMIT \(query.limit + 1)
            """, [query.lane.rawValue] + parameters)
        var rows = try Self.told(result)
        let goesOn = rows.count > query.limit
        if goesOn { rows.removeLast() }
        return RowsAnswer(snapshot: token, rows: rows, after: goesOn ? String(given + rows.count) : nil)
    }

    private static func told(_ result: PostgreSQLRows) throws(Fault) -> [ToldRow] {
        var rows: [ToldRow] = []
        rows.reserveCapacity(result.count)
        for row in 0..<result.count {
            guard let caseID = result[row, 0], let status = result[row, 3], let content = result[row, 5],
                let nonce = result[row, 6]
            else { throw .unusableRow("case_id, status, content_digest or nonce") }
            guard let id = result[row, 7].flatMap({ HexText.decode($0) }).flatMap({ ElementID(bytes: $0) }) else {
                throw .unusableRow("eid")
            }
            let element = LedgerElement(
                caseID: caseID, version: try integer(result[row, 2], "version"), status: status,
                contentDigest: content, nonce: nonce,
                registeredAt: Int64(try integer(result[row, 1], "registered_at")))
            rows.append(
                ToldRow(
                    HubRow(
                        element: element, stateAt: result[row, 4].flatMap { Int64($0) },
                        localNumber: result[row, 8]), id: id))
        }
        return rows
    }

    /// An array of texts as PostgreSQL reads one.
    private static func array(_ texts: [String]) -> String {
        let quoted = texts.map { text in
            "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        return "{" + quoted.joined(separator: ",") + "}"
    }
}
