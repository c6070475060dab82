-- One word for each idea: an order is processed at a moment, its lines are booked, a figure is stated, an export is created, an exported order
-- is closed when nothing more can become of it, and a hold is decided.

-- +goose Up
ALTER TABLE accounts RENAME COLUMN take_at TO process_at;

ALTER TABLE order_lines RENAME COLUMN taken TO booked;

ALTER TABLE movements RENAME COLUMN told TO stated;

ALTER TABLE links RENAME COLUMN held_judged TO held_decided;

ALTER TABLE order_exports RENAME COLUMN made_by TO created_by;
ALTER TABLE order_exports RENAME COLUMN made_at TO created_at;

ALTER TABLE exported_orders RENAME COLUMN settled_at TO closed_at;
ALTER TABLE exported_orders RENAME COLUMN told TO notified;
