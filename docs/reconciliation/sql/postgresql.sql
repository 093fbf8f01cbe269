-- The ledger of a hub for reconciliation profile S, PostgreSQL 14 or later.
--
-- Run it as the owner of the schema:  psql -v ON_ERROR_STOP=1 -f postgresql.sql
-- What the columns mean, and what a hub must keep to, is said in ../sql-profile.md.

BEGIN;

-- One row for the current state of each case, written by the hub in the transaction that changes the case itself.
-- There is deliberately no unique key on the case: a ledger that shows a case twice is a finding, not a failed insert.
-- Columns of fixed width come first: a pass over the table that adds up s0 to s7 is a quarter faster for it.
CREATE TABLE kuayu_ledger_entry (
    entry          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Unix seconds; never changes.
    registered_at  bigint NOT NULL,
    -- These eight and eid are written by the trigger below, whatever the hub writes here.
    s0 bigint NOT NULL DEFAULT 0, s1 bigint NOT NULL DEFAULT 0, s2 bigint NOT NULL DEFAULT 0,
    s3 bigint NOT NULL DEFAULT 0, s4 bigint NOT NULL DEFAULT 0, s5 bigint NOT NULL DEFAULT 0,
    s6 bigint NOT NULL DEFAULT 0, s7 bigint NOT NULL DEFAULT 0,
    version        int    NOT NULL CHECK (version >= 0),
    lane           text   NOT NULL CHECK (lane IN ('in', 'out')),
    status         text   NOT NULL CHECK (length(status) <= 160 AND status ~ '^[!-~]+$'),
    case_id        text   NOT NULL CHECK (length(case_id) <= 160 AND case_id ~ '^[!-~]+$'),
    content_digest text   NOT NULL DEFAULT '-' CHECK (length(content_digest) <= 160 AND content_digest ~ '^[!-~]+$'),
    nonce          text   NOT NULL CHECK (length(nonce) <= 160 AND nonce ~ '^[!-~]+$'),
    eid            text   NOT NULL DEFAULT '',
    -- Unix seconds.
    state_at       bigint,
    local_number   text
);

CREATE INDEX kuayu_ledger_entry_time ON kuayu_ledger_entry (lane, registered_at);
CREATE INDEX kuayu_ledger_entry_case ON kuayu_ledger_entry (case_id);
-- Only for hubs that are also asked by identity (profile N beside the same table).
-- CREATE INDEX kuayu_ledger_entry_eid ON kuayu_ledger_entry (eid);

-- Tells the planner how few days there are, so that it adds up by day in parallel: twice as fast for two million rows.
-- The expression is the one that the service groups by.
CREATE STATISTICS kuayu_ledger_entry_days ON (
    CASE WHEN registered_at >= 1577836800 AND registered_at < 3725320448
         THEN (registered_at - 1577808000) / 86400 ELSE -1 END) FROM kuayu_ledger_entry;

-- The identity of a row: SHA-256, 64 hexadecimal digits in lower case.
CREATE FUNCTION kuayu_eid(case_id text, version int, status text, content_digest text, nonce text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT encode(sha256(convert_to(
        'kuayu-recon-1' || chr(10) || case_id || chr(10) || version::text || chr(10) || status || chr(10)
        || content_digest || chr(10) || nonce || chr(10), 'UTF8')), 'hex')
$$;

-- One of the eight parts of an identity as a number: 0 the most significant, 7 the least.
CREATE FUNCTION kuayu_limb(eid text, part int) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ('x' || substr(eid, part * 8 + 1, 8))::bit(32)::bigint
$$;

-- Hash when writing, never when reconciling.
CREATE FUNCTION kuayu_ledger_identify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.eid := kuayu_eid(NEW.case_id, NEW.version, NEW.status, NEW.content_digest, NEW.nonce);
    NEW.s0 := kuayu_limb(NEW.eid, 0); NEW.s1 := kuayu_limb(NEW.eid, 1);
    NEW.s2 := kuayu_limb(NEW.eid, 2); NEW.s3 := kuayu_limb(NEW.eid, 3);
    NEW.s4 := kuayu_limb(NEW.eid, 4); NEW.s5 := kuayu_limb(NEW.eid, 5);
    NEW.s6 := kuayu_limb(NEW.eid, 6); NEW.s7 := kuayu_limb(NEW.eid, 7);
    RETURN NEW;
END $$;

CREATE TRIGGER kuayu_ledger_identify BEFORE INSERT OR UPDATE ON kuayu_ledger_entry
FOR EACH ROW EXECUTE FUNCTION kuayu_ledger_identify();

-- What is published: the only relation that reconciliation reads row by row.
CREATE VIEW kuayu_ledger AS
SELECT lane, case_id, registered_at, version, status, state_at, content_digest, nonce, local_number, eid,
       s0, s1, s2, s3, s4, s5, s6, s7
FROM kuayu_ledger_entry;

-- OPTIONAL, from here to the grants: sums of each day, kept when writing, so that the questions of every few minutes
-- need not read the whole table. Every statement appends its differences; nobody waits for anybody. Call
-- kuayu_ledger_fold() once a night, or the list grows.
CREATE TABLE kuayu_ledger_day_entry (
    lane   text   NOT NULL,
    -- Days of UTC+8 since 2020-01-01; -1 for rows outside of the range key (before 2020-01-01T00:00Z, after 2088-01-19).
    day    int    NOT NULL,
    status text   NOT NULL,
    n      bigint NOT NULL,
    s0 numeric NOT NULL, s1 numeric NOT NULL, s2 numeric NOT NULL, s3 numeric NOT NULL,
    s4 numeric NOT NULL, s5 numeric NOT NULL, s6 numeric NOT NULL, s7 numeric NOT NULL,
    -- Sum of registered_at, which the identities do not cover.
    t numeric NOT NULL
);

CREATE FUNCTION kuayu_day(registered_at bigint) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN registered_at >= 1577836800 AND registered_at < 3725320448
                THEN ((registered_at - 1577808000) / 86400)::int ELSE -1 END
$$;

CREATE FUNCTION kuayu_ledger_add() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO kuayu_ledger_day_entry
    SELECT lane, kuayu_day(registered_at), status, count(*),
           sum(s0), sum(s1), sum(s2), sum(s3), sum(s4), sum(s5), sum(s6), sum(s7), sum(registered_at)
    FROM written GROUP BY 1, 2, 3;
    RETURN NULL;
END $$;

CREATE FUNCTION kuayu_ledger_take() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO kuayu_ledger_day_entry
    SELECT lane, kuayu_day(registered_at), status, -count(*),
           -sum(s0), -sum(s1), -sum(s2), -sum(s3), -sum(s4), -sum(s5), -sum(s6), -sum(s7), -sum(registered_at)
    FROM gone GROUP BY 1, 2, 3;
    RETURN NULL;
END $$;

CREATE TRIGGER kuayu_ledger_inserted AFTER INSERT ON kuayu_ledger_entry
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION kuayu_ledger_add();
CREATE TRIGGER kuayu_ledger_updated_new AFTER UPDATE ON kuayu_ledger_entry
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION kuayu_ledger_add();
CREATE TRIGGER kuayu_ledger_updated_old AFTER UPDATE ON kuayu_ledger_entry
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION kuayu_ledger_take();
CREATE TRIGGER kuayu_ledger_deleted AFTER DELETE ON kuayu_ledger_entry
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION kuayu_ledger_take();

-- TRUNCATE passes by all of these.
CREATE FUNCTION kuayu_ledger_empty() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM kuayu_ledger_day_entry;
    RETURN NULL;
END $$;
CREATE TRIGGER kuayu_ledger_truncated AFTER TRUNCATE ON kuayu_ledger_entry
FOR EACH STATEMENT EXECUTE FUNCTION kuayu_ledger_empty();

CREATE VIEW kuayu_ledger_day AS
SELECT lane, day, status, sum(n)::bigint AS n, sum(s0) AS s0, sum(s1) AS s1, sum(s2) AS s2, sum(s3) AS s3,
       sum(s4) AS s4, sum(s5) AS s5, sum(s6) AS s6, sum(s7) AS s7, sum(t) AS t
FROM kuayu_ledger_day_entry GROUP BY lane, day, status HAVING sum(n) <> 0;

-- Puts the appended differences together. May run beside everything else.
CREATE FUNCTION kuayu_ledger_fold() RETURNS void LANGUAGE sql AS $$
    WITH gone AS (DELETE FROM kuayu_ledger_day_entry RETURNING *)
    INSERT INTO kuayu_ledger_day_entry
    SELECT lane, day, status, sum(n), sum(s0), sum(s1), sum(s2), sum(s3), sum(s4), sum(s5), sum(s6), sum(s7), sum(t)
    FROM gone GROUP BY lane, day, status HAVING sum(n) <> 0 OR sum(s0) <> 0 OR sum(s7) <> 0
$$;

-- Days whose kept sums are not those of the rows; none when all is well. The gateway's daily run finds such days too.
CREATE FUNCTION kuayu_ledger_check() RETURNS TABLE (lane text, day int, status text) LANGUAGE sql STABLE AS $$
    SELECT coalesce(r.lane, d.lane), coalesce(r.day, d.day), coalesce(r.status, d.status)
    FROM (SELECT e.lane, kuayu_day(e.registered_at) AS day, e.status, count(*) AS n,
                 sum(e.s0) AS s0, sum(e.s1) AS s1, sum(e.s2) AS s2, sum(e.s3) AS s3,
                 sum(e.s4) AS s4, sum(e.s5) AS s5, sum(e.s6) AS s6, sum(e.s7) AS s7,
                 sum(e.registered_at) AS t
          FROM kuayu_ledger_entry e GROUP BY 1, 2, 3) r
    FULL JOIN kuayu_ledger_day d ON d.lane = r.lane AND d.day = r.day AND d.status = r.status
    WHERE (r.n, r.s0, r.s1, r.s2, r.s3, r.s4, r.s5, r.s6, r.s7, r.t)
          IS DISTINCT FROM (d.n, d.s0, d.s1, d.s2, d.s3, d.s4, d.s5, d.s6, d.s7, d.t)
    ORDER BY 1, 2, 3
$$;

-- The service that answers the gateway reads, and does nothing else. Give the role a way to log in yourself.
DO $$
BEGIN
    CREATE ROLE kuayu_recon NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- roles belong to the whole server: another database has made it
END $$;
GRANT SELECT ON kuayu_ledger, kuayu_ledger_day TO kuayu_recon;

COMMIT;
