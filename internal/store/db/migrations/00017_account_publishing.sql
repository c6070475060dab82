-- How an account publishes.

-- +goose Up
-- test_account: the account that a test goes through, where the test endpoint is a place of its own. publish_changed: what has changed is published
-- so often, in microseconds; 0: only when somebody asks. marketplace: as the accounts file has it; what channels say of types holds for one.
ALTER TABLE accounts ADD COLUMN test_account    TEXT   NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN publish_changed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN marketplace     TEXT   NOT NULL DEFAULT '';
