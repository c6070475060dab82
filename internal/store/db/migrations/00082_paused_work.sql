-- accounts.paused_work: the kinds of work that are paused while the account runs, as JSON: [{"kind", "reason", "at"}].

-- +goose Up
ALTER TABLE accounts ADD COLUMN paused_work TEXT NOT NULL DEFAULT '[]';
