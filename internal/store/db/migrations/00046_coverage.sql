-- What channels have against what is here. coverage: up to where an account was compared, and by which run, with its counts. coverage_hours: one hour (UTC)
-- of an account: how many orders the channel lists, compared up to until_at, and how many of them were missing at most. coverage_missing: an
-- order that the channel lists and that was not known; backfill: the one that its gap has started, empty before. coverage_listed: what the
-- check at hand has read so far; it is removed when the check ends.

-- +goose Up
CREATE TABLE coverage (
    account    TEXT   PRIMARY KEY REFERENCES accounts (id),
    until_at   BIGINT NOT NULL,
    checked_at BIGINT NOT NULL,
    run        TEXT   NOT NULL,
    listed     BIGINT NOT NULL,
    here       BIGINT NOT NULL
);

CREATE TABLE coverage_hours (
    account  TEXT   NOT NULL REFERENCES accounts (id),
    hour     BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    has      BIGINT NOT NULL,
    missed   BIGINT NOT NULL,
    PRIMARY KEY (account, hour)
);

CREATE TABLE coverage_missing (
    account          TEXT   NOT NULL REFERENCES accounts (id),
    channel_order_id TEXT   NOT NULL,
    placed_at        BIGINT NOT NULL,
    found_at         BIGINT NOT NULL,
    backfill         TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (account, channel_order_id)
);

CREATE TABLE coverage_listed (
    account          TEXT   NOT NULL REFERENCES accounts (id),
    run              TEXT   NOT NULL,
    channel_order_id TEXT   NOT NULL,
    placed_at        BIGINT NOT NULL,
    PRIMARY KEY (account, run, channel_order_id)
);
