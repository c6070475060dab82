-- The outbox in the field's words: a change of an order is pending until it is delivered to the order's lifecycle.

-- +goose Up
ALTER TABLE orders RENAME COLUMN handled_version TO delivered_version;
DROP INDEX orders_unhandled;
CREATE INDEX orders_pending ON orders (updated_at) WHERE delivered_version < channel_version;
