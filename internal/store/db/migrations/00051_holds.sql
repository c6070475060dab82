-- All that holds an order, not only what counts first (orders.hold). A person holds one too: who, why and when. Such a row stays when the
-- hold is lifted (lifted_at, lifted_by).

-- +goose Up
ALTER TABLE orders ADD COLUMN holds TEXT NOT NULL DEFAULT '';
UPDATE orders SET holds = hold WHERE hold <> '';

CREATE TABLE order_holds (
    id        {{identity}},
    order_id  BIGINT NOT NULL REFERENCES orders (id),
    actor     TEXT   NOT NULL,
    reason    TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    lifted_at BIGINT NOT NULL DEFAULT 0,
    lifted_by TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX order_holds_of_order ON order_holds (order_id, id);
-- A person holds an order once, until that is lifted.
CREATE UNIQUE INDEX order_holds_in_force ON order_holds (order_id) WHERE lifted_at = 0;

-- The orders of which something is to be shipped, by their ship-by date; those without one are last (promised in
-- internal/store/orders/promises.go).
CREATE INDEX orders_promised ON orders (
        (CASE WHEN state IN ('open', 'processing', 'processed') THEN CASE WHEN ship_by > 0 THEN ship_by ELSE 9223372036854775807 END END), id)
    WHERE (CASE WHEN state IN ('open', 'processing', 'processed') THEN CASE WHEN ship_by > 0 THEN ship_by ELSE 9223372036854775807 END END) IS NOT NULL;
