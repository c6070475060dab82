-- Listings that the channel's API does not know: a report of the channel tells them, and a migration brings them in.

-- +goose Up
-- unmanaged: only a report has told of it. Its level can't be set before it is migrated. An import over the API clears it.
ALTER TABLE listings ADD COLUMN unmanaged BIGINT NOT NULL DEFAULT 0;
CREATE INDEX listings_by_id ON listings (account, listing_id);

-- One row per listing, its variations with it. items: a JSON list of [SKU, variation, quantity]. asked_at: a person has agreed
-- to its migration; 0 again when it was carried out or refused. read_at: its SKUs were read back since.
CREATE TABLE found_listings (
    account     TEXT   NOT NULL REFERENCES accounts (id),
    listing_id  TEXT   NOT NULL,
    title       TEXT   NOT NULL,
    format      TEXT   NOT NULL,
    site        TEXT   NOT NULL,
    items       TEXT   NOT NULL,
    seen_at     BIGINT NOT NULL,
    run_id      TEXT   NOT NULL,
    gone_at     BIGINT NOT NULL DEFAULT 0,
    asked_at    BIGINT NOT NULL DEFAULT 0,
    asked_by    TEXT   NOT NULL DEFAULT '',
    tries       BIGINT NOT NULL DEFAULT 0,
    migrated_at BIGINT NOT NULL DEFAULT 0,
    read_at     BIGINT NOT NULL DEFAULT 0,
    fault_id    TEXT   NOT NULL DEFAULT '',
    fault_code  TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (account, listing_id)
);
CREATE INDEX found_listings_asked ON found_listings (account, tries, listing_id) WHERE asked_at > 0;
CREATE INDEX found_listings_unread ON found_listings (account) WHERE migrated_at > 0 AND read_at = 0;
