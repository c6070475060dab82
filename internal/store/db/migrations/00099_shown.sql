-- What a person was shown of an order before it was acted on together with others: a mark of its units (order.Units.Mark). Empty: a version of
-- the program that kept none saved it.

-- +goose Up
ALTER TABLE order_batch_orders ADD COLUMN shown TEXT NOT NULL DEFAULT '';
