-- level_feeds.refused: 1 when the channel forbids the account to ask what became of the feed. While no level is sent it is not asked again.
-- The last run of an account to an endpoint that has begun is found by an index.

-- +goose Up
ALTER TABLE level_feeds ADD COLUMN refused BIGINT NOT NULL DEFAULT 0;
CREATE INDEX publications_begun ON publications (account, endpoint, started_at, id) WHERE started_at > 0;
