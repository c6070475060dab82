-- The first day of an account, the brake, and what needs a person.

-- +goose Up
-- An observing account reads its channel and writes nothing there. Accounts that exist have been sending: they go on.
ALTER TABLE accounts ADD COLUMN observing BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN live_at   BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN live_by   TEXT   NOT NULL DEFAULT '';

-- Who said that the package was sent by other means while the account observed; empty: nobody.
ALTER TABLE packages ADD COLUMN forgotten_by TEXT NOT NULL DEFAULT '';

-- cause: what made the level dirty last. held: units that the brake keeps from the channel (negative: it lists more
-- than there is). A level is not sent while held_version >= dirty_version.
ALTER TABLE links ADD COLUMN cause        TEXT   NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN held         BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN held_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN held_at      BIGINT NOT NULL DEFAULT 0;
CREATE INDEX links_held ON links (account, channel_sku) WHERE held <> 0;
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
