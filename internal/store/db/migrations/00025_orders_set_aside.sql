-- Orders that can't be saved, set aside each by itself. subject: the channel's order id, or a digest where that can't be read. sealed: the
-- order as the channel sent it, encrypted like a buyer's record; its keys are in buyer_keys under the negative row id. Empty: it was too long,
-- or was removed (forgotten_at). digest is keyed: the same bytes have the same. unfinished: it can be read, a further call failed. asked_at: a
-- person wants it tried again; tried_at, tried_with: when it was, and by which version of the program.
-- orders.unread: what of the order could not be read.

-- +goose Up
CREATE TABLE aside_orders (
    id               {{identity}},
    account          TEXT   NOT NULL REFERENCES accounts (id),
    subject          TEXT   NOT NULL,
    channel_order_id TEXT   NOT NULL,
    channel_version  BIGINT NOT NULL,
    digest           TEXT   NOT NULL,
    size             BIGINT NOT NULL,
    unfinished       BIGINT NOT NULL,
    fault_id         TEXT   NOT NULL,
    fault_code       TEXT   NOT NULL,
    key_id           TEXT   NOT NULL DEFAULT '',
    sealed           TEXT   NOT NULL DEFAULT '',
    first_seen       BIGINT NOT NULL,
    last_seen        BIGINT NOT NULL,
    times            BIGINT NOT NULL DEFAULT 1,
    asked_at         BIGINT NOT NULL DEFAULT 0,
    tried_at         BIGINT NOT NULL DEFAULT 0,
    tries            BIGINT NOT NULL DEFAULT 0,
    tried_with       TEXT   NOT NULL,
    forgotten_at     BIGINT NOT NULL DEFAULT 0,
    UNIQUE (account, subject)
);
-- The sweep looks here for those whose time is over.
CREATE INDEX aside_orders_by_time ON aside_orders (last_seen);

ALTER TABLE orders ADD COLUMN unread TEXT NOT NULL DEFAULT '';
