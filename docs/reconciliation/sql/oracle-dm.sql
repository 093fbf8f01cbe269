-- The ledger of a hub for reconciliation profile S, Oracle Database 12.2 or later, and DM8 in its Oracle mode.
--
-- Run it as the owner of the schema. What the columns mean, and what a hub must keep to, is said in ../sql-profile.md,
-- with what was tried of this file and what was not.

-- One row for the current state of each case, written by the hub in the transaction that changes the case itself.
-- There is deliberately no unique key on the case: a ledger that shows a case twice is a finding, not a failed insert.
CREATE TABLE kuayu_ledger_entry (
    entry          NUMBER(19)         GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- DM8: BIGINT IDENTITY(1, 1) PRIMARY KEY
    lane           VARCHAR2(3 CHAR)   NOT NULL CHECK (lane IN ('in', 'out')),
    case_id        VARCHAR2(160 CHAR) NOT NULL,
    -- Unix seconds; never changes.
    registered_at  NUMBER(19)         NOT NULL,
    version        NUMBER(10)         NOT NULL CHECK (version >= 0),
    status         VARCHAR2(160 CHAR) NOT NULL,
    -- Unix seconds.
    state_at       NUMBER(19),
    content_digest VARCHAR2(160 CHAR) DEFAULT '-' NOT NULL,
    nonce          VARCHAR2(160 CHAR) NOT NULL,
    local_number   VARCHAR2(80 CHAR),
    -- Written by the trigger below, whatever the hub writes here.
    eid            CHAR(64),
    s0 NUMBER(10), s1 NUMBER(10), s2 NUMBER(10), s3 NUMBER(10),
    s4 NUMBER(10), s5 NUMBER(10), s6 NUMBER(10), s7 NUMBER(10)
);

CREATE INDEX kuayu_ledger_entry_time ON kuayu_ledger_entry (lane, registered_at);
CREATE INDEX kuayu_ledger_entry_case ON kuayu_ledger_entry (case_id);

-- Hash when writing, never when reconciling. STANDARD_HASH is SQL only, hence the query; on DM8 write
-- RAWTOHEX(DBMS_CRYPTO.HASH(UTL_RAW.CAST_TO_RAW(…), 4)) (4: SHA-256, as DBMS_CRYPTO.HASH_SH256) instead.
-- TO_CHAR(version) without a format writes no blanks and no exponent.
CREATE OR REPLACE TRIGGER kuayu_ledger_identify
BEFORE INSERT OR UPDATE ON kuayu_ledger_entry FOR EACH ROW
BEGIN
    SELECT LOWER(RAWTOHEX(STANDARD_HASH(
        'kuayu-recon-1' || CHR(10) || :NEW.case_id || CHR(10) || TO_CHAR(:NEW.version) || CHR(10) || :NEW.status
        || CHR(10) || :NEW.content_digest || CHR(10) || :NEW.nonce || CHR(10), 'SHA256')))
    INTO :NEW.eid FROM DUAL;
    :NEW.s0 := TO_NUMBER(SUBSTR(:NEW.eid,  1, 8), 'xxxxxxxx');
    :NEW.s1 := TO_NUMBER(SUBSTR(:NEW.eid,  9, 8), 'xxxxxxxx');
    :NEW.s2 := TO_NUMBER(SUBSTR(:NEW.eid, 17, 8), 'xxxxxxxx');
    :NEW.s3 := TO_NUMBER(SUBSTR(:NEW.eid, 25, 8), 'xxxxxxxx');
    :NEW.s4 := TO_NUMBER(SUBSTR(:NEW.eid, 33, 8), 'xxxxxxxx');
    :NEW.s5 := TO_NUMBER(SUBSTR(:NEW.eid, 41, 8), 'xxxxxxxx');
    :NEW.s6 := TO_NUMBER(SUBSTR(:NEW.eid, 49, 8), 'xxxxxxxx');
    :NEW.s7 := TO_NUMBER(SUBSTR(:NEW.eid, 57, 8), 'xxxxxxxx');
END;
/

-- What is published: the only relation that reconciliation reads.
CREATE OR REPLACE VIEW kuayu_ledger AS
SELECT lane, case_id, registered_at, version, status, state_at, content_digest, nonce, local_number, eid,
       s0, s1, s2, s3, s4, s5, s6, s7
FROM kuayu_ledger_entry;

-- The service that answers the gateway reads, and does nothing else:
--   CREATE USER kuayu_recon IDENTIFIED BY "…"; GRANT CREATE SESSION TO kuayu_recon;
--   GRANT SELECT ON kuayu_ledger TO kuayu_recon;
--
-- A snapshot that holds over several questions: SET TRANSACTION READ ONLY; as the first statement of a transaction.
-- The undo must be kept as long as the questions take (UNDO_RETENTION), or they end with ORA-01555: answer 409 then.
--
-- Totals and sums of days (any other width: another divisor and bounds on registered_at):
--   SELECT lane, FLOOR((registered_at - 1577808000) / 86400) * 86400 - 28800 AS start_key, COUNT(*),
--          SUM(s0), SUM(s1), SUM(s2), SUM(s3), SUM(s4), SUM(s5), SUM(s6), SUM(s7)
--   FROM kuayu_ledger WHERE registered_at >= 1577836800 AND registered_at < 3725320448
--   GROUP BY lane, FLOOR((registered_at - 1577808000) / 86400);
