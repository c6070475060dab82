-- Lines that are not this order's to ship: by whom they are, or in which order they are now. What a person needs besides: dates, what the
-- buyer paid in his own currency, tax and discount of each line.

-- +goose Up
ALTER TABLE orders ADD COLUMN ship_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN deliver_by BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN paid_currency TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN paid_total BIGINT NOT NULL DEFAULT 0;

ALTER TABLE order_lines ADD COLUMN sender TEXT NOT NULL DEFAULT '';
ALTER TABLE order_lines ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';
ALTER TABLE order_lines ADD COLUMN tax BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN discount BIGINT NOT NULL DEFAULT 0;
CREATE INDEX order_lines_open ON order_lines (line_id) WHERE reserved > 0 OR backordered > 0 OR unlinked > 0;
