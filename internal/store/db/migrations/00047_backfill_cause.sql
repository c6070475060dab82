-- Why a backfill was started: empty, a person asked for it; coverage, orders that the channel lists are missing.

-- +goose Up
ALTER TABLE backfills ADD COLUMN cause TEXT NOT NULL DEFAULT '';
