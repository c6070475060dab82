-- What a comparison could not tell. coverage.unknown_until: the channel was asked for what lies between until_at and it, and its answer was none; 0: nothing
-- lies there. tried_at: when the sweep has last begun a comparison, or one has failed; 0 once one has ended well: failures are not repeated by every
-- sweep. coverage_hours.unknown: 1, what the channel has of the hour is not known.

-- +goose Up
ALTER TABLE coverage ADD COLUMN unknown_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE coverage ADD COLUMN tried_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE coverage_hours ADD COLUMN unknown BIGINT NOT NULL DEFAULT 0;
