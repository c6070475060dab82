-- The calls of a run in the order in which they were made: the log of a run, and the call after a fault, are read without sorting all.

-- +goose Up
DROP INDEX calls_of_run;
CREATE INDEX calls_of_run ON calls (run_id, at, id) WHERE run_id <> '';
