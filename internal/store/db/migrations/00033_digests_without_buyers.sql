-- The hash of an order's contents was made of its buyer, too, so that a guess could be tried out. The next version that is seen of an
-- order writes a new one.

-- +goose Up
UPDATE orders SET content_hash = '' WHERE content_hash <> '';
