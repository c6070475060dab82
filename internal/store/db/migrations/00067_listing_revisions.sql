-- How often listings were revised, where the channel limits that. listing: the channel's id of the listing, which all its variations share; of a listing that
-- no import has met, 'SKU ' and the channel SKU. hours: JSON, the revisions of each hour (stock.Revisions); used: their number when the last one was counted.
-- Links: later_version is not sent before later_until, because later_used revisions of the listing were used when that was decided; 0: nothing waits.

-- +goose Up
CREATE TABLE listing_revisions (
    account    TEXT   NOT NULL REFERENCES accounts (id),
    listing    TEXT   NOT NULL,
    used       BIGINT NOT NULL DEFAULT 0,
    hours      TEXT   NOT NULL DEFAULT '',
    last_at    BIGINT NOT NULL DEFAULT 0,
    used_up_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account, listing)
);
CREATE INDEX listing_revisions_low ON listing_revisions (account, used);
CREATE INDEX listing_revisions_old ON listing_revisions (last_at);

ALTER TABLE links ADD COLUMN later_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN later_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN later_used BIGINT NOT NULL DEFAULT 0;
CREATE INDEX links_later ON links (later_until) WHERE later_until > 0;
