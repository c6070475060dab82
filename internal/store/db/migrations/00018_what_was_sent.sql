-- What of a publication was sent, and when.

-- +goose Up
-- publication_plans.sent_at: it was sent, and what became of it is not known; 0: no. level_sent: a quantity went with it.
-- published.sent_at: when the channel was sent what it accepted last; 0: it had it already.
ALTER TABLE publication_plans ADD COLUMN sent_at    BIGINT NOT NULL DEFAULT 0;
ALTER TABLE publication_plans ADD COLUMN level_sent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE published         ADD COLUMN sent_at    BIGINT NOT NULL DEFAULT 0;
