-- Which holds an order had when somebody said that a package is to be processed all the same: one that came since counts.

-- +goose Up
ALTER TABLE packages ADD COLUMN anyway_holds TEXT NOT NULL DEFAULT '';
