-- What of a listing somebody else sets on its channel besides the level, and what is left to another tool.

-- +goose Up
-- What a read-back has shown of a listing since the channel accepted it last, with an item of a publication. title: as it was shown first; live: 1 when
-- buyers could buy it.
CREATE TABLE listing_marks (
    account     TEXT   NOT NULL REFERENCES accounts (id),
    channel_sku TEXT   NOT NULL,
    item        BIGINT NOT NULL,
    title       TEXT   NOT NULL,
    live        BIGINT NOT NULL,
    PRIMARY KEY (account, channel_sku)
);

-- field: price, title or status. A row is one setting by somebody else: since when it is shown, and when it was shown last. ours is of what the channel
-- accepted with the item at ours_at. ended_at: when ours, or another one of theirs, was shown; 0: it is still so.
CREATE TABLE field_drifts (
    account     TEXT   NOT NULL REFERENCES accounts (id),
    channel_sku TEXT   NOT NULL,
    field       TEXT   NOT NULL,
    since       BIGINT NOT NULL,
    ours        TEXT   NOT NULL,
    theirs      TEXT   NOT NULL,
    item        BIGINT NOT NULL,
    ours_at     BIGINT NOT NULL,
    seen_at     BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account, channel_sku, field, since)
);
CREATE UNIQUE INDEX field_drifts_open ON field_drifts (account, channel_sku, field) WHERE ended_at = 0;

-- Levels and prices (field) that an operator leaves to another tool: nothing is sent of them. They are no columns of links, as struck_off is not.
CREATE TABLE left_to_others (
    account     TEXT   NOT NULL,
    channel_sku TEXT   NOT NULL,
    field       TEXT   NOT NULL,
    by_whom     TEXT   NOT NULL,
    left_at     BIGINT NOT NULL,
    PRIMARY KEY (account, channel_sku, field)
);
