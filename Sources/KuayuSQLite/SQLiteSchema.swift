import GRDB
import KuayuModel

/// The tables, as forward-only numbered migrations.
enum SQLiteSchema {
    /// - Parameter digester: gives rows of before their identities.
    static func migrator(digester: any Digester) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001-cases") { database in
            for statement in first { try database.execute(sql: statement) }
        }
        migrator.registerMigration("0002-case-rules") { database in
            for statement in second { try database.execute(sql: statement) }
        }
        migrator.registerMigration("0003-reconciliation") { try addReconciliation($0, digester: digester) }
        return migrator
    }

    /// Times are Unix milliseconds; regions are their six digits as a number; digests are raw bytes.
    private static let first = [
        """
        CREATE TABLE message (
            sender INTEGER NOT NULL, id TEXT NOT NULL, body_digest BLOB NOT NULL, payload BLOB NOT NULL,
            case_id TEXT, version INTEGER, outcome TEXT NOT NULL, received_at INTEGER NOT NULL, receipt BLOB NOT NULL
        ) STRICT
        """,
        "CREATE UNIQUE INDEX message_id ON message (id, sender)",
        "CREATE INDEX message_case ON message (case_id) WHERE case_id IS NOT NULL",
        """
        CREATE TABLE event (
            case_id TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL, author INTEGER, message_id TEXT,
            at INTEGER NOT NULL, status TEXT NOT NULL, nonce TEXT NOT NULL, registered_at INTEGER NOT NULL,
            origin INTEGER NOT NULL, canonical BLOB NOT NULL, note TEXT NOT NULL
        ) STRICT
        """,
        "CREATE UNIQUE INDEX event_version ON event (case_id, version)",
        """
        CREATE TABLE case_head (
            case_id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL,
            registered_at INTEGER NOT NULL, origin INTEGER NOT NULL, nonce TEXT NOT NULL, catalog_code TEXT NOT NULL,
            changed_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE delivery (
            id INTEGER PRIMARY KEY NOT NULL, case_id TEXT NOT NULL, version INTEGER NOT NULL, hub INTEGER NOT NULL,
            message_id TEXT NOT NULL, created_at INTEGER NOT NULL, deadline INTEGER NOT NULL, state TEXT NOT NULL,
            attempt_count INTEGER NOT NULL, garbage_count INTEGER NOT NULL, next_attempt_at INTEGER, reason TEXT,
            settled_at INTEGER
        ) STRICT
        """,
        "CREATE INDEX delivery_case ON delivery (case_id)",
        """
        CREATE INDEX delivery_unsettled ON delivery (id)
            WHERE state NOT IN ('delivered', 'rejected', 'cancelled')
        """,
        """
        CREATE TABLE attempt (
            delivery INTEGER NOT NULL, number INTEGER NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER,
            outcome TEXT, detail TEXT, PRIMARY KEY (delivery, number)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE ledger (
            hub INTEGER NOT NULL, case_id TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL,
            content_digest TEXT NOT NULL, registered_at INTEGER NOT NULL, nonce TEXT NOT NULL,
            PRIMARY KEY (hub, case_id)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE document (
            case_id TEXT NOT NULL, region INTEGER NOT NULL, bytes BLOB NOT NULL, data_version TEXT,
            PRIMARY KEY (case_id, region)
        ) STRICT
        """,
        """
        CREATE TABLE local_number (
            value TEXT NOT NULL, region INTEGER NOT NULL, case_id TEXT NOT NULL, PRIMARY KEY (value, region)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY NOT NULL, at INTEGER NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
            by TEXT NOT NULL, reason TEXT
        ) STRICT
        """,
    ]

    /// What a case may do: notices, bundles, when to look at a case again, the work calendar.
    private static let second = [
        "ALTER TABLE event ADD COLUMN raw TEXT",
        "ALTER TABLE case_head ADD COLUMN bundle_id TEXT",
        "ALTER TABLE case_head ADD COLUMN next_look_at INTEGER",
        // Cases of before were never looked at.
        """
        UPDATE case_head SET next_look_at = 0
            WHERE status NOT IN ('closed', 'notAccepted', 'returned', 'withdrawn', 'voided')
        """,
        "CREATE INDEX case_bundle ON case_head (bundle_id) WHERE bundle_id IS NOT NULL",
        "CREATE INDEX case_look ON case_head (next_look_at) WHERE next_look_at IS NOT NULL",
        """
        CREATE TABLE notice (
            case_id TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, raised_at INTEGER NOT NULL,
            severity TEXT NOT NULL, cleared_at INTEGER, chinese TEXT NOT NULL, english TEXT NOT NULL,
            PRIMARY KEY (case_id, kind, subject, raised_at)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX notice_standing ON notice (kind, severity) WHERE cleared_at IS NULL",
        """
        CREATE TABLE reference (
            name TEXT PRIMARY KEY NOT NULL, at INTEGER NOT NULL, bytes BLOB NOT NULL
        ) STRICT
        """,
    ]
}
