-- A buyer's request for cancellation that a person declined, by allowing the order to be shipped, is told to the channel where it takes
-- that. It shares the row with a cancellation: an order has one or the other.

-- +goose Up
ALTER TABLE channel_cancels ADD COLUMN declines BIGINT NOT NULL DEFAULT 0;
