-- What the judge of incidents asks at every look is found by an index: refused levels, and the runs that failed. A trial write shows whether
-- the store can still be written.

-- +goose Up
CREATE INDEX links_refused ON links (account, channel_sku)
	WHERE channel_fulfils = 0 AND dirty_version > clean_version AND dirty_version <= failed_version;

CREATE INDEX runs_failed ON runs (started_at, id) WHERE errors > 0 OR fault_id <> '';
CREATE INDEX runs_failed_of_account ON runs (account, started_at, id) WHERE errors > 0 OR fault_id <> '';

CREATE TABLE trial_writes (
	id      BIGINT PRIMARY KEY,
	at      BIGINT NOT NULL,
	filling TEXT   NOT NULL
);
