-- The channel's last word: what its last version of an order says against what was done here, what a person has decided about that, and
-- why an order is held. Of a line: what the channel showed at most and shows now, and what was shipped before it had a SKU.

-- +goose Up
ALTER TABLE orders ADD COLUMN contradiction TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN kept TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN hold TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN hold_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN allowed TEXT NOT NULL DEFAULT '';
CREATE INDEX orders_contradicted ON orders (account) WHERE contradiction <> '';
CREATE INDEX orders_held ON orders (account) WHERE hold <> '';

ALTER TABLE order_lines ADD COLUMN channel_shipped BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN shown_shipped BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN shown_cancelled BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN undeducted BIGINT NOT NULL DEFAULT 0;
UPDATE order_lines SET channel_shipped = shipped, shown_shipped = shipped
	WHERE order_id IN (SELECT id FROM orders WHERE state = 'completed');
UPDATE order_lines SET shown_cancelled = channel_cancelled;
CREATE INDEX order_lines_undeducted ON order_lines (channel_sku) WHERE undeducted > 0;
