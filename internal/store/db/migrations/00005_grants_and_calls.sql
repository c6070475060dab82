-- Every call to a channel with what it concerned, kept for 30 days, and the grants whose refresh token changes
-- whenever it is used.

-- +goose Up
-- budget: the operation whose budget the call drew on. draws = 1 on the first call of each draw, so that their sum
-- is how often the budget was drawn on. order_id 0 and empty run_id and package_id: it concerned none. took: microseconds.
CREATE TABLE calls (
    id         {{identity}},
    account    TEXT   NOT NULL,
    endpoint   TEXT   NOT NULL,
    budget     TEXT   NOT NULL,
    draws      BIGINT NOT NULL,
    operation  TEXT   NOT NULL,
    request_id TEXT   NOT NULL,
    status     BIGINT NOT NULL,
    class      TEXT   NOT NULL,
    code       TEXT   NOT NULL,
    run_id     TEXT   NOT NULL,
    order_id   BIGINT NOT NULL,
    package_id TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    took       BIGINT NOT NULL
);
-- By time alone: what was used lately and what is to be forgotten are both at one end of it.
CREATE INDEX calls_by_time ON calls (at);
CREATE INDEX calls_of_run ON calls (run_id) WHERE run_id <> '';
CREATE INDEX calls_of_order ON calls (order_id) WHERE order_id <> 0;

-- The read that last brought the order.
ALTER TABLE orders ADD COLUMN run_id TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN request_id TEXT NOT NULL DEFAULT '';

-- sealed: the tokens, encrypted, in base64; empty = none are kept. origin: which refresh token of the accounts file
-- they come from, as a digest. holder and lease_until: who refreshes them now.
CREATE TABLE grants (
    account            TEXT   NOT NULL PRIMARY KEY,
    origin             TEXT   NOT NULL,
    version            BIGINT NOT NULL,
    sealed             TEXT   NOT NULL DEFAULT '',
    expires_at         BIGINT NOT NULL DEFAULT 0,
    refresh_expires_at BIGINT NOT NULL DEFAULT 0,
    rotated_at         BIGINT NOT NULL DEFAULT 0,
    holder             TEXT   NOT NULL DEFAULT '',
    lease_until        BIGINT NOT NULL DEFAULT 0
);
