-- Who said that a package is to be processed although its order is held: the holds are lifted when it is, and stay when it is refused.

-- +goose Up
ALTER TABLE packages ADD COLUMN anyway_by TEXT NOT NULL DEFAULT '';
