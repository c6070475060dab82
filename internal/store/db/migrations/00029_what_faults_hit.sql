-- What a fault hit, and the calls that made it. Levels that failed for a while go behind the others; those whose channel refused to
-- overwrite an unknown quantity wait for a scan of orders.

-- +goose Up
ALTER TABLE links ADD COLUMN tried_at      BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN stale_at      BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN seen_quantity BIGINT NOT NULL DEFAULT 0;
DROP INDEX links_dirty;
CREATE INDEX links_dirty ON links (account, tried_at, dirty_since)
    WHERE dirty_version > clean_version AND dirty_version > failed_version AND dirty_version > held_version;
CREATE INDEX links_stale ON links (account) WHERE stale_at > 0;

ALTER TABLE pending_pushes ADD COLUMN request_id TEXT NOT NULL DEFAULT '';

ALTER TABLE faults ADD COLUMN run_id      TEXT   NOT NULL DEFAULT '';
ALTER TABLE faults ADD COLUMN order_id    BIGINT NOT NULL DEFAULT 0;
ALTER TABLE faults ADD COLUMN package_id  TEXT   NOT NULL DEFAULT '';
ALTER TABLE faults ADD COLUMN channel_sku TEXT   NOT NULL DEFAULT '';
ALTER TABLE faults ADD COLUMN calls       TEXT   NOT NULL DEFAULT '[]';
