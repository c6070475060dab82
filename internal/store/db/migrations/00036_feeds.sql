-- The feeds that a channel has not worked on so far. Their levels wait in pending_pushes: each knows which version was sent ahead of its
-- feed since, and which was left to it.

-- +goose Up
CREATE TABLE level_feeds (
    account TEXT   NOT NULL REFERENCES accounts (id),
    handle  TEXT   NOT NULL,
    levels  BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (account, handle)
);
ALTER TABLE pending_pushes ADD COLUMN ahead_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE pending_pushes ADD COLUMN left_version BIGINT NOT NULL DEFAULT 0;
CREATE INDEX pending_pushes_level ON pending_pushes (account, channel_sku);

-- Levels were kept here after their answer. What has none is asked for.
DELETE FROM pending_pushes WHERE NOT EXISTS (SELECT 1 FROM links l
    WHERE l.account = pending_pushes.account AND l.channel_sku = pending_pushes.channel_sku AND l.dirty_version >= pending_pushes.version
        AND l.clean_version < pending_pushes.version AND l.failed_version < pending_pushes.version);
INSERT INTO level_feeds (account, handle, levels, sent_at)
    SELECT account, handle, COUNT(*), MIN(sent_at) FROM pending_pushes GROUP BY account, handle;
