-- What lists go by.

-- +goose Up
CREATE INDEX stock_levels_short ON stock_levels (sku) WHERE short > 0;
