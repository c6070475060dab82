-- One word for each idea: units without free stock are backordered, units without a link are unlinked, and rates that a channel's answers
-- name are observed. Parked is only what waits for a person.

-- +goose Up
ALTER TABLE stock_levels RENAME COLUMN short TO backordered;
DROP INDEX stock_levels_short;
CREATE INDEX stock_levels_backordered ON stock_levels (sku) WHERE backordered > 0;

ALTER TABLE order_lines RENAME COLUMN short TO backordered;
ALTER TABLE order_lines RENAME COLUMN parked TO unlinked;
ALTER TABLE order_lines RENAME COLUMN parked_reason TO unlinked_reason;
DROP INDEX order_lines_short;
DROP INDEX order_lines_parked;
CREATE INDEX order_lines_backordered ON order_lines (sku, location) WHERE backordered > 0;
CREATE INDEX order_lines_unlinked ON order_lines (channel_sku) WHERE unlinked > 0;

ALTER TABLE runs RENAME COLUMN parked TO unlinked;

ALTER TABLE learned_rates RENAME TO observed_rates;
ALTER TABLE observed_rates RENAME COLUMN told_at TO observed_at;
