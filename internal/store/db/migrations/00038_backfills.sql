-- Backfills of past orders. id is the run's. A channel is searched from from_at to to_at, and everything before position was read; or a
-- merchant's report (its file's name) is read, whose report_orders orders are in backfill_orders, the first row_position of them read. The
-- counts are those of the run so far. An account has one backfill at a time.
-- backfill_orders.body: the order as the report shows it, without its buyer. Rows are removed when their backfill is over.

-- +goose Up
CREATE TABLE backfills (
    id            TEXT   PRIMARY KEY,
    account       TEXT   NOT NULL REFERENCES accounts (id),
    records       TEXT   NOT NULL,
    from_at       BIGINT NOT NULL,
    to_at         BIGINT NOT NULL,
    report        TEXT   NOT NULL,
    report_orders BIGINT NOT NULL,
    state         TEXT   NOT NULL,
    asked_at      BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    position      BIGINT NOT NULL,
    row_position  BIGINT NOT NULL DEFAULT 0,
    took          BIGINT NOT NULL DEFAULT 0,
    seen          BIGINT NOT NULL DEFAULT 0,
    saved         BIGINT NOT NULL DEFAULT 0,
    same          BIGINT NOT NULL DEFAULT 0,
    skipped       BIGINT NOT NULL DEFAULT 0,
    unlinked      BIGINT NOT NULL DEFAULT 0,
    errors        BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX backfills_going_on ON backfills (account) WHERE state IN ('running', 'paused');
CREATE INDEX backfills_by_time ON backfills (asked_at, id);

CREATE TABLE backfill_orders (
    backfill     TEXT   NOT NULL REFERENCES backfills (id),
    row_position BIGINT NOT NULL,
    body         TEXT   NOT NULL,
    PRIMARY KEY (backfill, row_position)
);
