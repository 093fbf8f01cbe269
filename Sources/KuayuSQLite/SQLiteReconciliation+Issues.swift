import GRDB
import KuayuGateway
import KuayuModel
import KuayuReconcile

/// Issues and what is told about them.
extension SQLiteReconciliation {
    func openIssueGroups(hub: RegionCode) throws -> [IssueGroup] {
        try rows(
            "SELECT * FROM issue_group WHERE hub = ? AND closed_at IS NULL ORDER BY code", [hub.stored],
            Decode.issueGroup)
    }

    func issueGroups(hub: RegionCode?, limit: Int) throws -> [IssueGroup] {
        try rows(
            """
            SELECT * FROM issue_group WHERE (? IS NULL OR hub = ?) ORDER BY opened_at DESC, hub, code LIMIT ?
            """, [hub?.stored, hub?.stored, SQLiteReader.limit(limit)], Decode.issueGroup)
    }

    func upsert(_ group: IssueGroup) throws {
        if group.closedAt == nil,
            let open = try openIssueGroups(hub: group.hub).first(where: { $0.code == group.code }),
            open.openedAt != group.openedAt
        {
            throw StoreError.refused("an issue \(group.key) is open already")
        }
        try run(
            """
            INSERT INTO issue_group (hub, code, opened_at, count, peak, told_count, sequence, last_at, closed_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (hub, code, opened_at) DO UPDATE SET count = excluded.count, peak = excluded.peak,
                told_count = excluded.told_count, sequence = excluded.sequence, last_at = excluded.last_at,
                closed_at = excluded.closed_at
            """, StatementArguments(Self.values(group)))
    }

    private static func values(_ group: IssueGroup) -> [(any DatabaseValueConvertible)?] {
        [
            group.hub.stored, group.code.rawValue, group.openedAt.epochMilliseconds, group.count, group.peak,
            group.toldCount, group.sequence, group.lastAt.epochMilliseconds, group.closedAt?.epochMilliseconds,
        ]
    }

    func unsentNotices(channel: String, limit: Int) throws -> [IssueNotice] {
        try rows(
            """
            SELECT * FROM issue_notice WHERE NOT EXISTS (
                SELECT 1 FROM issue_sending WHERE issue_sending.notice = issue_notice.id AND channel = ?
            ) ORDER BY number LIMIT ?
            """, [channel, SQLiteReader.limit(limit)]
        ) { row in
            IssueNotice(
                kind: try Decode.word(row["kind"], "notice kind"), group: try Decode.issueGroup(row),
                at: Decode.instant(row["at"]))
        }
    }

    func insert(_ notice: IssueNotice) throws {
        try run(
            """
            INSERT INTO issue_notice (id, kind, at, hub, code, opened_at, count, peak, told_count, sequence, last_at,
                closed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
            """,
            StatementArguments(
                [notice.id, notice.kind.rawValue, notice.at.epochMilliseconds] + Self.values(notice.group)))
    }

    func setSent(notice id: String, channel: String, at: Instant) throws {
        try run(
            "INSERT INTO issue_sending (notice, channel, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            [id, channel, at.epochMilliseconds])
    }
}
