-- The price brake. price and currency of what was checked and of what was accepted, in minor units; an empty currency: not known, as of what was
-- accepted before this migration.

-- +goose Up
ALTER TABLE publication_plans ADD COLUMN price    BIGINT NOT NULL DEFAULT 0;
ALTER TABLE publication_plans ADD COLUMN currency TEXT   NOT NULL DEFAULT '';
ALTER TABLE published         ADD COLUMN price    BIGINT NOT NULL DEFAULT 0;
ALTER TABLE published         ADD COLUMN currency TEXT   NOT NULL DEFAULT '';

-- Prices that the brake holds on an account. released_at: a person has released the price; 0: nobody has. A row goes when the SKU's price in the
-- catalogue is no longer held.
CREATE TABLE held_prices (
    account     TEXT   NOT NULL,
    sku         TEXT   NOT NULL,
    before      BIGINT NOT NULL,
    wanted      BIGINT NOT NULL,
    currency    TEXT   NOT NULL,
    held_at     BIGINT NOT NULL,
    released_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account, sku)
);
