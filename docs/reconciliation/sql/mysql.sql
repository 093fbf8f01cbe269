-- The ledger of a hub for reconciliation profile S, MySQL 8.0 or MariaDB 10.6 and later; InnoDB.
--
-- Run it in the hub's schema:  mysql DATABASE < mysql.sql
-- What the columns mean, and what a hub must keep to, is said in ../sql-profile.md.

-- One row for the current state of each case, written by the hub in the transaction that changes the case itself.
-- There is deliberately no unique key on the case: a ledger that shows a case twice is a finding, not a failed insert.
-- ascii_bin: texts compare byte by byte, whatever the collation of the rest.
CREATE TABLE kuayu_ledger_entry (
    entry          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    lane           VARCHAR(3)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    case_id        VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- Unix seconds; never changes.
    registered_at  BIGINT       NOT NULL,
    version        INT          NOT NULL,
    status         VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- Unix seconds.
    state_at       BIGINT       NULL,
    content_digest VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '-',
    nonce          VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    local_number   VARCHAR(80)  CHARACTER SET utf8mb4 NULL,
    -- Written by the triggers below, whatever the hub writes here. (Generated columns would do in MySQL; MariaDB refuses
    -- functions there whose result depends on the session's character set.)
    eid CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    s0 BIGINT UNSIGNED NOT NULL DEFAULT 0, s1 BIGINT UNSIGNED NOT NULL DEFAULT 0,
    s2 BIGINT UNSIGNED NOT NULL DEFAULT 0, s3 BIGINT UNSIGNED NOT NULL DEFAULT 0,
    s4 BIGINT UNSIGNED NOT NULL DEFAULT 0, s5 BIGINT UNSIGNED NOT NULL DEFAULT 0,
    s6 BIGINT UNSIGNED NOT NULL DEFAULT 0, s7 BIGINT UNSIGNED NOT NULL DEFAULT 0,
    CONSTRAINT kuayu_lane CHECK (lane IN ('in', 'out')),
    CONSTRAINT kuayu_version CHECK (version >= 0),
    KEY kuayu_ledger_entry_time (lane, registered_at),
    KEY kuayu_ledger_entry_case (case_id)
) ENGINE = InnoDB;

-- The identity of the row: SHA-256, 64 hexadecimal digits in lower case; and its eight parts as numbers, the most
-- significant first. Hash when writing, never when reconciling.
CREATE TRIGGER kuayu_ledger_insert BEFORE INSERT ON kuayu_ledger_entry FOR EACH ROW
SET NEW.eid = LOWER(SHA2(CONCAT(_ascii'kuayu-recon-1', CHAR(10 USING ascii), NEW.case_id, CHAR(10 USING ascii),
        CAST(NEW.version AS CHAR CHARACTER SET ascii), CHAR(10 USING ascii), NEW.status, CHAR(10 USING ascii),
        NEW.content_digest, CHAR(10 USING ascii), NEW.nonce, CHAR(10 USING ascii)), 256)),
    NEW.s0 = CONV(SUBSTR(NEW.eid,  1, 8), 16, 10),
    NEW.s1 = CONV(SUBSTR(NEW.eid,  9, 8), 16, 10),
    NEW.s2 = CONV(SUBSTR(NEW.eid, 17, 8), 16, 10),
    NEW.s3 = CONV(SUBSTR(NEW.eid, 25, 8), 16, 10),
    NEW.s4 = CONV(SUBSTR(NEW.eid, 33, 8), 16, 10),
    NEW.s5 = CONV(SUBSTR(NEW.eid, 41, 8), 16, 10),
    NEW.s6 = CONV(SUBSTR(NEW.eid, 49, 8), 16, 10),
    NEW.s7 = CONV(SUBSTR(NEW.eid, 57, 8), 16, 10);

CREATE TRIGGER kuayu_ledger_update BEFORE UPDATE ON kuayu_ledger_entry FOR EACH ROW
SET NEW.eid = LOWER(SHA2(CONCAT(_ascii'kuayu-recon-1', CHAR(10 USING ascii), NEW.case_id, CHAR(10 USING ascii),
        CAST(NEW.version AS CHAR CHARACTER SET ascii), CHAR(10 USING ascii), NEW.status, CHAR(10 USING ascii),
        NEW.content_digest, CHAR(10 USING ascii), NEW.nonce, CHAR(10 USING ascii)), 256)),
    NEW.s0 = CONV(SUBSTR(NEW.eid,  1, 8), 16, 10),
    NEW.s1 = CONV(SUBSTR(NEW.eid,  9, 8), 16, 10),
    NEW.s2 = CONV(SUBSTR(NEW.eid, 17, 8), 16, 10),
    NEW.s3 = CONV(SUBSTR(NEW.eid, 25, 8), 16, 10),
    NEW.s4 = CONV(SUBSTR(NEW.eid, 33, 8), 16, 10),
    NEW.s5 = CONV(SUBSTR(NEW.eid, 41, 8), 16, 10),
    NEW.s6 = CONV(SUBSTR(NEW.eid, 49, 8), 16, 10),
    NEW.s7 = CONV(SUBSTR(NEW.eid, 57, 8), 16, 10);

-- What is published: the only relation that reconciliation reads.
CREATE VIEW kuayu_ledger AS
SELECT lane, case_id, registered_at, version, status, state_at, content_digest, nonce, local_number, eid,
       s0, s1, s2, s3, s4, s5, s6, s7
FROM kuayu_ledger_entry;

-- The service that answers the gateway reads, and does nothing else:
--   CREATE USER 'kuayu_recon'@'localhost' IDENTIFIED BY '…';
--   GRANT SELECT ON kuayu_ledger TO 'kuayu_recon'@'localhost';
--
-- A snapshot that holds over several questions:
--   SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;
--   START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY;
--
-- Totals and sums of days (any other width: another divisor and bounds on registered_at):
--   SELECT lane, (registered_at - 1577808000) DIV 86400 * 86400 - 28800 AS start, COUNT(*),
--          SUM(s0), SUM(s1), SUM(s2), SUM(s3), SUM(s4), SUM(s5), SUM(s6), SUM(s7)
--   FROM kuayu_ledger WHERE registered_at >= 1577836800 AND registered_at < 3725320448 GROUP BY 1, 2;
