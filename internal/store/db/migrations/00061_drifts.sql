-- Levels that a channel showed otherwise than it had accepted them, and the ones among them that somebody else has set.

-- +goose Up
-- ours was accepted at ours_at as version ours_version; theirs was shown at seen_at. Only when a scan of orders has ended that began at
-- decide_at or later is it known what was sold; what is explained then is deleted. named_at: when nothing explained it; 0: undecided.
CREATE TABLE drifts (
    account      TEXT   NOT NULL REFERENCES accounts (id),
    channel_sku  TEXT   NOT NULL,
    ours_version BIGINT NOT NULL,
    ours         BIGINT NOT NULL,
    ours_at      BIGINT NOT NULL,
    theirs       BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL,
    decide_at    BIGINT NOT NULL,
    named_at     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account, channel_sku, ours_version)
);
CREATE INDEX drifts_undecided ON drifts (account, decide_at) WHERE named_at = 0;
CREATE INDEX drifts_named ON drifts (account, named_at, channel_sku) WHERE named_at > 0;

-- Since when somebody else sets the level so often that it is corrected no more; 0: nobody does.
ALTER TABLE links ADD COLUMN contested_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX links_contested ON links (account, channel_sku) WHERE contested_at > 0;
