-- What was listed when a run checked a price, in the currency of the plan's price: 0 is not known. Prices that change are counted where the check ends.

-- +goose Up
ALTER TABLE publication_plans ADD COLUMN before BIGINT NOT NULL DEFAULT 0;
