-- Levels that a channel has taken and not answered yet: what was sent under the handle of an Amazon feed.

-- +goose Up
CREATE TABLE pending_pushes (
    account     TEXT   NOT NULL REFERENCES accounts (id),
    handle      TEXT   NOT NULL,
    channel_sku TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    quantity    BIGINT NOT NULL,
    sent_at     BIGINT NOT NULL,
    PRIMARY KEY (account, handle, channel_sku)
);
