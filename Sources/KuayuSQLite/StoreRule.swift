/// What must hold between the rows of a store, as a query for what does not.
struct StoreRule: Sendable {
    let invariant: VerifyReport.Invariant
    /// Selects a subject and a sentence for each contradiction.
    let sql: String

    private init(_ invariant: VerifyReport.Invariant, _ sql: String) {
        self.invariant = invariant
        self.sql = sql
    }

    static let all: [StoreRule] = acknowledged + current + unique + delivered + order + sums + ledgers + breaks

    private static let acknowledged = [
        StoreRule(
            .acknowledgedIsStored,
            """
            SELECT e.case_id || ' v' || e.version, 'its message ' || e.message_id || ' of '
                || coalesce(e.author, 'nobody') || ' is not stored'
            FROM event e WHERE e.message_id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = e.message_id AND m.sender = e.author)
            """),
        StoreRule(
            .acknowledgedIsStored,
            """
            SELECT 'message ' || m.id || ' of ' || m.sender, 'acknowledges ' || coalesce(m.case_id, 'no case') || ' v'
                || coalesce(m.version, '-') || ', which is not stored'
            FROM message m WHERE m.outcome != 'refused'
                AND NOT EXISTS (SELECT 1 FROM event e WHERE e.case_id = m.case_id AND e.version = m.version)
            """),
        StoreRule(
            .acknowledgedIsStored,
            """
            SELECT 'delivery ' || d.id, 'carries ' || d.case_id || ' v' || d.version || ', which is not stored'
            FROM delivery d
            WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.case_id = d.case_id AND e.version = d.version)
            """),
    ]

    private static let current = [
        StoreRule(
            .oneCurrentState,
            """
            SELECT case_id, 'has ' || count(*) || ' events numbered ' || min(version) || ' to ' || max(version)
            FROM event GROUP BY case_id
            HAVING min(version) != 1 OR max(version) != count(DISTINCT version) OR count(*) != count(DISTINCT version)
            """),
        StoreRule(
            .oneCurrentState,
            """
            SELECT h.case_id, 'is in force as v' || h.version || ' ' || h.status || ', but its last event is '
                || coalesce('v' || e.version || ' ' || e.status, 'missing')
            FROM case_head h LEFT JOIN event e ON e.case_id = h.case_id
                AND e.version = (SELECT max(version) FROM event WHERE case_id = h.case_id)
            WHERE e.version IS NOT h.version OR e.status IS NOT h.status OR e.nonce IS NOT h.nonce
                OR e.registered_at IS NOT h.registered_at OR e.origin IS NOT h.origin
            """),
        StoreRule(
            .oneCurrentState,
            """
            SELECT DISTINCT e.case_id, 'has events and is not in force' FROM event e
            WHERE NOT EXISTS (SELECT 1 FROM case_head h WHERE h.case_id = e.case_id)
            """),
    ]

    private static let unique = [
        StoreRule(
            .uniqueIDs,
            """
            SELECT 'message ' || id || ' of ' || sender, 'is stored ' || count(*) || ' times'
            FROM message GROUP BY id, sender HAVING count(*) > 1
            """),
        StoreRule(
            .uniqueIDs,
            """
            SELECT 'message ' || message_id, 'belongs to ' || count(*) || ' deliveries'
            FROM delivery GROUP BY message_id HAVING count(*) > 1
            """),
    ]

    /// An attempt that a fault of the route ended is not counted; its number is given again.
    private static let delivered = [
        StoreRule(
            .verifiedOutcome,
            """
            SELECT 'delivery ' || d.id, 'is delivered, but neither an attempt nor a person says so'
            FROM delivery d WHERE d.state = 'delivered'
                AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.delivery = d.id AND a.outcome = 'delivered')
                AND NOT EXISTS (SELECT 1 FROM audit u WHERE u.action = 'confirm' AND u.subject = CAST(d.id AS TEXT))
            """),
        StoreRule(
            .recordedAttempts,
            """
            SELECT 'delivery ' || d.id, 'counts ' || d.attempt_count || ' attempts, but '
                || (SELECT count(*) FROM attempt a WHERE a.delivery = d.id AND a.outcome IS NOT 'routeFault')
                || ' are recorded'
            FROM delivery d WHERE d.attempt_count
                != (SELECT count(*) FROM attempt a WHERE a.delivery = d.id AND a.outcome IS NOT 'routeFault')
            """),
        StoreRule(
            .recordedAttempts,
            """
            SELECT 'delivery ' || d.id, 'is being sent without an open attempt ' || d.attempt_count
            FROM delivery d WHERE d.state = 'sending' AND NOT EXISTS (
                SELECT 1 FROM attempt a WHERE a.delivery = d.id AND a.number = d.attempt_count AND a.outcome IS NULL)
            """),
        StoreRule(
            .recordedAttempts,
            """
            SELECT 'delivery ' || a.delivery, 'does not exist, but has attempt ' || a.number FROM attempt a
            WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = a.delivery)
            """),
        StoreRule(
            .finalStates,
            """
            SELECT 'delivery ' || id, 'is ' || state || iif(settled_at IS NULL, ' without', ' with') || ' a settling time'
            FROM delivery
            WHERE (state IN ('delivered', 'rejected', 'cancelled')) != (settled_at IS NOT NULL)
            """),
    ]

    /// A person may cancel or confirm out of order; what the receiver itself was sent must be in order.
    private static let order = [
        StoreRule(
            .orderPerCase,
            """
            SELECT 'delivery ' || later.id, 'brought v' || later.version || ' of ' || later.case_id || ' to ' || later.hub
                || ' before v' || earlier.version || ' had settled'
            FROM delivery later JOIN delivery earlier ON earlier.case_id = later.case_id AND earlier.hub = later.hub
                AND earlier.version < later.version
            WHERE later.state IN ('delivered', 'rejected') AND later.settled_at IS NOT NULL
                AND (earlier.settled_at IS NULL OR earlier.settled_at > later.settled_at)
            """)
    ]

    /// Days are those of +08:00.
    private static let sums = [
        StoreRule(
            .sums,
            """
            SELECT region || ' ' || day, sum(registered) || ' cases were registered, but ' || sum(held)
                || ' are in some state'
            FROM (
                SELECT origin AS region, date(registered_at / 1000 + 28800, 'unixepoch') AS day, 1 AS registered, 0 AS held
                FROM event WHERE kind = 'registered'
                UNION ALL
                SELECT origin, date(registered_at / 1000 + 28800, 'unixepoch'), 0, count(*)
                FROM case_head GROUP BY 1, 2, status
            ) GROUP BY region, day HAVING sum(registered) != sum(held)
            """),
        StoreRule(
            .sums,
            """
            SELECT region || ' ' || day, sum(told) || ' messages made an event, but ' || sum(recorded)
                || ' such events are stored'
            FROM (
                SELECT sender AS region, date(received_at / 1000 + 28800, 'unixepoch') AS day, 1 AS told, 0 AS recorded
                FROM message WHERE outcome IN ('accepted', 'noEffect')
                UNION ALL
                SELECT author, date(at / 1000 + 28800, 'unixepoch'), 0, 1 FROM event WHERE author IS NOT NULL
            ) GROUP BY region, day HAVING sum(told) != sum(recorded)
            """),
    ]

    private static let breaks = [
        StoreRule(
            .breaks,
            """
            SELECT 'break ' || b.id, 'stands at ' || b.state || ', but its last step led to '
                || coalesce(e.to_state, 'nowhere')
            FROM ledger_break b LEFT JOIN break_event e
                ON e.number = (SELECT max(number) FROM break_event WHERE break_id = b.id)
            WHERE e.to_state IS NOT b.state
            """),
        StoreRule(
            .breaks,
            """
            SELECT 'break ' || break_id, 'has steps and is not stored' FROM break_event
            WHERE NOT EXISTS (SELECT 1 FROM ledger_break b WHERE b.id = break_id) GROUP BY break_id
            """),
    ]

    private static let ledgers = [
        StoreRule(
            .ledgers,
            """
            SELECT l.hub || ' ' || l.case_id, 'was told v' || l.version || ', but the case is '
                || coalesce('at v' || h.version, 'not stored')
            FROM ledger l LEFT JOIN case_head h ON h.case_id = l.case_id
            WHERE h.version IS NULL OR l.version > h.version
            """),
        StoreRule(
            .ledgers,
            """
            SELECT l.hub || ' ' || l.case_id, 'was told v' || l.version || ' ' || l.status || ', but that version is '
                || e.status
            FROM ledger l JOIN event e ON e.case_id = l.case_id AND e.version = l.version WHERE e.status != l.status
            """),
    ]
}
