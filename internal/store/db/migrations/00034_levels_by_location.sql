-- Accounts whose channel has a level per location: each of their stock locations is listed at its own location of the channel.

-- +goose Up
ALTER TABLE accounts ADD COLUMN by_location INTEGER NOT NULL DEFAULT 0;

-- What such a channel lists of a SKU at a location, as far as is known: what it accepted or showed last.
CREATE TABLE location_levels (
    account     TEXT    NOT NULL,
    channel_sku TEXT    NOT NULL,
    location    TEXT    NOT NULL,
    quantity    BIGINT NOT NULL,
    as_of       BIGINT NOT NULL, -- UTC microseconds; what its buyers bought later is not in it
    PRIMARY KEY (account, channel_sku, location)
);
