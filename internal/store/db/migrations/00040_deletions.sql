-- Orders that a person has deleted: who, why and when. A row stays when the order is restored (restored_at, restored_by).
-- orders.deleted_version: the channel's version at which it was deleted; 0: it is not.

-- +goose Up
CREATE TABLE order_deletions (
    id          {{identity}},
    order_id    BIGINT NOT NULL REFERENCES orders (id),
    actor       TEXT   NOT NULL,
    reason      TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    restored_at BIGINT NOT NULL DEFAULT 0,
    restored_by TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX order_deletions_of_order ON order_deletions (order_id, id);
-- An order is deleted once, until it is restored.
CREATE UNIQUE INDEX order_deletions_in_force ON order_deletions (order_id) WHERE restored_at = 0;

ALTER TABLE orders ADD COLUMN deleted_version BIGINT NOT NULL DEFAULT 0;
DROP INDEX orders_open;
CREATE INDEX orders_open ON orders (id) WHERE state NOT IN ('completed', 'cancelled', 'skipped', 'deleted');
