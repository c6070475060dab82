-- Lists of orders by the day on which they were placed and by their total, from either end; and how many of a state were placed between two
-- days, of an account or of all, without reading the orders (internal/store/orders/filter.go and totals.go).

-- +goose Up
CREATE INDEX orders_by_day ON orders (placed_at, id);
CREATE INDEX orders_by_total ON orders (total, id);
CREATE INDEX orders_by_state_and_day ON orders (state, placed_at, account);
