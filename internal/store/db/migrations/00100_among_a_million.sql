-- The newest runs of an account and kind are read by one index, in order: SQLite took the index of the account instead, to save a sort, and read all runs of an
-- account that has none of the kind. So it did for a kind of all accounts. Those that failed are found
-- by account and kind, too. And what is pending in publications is found without reading all items of all runs.
-- The lines that are not cancelled are found by the sum of their units: as one unit or another the index was also good for the lines that wait for stock, to
-- SQLite, which read all lines that were ever shipped instead of the few of order_lines_backordered.

-- +goose Up
CREATE INDEX runs_of_account_and_kind ON runs (account, kind, started_at, id);
CREATE INDEX runs_of_kind ON runs (kind, started_at, id);
CREATE INDEX runs_failed_of_account_and_kind ON runs (account, kind, started_at, id) WHERE errors > 0 OR fault_id <> '';
CREATE INDEX run_items_pending ON run_items (type, account, endpoint, run_id, step) WHERE status = 'pending';
CREATE INDEX order_lines_with_units ON order_lines (line_id) WHERE reserved + backordered + unlinked + packed + shipped > 0;
DROP INDEX runs_of_account;
DROP INDEX order_lines_alive;
