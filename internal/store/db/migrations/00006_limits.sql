-- Rates that differ from the published budgets. source: hand (towpath limits set) or file (the accounts file).
-- A rate is turns per second.

-- +goose Up
CREATE TABLE limits (
    account   TEXT             NOT NULL REFERENCES accounts (id),
    operation TEXT             NOT NULL,
    source    TEXT             NOT NULL,
    rate      DOUBLE PRECISION NOT NULL,
    set_at    BIGINT           NOT NULL,
    PRIMARY KEY (account, operation, source)
);

-- What the channels' answers last said of their budgets, per call of theirs.
CREATE TABLE learned_rates (
    account    TEXT             NOT NULL REFERENCES accounts (id),
    call       TEXT             NOT NULL,
    per_second DOUBLE PRECISION NOT NULL,
    burst      DOUBLE PRECISION NOT NULL,
    remaining  DOUBLE PRECISION NOT NULL,
    restores   DOUBLE PRECISION NOT NULL,
    told_at    BIGINT           NOT NULL,
    PRIMARY KEY (account, call)
);
