-- The time zone of an account, in which its dates are shown.

-- +goose Up
ALTER TABLE accounts ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';

-- A SKU's lines that were cancelled: towpath explain sku.
CREATE INDEX order_lines_cancelled ON order_lines (sku) WHERE cancelled > 0;

-- What persons note about orders. It may hold anything of the buyer, so it is sealed as his record is (internal/buyer), under a key in buyer_keys
-- that goes with the order's others; sealed and digest are empty then. digest is keyed: the same note of an order counts once.
CREATE TABLE order_notes (
    id       {{identity}},
    order_id BIGINT NOT NULL REFERENCES orders (id),
    actor    TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    key_id   TEXT   NOT NULL,
    sealed   TEXT   NOT NULL,
    digest   TEXT   NOT NULL
);
CREATE UNIQUE INDEX order_notes_once ON order_notes (order_id, digest) WHERE digest <> '';
CREATE INDEX order_notes_of_order ON order_notes (order_id, id);

-- A keyed hash of where an order goes, however it is written: docs/decisions/045.
ALTER TABLE buyers ADD COLUMN address_hash TEXT NOT NULL DEFAULT '';
CREATE INDEX buyers_by_address ON buyers (address_hash) WHERE address_hash <> '';
