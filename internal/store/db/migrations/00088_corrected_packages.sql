-- Packages that the channel has with another tracking number than they have here: was is the one that it has, until it has taken the right one.

-- +goose Up
ALTER TABLE packages ADD COLUMN was TEXT NOT NULL DEFAULT '';
CREATE INDEX packages_corrected ON packages (order_id) WHERE was <> '';
