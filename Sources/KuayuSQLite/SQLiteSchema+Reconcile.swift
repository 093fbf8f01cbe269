import GRDB
import KuayuModel
import KuayuReconcile

extension SQLiteSchema {
    /// What reconciliation keeps: identities and sums in the ledgers, runs, breaks, reports, signatures, repairs.
    static func addReconciliation(_ database: Database, digester: any Digester) throws {
        for statement in third { try database.execute(sql: statement) }
        try fillLedger(database, digester)
        for statement in thirdAfterFilling { try database.execute(sql: statement) }
    }

    /// The ledgers move to a table of the new form, a row at a time; sums are added up on the way.
    private static func fillLedger(_ database: Database, _ digester: any Digester) throws {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT ledger.*, coalesce(case_head.origin, 0) = ledger.hub AS is_own,
                    coalesce(case_head.changed_at, ledger.registered_at) AS told_at
                FROM ledger LEFT JOIN case_head USING (case_id)
                """)
        let insert = try database.makeStatement(
            sql: """
                INSERT INTO ledger_next (hub, case_id, version, status, content_digest, registered_at, nonce, lane, ts,
                    eid, told_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        let days = LedgerDayChanges()
        while let row = try rows.next() {
            let fields = IndexedFields(row)
            let lane: Lane = row["is_own"] ? .out : .in
            let id = fields.identity(digester)
            let toldAt: Int64 = row["told_at"]
            try insert.execute(arguments: [
                fields.hub, fields.caseID, fields.version, fields.status, fields.contentDigest, fields.registeredAt,
                fields.nonce, lane.rawValue, fields.key, Blob(id.bytes), toldAt,
            ])
            days.add(id, on: LedgerDayChanges.Key(hub: fields.hub, lane: lane, key: fields.key), at: toldAt)
        }
        try days.write(to: database)
    }

    private static let third = [
        """
        CREATE TABLE ledger_next (
            hub INTEGER NOT NULL, case_id TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL,
            content_digest TEXT NOT NULL, registered_at INTEGER NOT NULL, nonce TEXT NOT NULL, lane TEXT NOT NULL,
            ts INTEGER NOT NULL, eid BLOB NOT NULL, told_at INTEGER NOT NULL, PRIMARY KEY (hub, case_id)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE ledger_day (
            hub INTEGER NOT NULL, lane TEXT NOT NULL, day INTEGER NOT NULL, n INTEGER NOT NULL, a BLOB NOT NULL,
            changed_at INTEGER NOT NULL, PRIMARY KEY (hub, lane, day)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE agreed_day (
            hub INTEGER NOT NULL, lane TEXT NOT NULL, day INTEGER NOT NULL, n INTEGER NOT NULL, a BLOB NOT NULL,
            run TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (hub, lane, day)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE reconcile_run (
            id TEXT PRIMARY KEY NOT NULL, hub INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, day INTEGER,
            started_at INTEGER NOT NULL, body BLOB NOT NULL
        ) STRICT
        """,
        "CREATE INDEX reconcile_run_start ON reconcile_run (started_at, id)",
        "CREATE INDEX reconcile_run_hub ON reconcile_run (hub, started_at, id)",
        """
        CREATE TABLE ledger_break (
            id TEXT PRIMARY KEY NOT NULL, hub INTEGER NOT NULL, code TEXT NOT NULL, case_id TEXT NOT NULL,
            state TEXT NOT NULL, first_seen_at INTEGER NOT NULL, body BLOB NOT NULL
        ) STRICT
        """,
        "CREATE INDEX ledger_break_seen ON ledger_break (first_seen_at, id)",
        "CREATE INDEX ledger_break_case ON ledger_break (case_id)",
        "CREATE INDEX ledger_break_kind ON ledger_break (hub, code, state)",
        "CREATE INDEX ledger_break_standing ON ledger_break (hub, id) WHERE state != 'closed'",
        """
        CREATE TABLE break_event (
            number INTEGER PRIMARY KEY NOT NULL, break_id TEXT NOT NULL, hub INTEGER NOT NULL, code TEXT NOT NULL,
            at INTEGER NOT NULL, run TEXT, from_state TEXT, to_state TEXT NOT NULL, by TEXT NOT NULL, reason TEXT
        ) STRICT
        """,
        "CREATE INDEX break_event_break ON break_event (break_id, number)",
        """
        CREATE TABLE reconcile_report (
            hub INTEGER NOT NULL, day INTEGER NOT NULL, digest TEXT NOT NULL, computed_at INTEGER NOT NULL,
            bytes BLOB NOT NULL, PRIMARY KEY (hub, day)
        ) STRICT
        """,
        """
        CREATE TABLE sign_off (
            hub INTEGER NOT NULL, day INTEGER NOT NULL, digest TEXT NOT NULL, first_by TEXT NOT NULL,
            first_at INTEGER NOT NULL, second_by TEXT, second_at INTEGER, PRIMARY KEY (hub, day)
        ) STRICT
        """,
        """
        CREATE TABLE repair_plan (
            id TEXT PRIMARY KEY NOT NULL, hub INTEGER NOT NULL, run TEXT NOT NULL, by TEXT NOT NULL,
            begun_at INTEGER NOT NULL, ended_at INTEGER, bytes BLOB NOT NULL
        ) STRICT
        """,
        "CREATE INDEX repair_plan_begun ON repair_plan (begun_at, id)",
        "CREATE INDEX repair_plan_open ON repair_plan (begun_at, id) WHERE ended_at IS NULL",
        """
        CREATE TABLE repair_step (
            plan TEXT NOT NULL, step INTEGER NOT NULL, outcome TEXT NOT NULL, detail TEXT, at INTEGER NOT NULL,
            PRIMARY KEY (plan, step)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE issue_group (
            hub INTEGER NOT NULL, code TEXT NOT NULL, opened_at INTEGER NOT NULL, count INTEGER NOT NULL,
            peak INTEGER NOT NULL, told_count INTEGER NOT NULL, sequence INTEGER NOT NULL, last_at INTEGER NOT NULL,
            closed_at INTEGER, PRIMARY KEY (hub, code, opened_at)
        ) STRICT
        """,
        "CREATE UNIQUE INDEX issue_group_open ON issue_group (hub, code) WHERE closed_at IS NULL",
        """
        CREATE TABLE issue_notice (
            number INTEGER PRIMARY KEY NOT NULL, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, at INTEGER NOT NULL,
            hub INTEGER NOT NULL, code TEXT NOT NULL, opened_at INTEGER NOT NULL, count INTEGER NOT NULL,
            peak INTEGER NOT NULL, told_count INTEGER NOT NULL, sequence INTEGER NOT NULL, last_at INTEGER NOT NULL,
            closed_at INTEGER
        ) STRICT
        """,
        """
        CREATE TABLE issue_sending (
            notice TEXT NOT NULL, channel TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (notice, channel)
        ) STRICT, WITHOUT ROWID
        """,
    ]

    private static let thirdAfterFilling = [
        "DROP TABLE ledger",
        "ALTER TABLE ledger_next RENAME TO ledger",
        "CREATE INDEX ledger_lane ON ledger (hub, lane, ts)",
    ]
}
