-- What a run would send, and what people released. run_items.change: of a variant, what a check found that is to be sent, a JSON object (listing.Change);
-- empty: nothing, or the check did not get so far. fields: short marks of its fields (listing.Marks); empty: not known.

-- +goose Up
ALTER TABLE run_items         ADD COLUMN change TEXT NOT NULL DEFAULT '';
ALTER TABLE publication_plans ADD COLUMN fields TEXT NOT NULL DEFAULT '';
ALTER TABLE published         ADD COLUMN fields TEXT NOT NULL DEFAULT '';

-- Held prices that a person released, also after they were sent.
CREATE TABLE price_releases (
    account     TEXT   NOT NULL,
    sku         TEXT   NOT NULL,
    wanted      BIGINT NOT NULL,
    currency    TEXT   NOT NULL,
    released_at BIGINT NOT NULL,
    PRIMARY KEY (account, sku, released_at)
);
