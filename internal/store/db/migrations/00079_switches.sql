-- When the switches revise, end and relist of an account changed last, in UTC microseconds; 0: not since this migration. What was done before was done
-- under other ones.

-- +goose Up
ALTER TABLE accounts ADD COLUMN switched_at BIGINT NOT NULL DEFAULT 0;
