-- Settings of accounts that page saving and the screens need. statuses and ship_from are JSON objects; days are UTC
-- microseconds of their midnight.

-- +goose Up
ALTER TABLE accounts ADD COLUMN take_at TEXT NOT NULL DEFAULT 'paid';
ALTER TABLE accounts ADD COLUMN statuses TEXT NOT NULL DEFAULT '{}';
ALTER TABLE accounts ADD COLUMN ship_from TEXT NOT NULL DEFAULT '{}';
ALTER TABLE accounts ADD COLUMN may_revise BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN may_end BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN may_relist BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN at_zero TEXT NOT NULL DEFAULT 'keep';
ALTER TABLE accounts ADD COLUMN host TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN simulated BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN authorised_on BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN secret_issued_on BIGINT NOT NULL DEFAULT 0;
