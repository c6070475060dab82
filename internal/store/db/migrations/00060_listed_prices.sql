-- What a listing costs on its channel, as an import last saw it, in minor units of its currency. An empty currency: not known.

-- +goose Up
ALTER TABLE listings ADD COLUMN price BIGINT NOT NULL DEFAULT 0;
ALTER TABLE listings ADD COLUMN currency TEXT NOT NULL DEFAULT '';
