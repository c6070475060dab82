-- Until when a channel has asked an account to wait with runs of a kind, by the fault that ended the last one. A person who asks for such a run
-- removes the row.

-- +goose Up
CREATE TABLE run_waits (
    account  TEXT   NOT NULL,
    kind     TEXT   NOT NULL,
    until    BIGINT NOT NULL,
    fault_id TEXT   NOT NULL,
    PRIMARY KEY (account, kind)
);
