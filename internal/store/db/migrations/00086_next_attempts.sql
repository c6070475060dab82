-- When a package is sent again by itself: written with the fault of the attempt before, and 0 once another one begins.

-- +goose Up
ALTER TABLE packages ADD COLUMN next_at BIGINT NOT NULL DEFAULT 0;
