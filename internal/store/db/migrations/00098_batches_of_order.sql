-- What was done to an order together with others (internal/store/orders/events.go).

-- +goose Up
CREATE INDEX order_batch_orders_of_order ON order_batch_orders (order_id);
