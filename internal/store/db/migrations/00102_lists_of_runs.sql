-- Lists and counts of the runs of a kind that failed, by when they began (internal/store/runs/list.go).

-- +goose Up
CREATE INDEX runs_failed_of_kind ON runs (kind, started_at, id, account) WHERE errors > 0 OR fault_id <> '';
