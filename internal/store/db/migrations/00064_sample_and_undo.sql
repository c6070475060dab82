-- A sample of an account that observes, and going back. links.apart: '' the link does what its account does; 'sample': it is live although the account
-- observes; 'undo': it goes back to what it listed before it went live. levels_before: what listings showed when their links last went live; quantity -1:
-- nobody knows. read_at: when that was so; what was sold on the channel later has left it.

-- +goose Up
ALTER TABLE links ADD COLUMN apart TEXT NOT NULL DEFAULT '';
CREATE INDEX links_apart ON links (account, channel_sku) WHERE apart <> '';

CREATE TABLE levels_before (
    account     TEXT   NOT NULL,
    channel_sku TEXT   NOT NULL,
    quantity    BIGINT NOT NULL,
    read_at     BIGINT NOT NULL,
    live_at     BIGINT NOT NULL,
    PRIMARY KEY (account, channel_sku)
);
