-- How an account's price brake is set, a JSON object; what a unit of a SKU costs the merchant, in minor units (an empty currency: not known); and
-- the rule that holds a price, with its words.

-- +goose Up
ALTER TABLE accounts    ADD COLUMN price_brake   TEXT   NOT NULL DEFAULT '{}';
ALTER TABLE variants    ADD COLUMN cost          BIGINT NOT NULL DEFAULT 0;
ALTER TABLE variants    ADD COLUMN cost_currency TEXT   NOT NULL DEFAULT '';
ALTER TABLE held_prices ADD COLUMN rule          TEXT   NOT NULL DEFAULT 'percent';
ALTER TABLE held_prices ADD COLUMN why           TEXT   NOT NULL DEFAULT 'changed by more than 30%';
