-- doubted_at: when a level was last sent in vain, also where something was accepted since: a call that got no answer may be carried out
-- late. 0: it was not since it was read back last. tried_at is 0 again when something is accepted, so that such a level stands in line.

-- +goose Up
ALTER TABLE links ADD COLUMN doubted_at BIGINT NOT NULL DEFAULT 0;
UPDATE links SET doubted_at = tried_at WHERE tried_at > 0;
