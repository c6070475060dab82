-- Stock by units on hand and the catalogue by its last change, from either end (internal/store/ledger/level_sorts.go, internal/store/products/list.go).

-- +goose Up
CREATE INDEX stock_levels_by_units ON stock_levels (on_hand, sku, location);
CREATE INDEX variants_by_change ON variants (changed_at, sku);
