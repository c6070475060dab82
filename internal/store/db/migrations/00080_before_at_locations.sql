-- What each location listed of a listing when its link last went live (levels_before), for accounts that list each location by itself. read_at: when
-- that was so; what was sold there later has left it.

-- +goose Up
CREATE TABLE levels_before_at (
    account     TEXT   NOT NULL,
    channel_sku TEXT   NOT NULL,
    location    TEXT   NOT NULL,
    quantity    BIGINT NOT NULL,
    read_at     BIGINT NOT NULL,
    PRIMARY KEY (account, channel_sku, location)
);
