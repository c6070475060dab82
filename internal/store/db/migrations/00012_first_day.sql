-- The first day of an account, the brake, and what needs a person.

-- +goose Up
-- An observing account reads its channel and writes nothing there. Accounts that exist have been sending: they go on.
ALTER TABLE accounts ADD COLUMN observing BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN live_at   BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN live_by   TEXT   NOT NULL DEFAULT '';

-- Who said that the package was sent by other means while the account observed; empty: nobody.
ALTER TABLE packages ADD COLUMN forgotten_by TEXT NOT NULL DEFAULT '';

-- cause: what made the level dirty last. What the brake keeps from the channel: held units (negative: it lists more
-- than there is) and held_cap, a cap that goes on in place of the account's (-1: none). held_at > 0: something is held.
-- held_judged = 0: whether there is too much of it is decided when the import is complete. A level is not sent while
-- held_version >= dirty_version.
ALTER TABLE links ADD COLUMN cause        TEXT   NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN held         BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN held_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN held_cap     BIGINT NOT NULL DEFAULT -1;
ALTER TABLE links ADD COLUMN held_at      BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN held_judged  BIGINT NOT NULL DEFAULT 0;
CREATE INDEX links_held ON links (account, channel_sku) WHERE held_at > 0;
DROP INDEX links_dirty;
CREATE INDEX links_dirty ON links (account, dirty_since)
    WHERE dirty_version > clean_version AND dirty_version > failed_version AND dirty_version > held_version;

-- What may need a person: one row per kind, account and code. sample: a JSON list of a few subjects.
CREATE TABLE incidents (
    kind       TEXT   NOT NULL,
    account    TEXT   NOT NULL,
    code       TEXT   NOT NULL,
    subjects   BIGINT NOT NULL,
    sample     TEXT   NOT NULL,
    since      BIGINT NOT NULL,
    state      TEXT   NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (kind, account, code)
);
CREATE INDEX incidents_open ON incidents (account) WHERE state = 'open';

-- What needs a person already.
INSERT INTO incidents (kind, account, code, subjects, sample, since, state, changed_at)
SELECT 'paused', id, '', 1, '[]', paused_at, 'open', paused_at FROM accounts WHERE paused = 1;
INSERT INTO incidents (kind, account, code, subjects, sample, since, state, changed_at)
SELECT 'parked', p.account, COALESCE(NULLIF(f.code, ''), f.class, ''), COUNT(*), '[]', MIN(p.since), 'open', MIN(p.since)
FROM parked p LEFT JOIN faults f ON f.id = p.fault_id GROUP BY p.account, COALESCE(NULLIF(f.code, ''), f.class, '');
INSERT INTO incidents (kind, account, code, subjects, sample, since, state, changed_at)
SELECT 'unlinked', o.account, '', SUM(l.parked), '[]', MIN(o.saved_at), 'open', MIN(o.saved_at)
FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN accounts a ON a.id = o.account
WHERE l.parked > 0 AND l.sku = '' AND a.endpoint <> 'test' GROUP BY o.account;
