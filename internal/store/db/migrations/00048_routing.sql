-- From where orders leave: by country, then by where stock is. routing is a JSON list; routed is why an order is at its location.

-- +goose Up
ALTER TABLE accounts ADD COLUMN routing TEXT NOT NULL DEFAULT 'null';
ALTER TABLE accounts ADD COLUMN split BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN routed TEXT NOT NULL DEFAULT '';
