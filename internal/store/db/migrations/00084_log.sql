-- What the automation log of an account or a run reads, by time: runs, items in error, failed calls, and the calls that concern packages. What failed is
-- little, a package has a call or two, and a run one end.

-- +goose Up
CREATE INDEX runs_begun_of_account ON runs (account, started_at, id);
CREATE INDEX runs_ended_of_account ON runs (account, ended_at, id) WHERE ended_at > 0;
CREATE INDEX run_items_in_error_of_account ON run_items (account, at, id) WHERE status = 'error';
CREATE INDEX calls_of_packages ON calls (account, at, id) WHERE package_id <> '';
CREATE INDEX faults_of_run ON faults (run_id, at, id) WHERE run_id <> '';
