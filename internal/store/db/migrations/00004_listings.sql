-- What the channels offer, as an import last saw it, and what they show of the levels that they accepted.

-- +goose Up
-- A listing may have no SKU, and several listings the same one: what the channel calls it tells them apart. One
-- that the channel does not show any more is marked gone, never deleted. quantity -1: the channel names none.
CREATE TABLE listings (
    account         TEXT   NOT NULL REFERENCES accounts (id),
    channel_sku     TEXT   NOT NULL,
    listing_id      TEXT   NOT NULL,
    ref             TEXT   NOT NULL,
    title           TEXT   NOT NULL,
    state           TEXT   NOT NULL,
    channel_status  TEXT   NOT NULL,
    quantity        BIGINT NOT NULL,
    channel_fulfils BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    seen_at         BIGINT NOT NULL,
    run_id          TEXT   NOT NULL,
    gone_at         BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account, channel_sku, listing_id)
);

-- A link whose listing the channel fulfils itself (FBA) is never pushed.
ALTER TABLE links ADD COLUMN channel_fulfils BIGINT NOT NULL DEFAULT 0;

-- The last level that the channel accepted, the newest version of it that was read back, when the channel last showed
-- what it had accepted, and how often in a row it showed something else.
ALTER TABLE links ADD COLUMN accepted_version  BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN accepted_quantity BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN accepted_at       BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN checked_version   BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN confirmed_at      BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN misses            BIGINT NOT NULL DEFAULT 0;
CREATE INDEX links_unchecked ON links (account, accepted_at) WHERE accepted_version > checked_version;
