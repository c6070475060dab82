-- Changes of orders after they were packed, and dates before which they are not to be. packages.address_hash is buyers.address_hash as it was
-- when the package was packed: docs/decisions/046. order_lines.added: open units that were added after a package of the order was packed.
-- not_before: of a line, and of an order that is held for it (order.HoldNotYet), when it may be packed at the earliest; 0: now.

-- +goose Up
ALTER TABLE packages ADD COLUMN address_hash TEXT NOT NULL DEFAULT '';
UPDATE packages SET address_hash = COALESCE((SELECT b.address_hash FROM buyers b WHERE b.order_id = packages.order_id AND b.changed_at < packages.processed_at), '')
    WHERE state IN ('processed', 'parked');

ALTER TABLE orders ADD COLUMN contradicted_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN not_before BIGINT NOT NULL DEFAULT 0;
CREATE INDEX orders_not_yet ON orders (not_before) WHERE not_before > 0;

ALTER TABLE order_lines ADD COLUMN added BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN not_before BIGINT NOT NULL DEFAULT 0;
