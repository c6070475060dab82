-- What the overview shows by the hour. Orders are counted by the moment at which they were first saved, which an index finds.
-- push_lags: how long levels of an account that their channel accepted in an hour (hour: its beginning, UTC microseconds) had waited,
-- counted by the step of stock.LagSteps up to which that was (up_to, microseconds); worst: the longest of them.

-- +goose Up
CREATE INDEX orders_by_saved ON orders (saved_at);
CREATE TABLE push_lags (
    hour    BIGINT NOT NULL,
    account TEXT   NOT NULL,
    up_to   BIGINT NOT NULL,
    levels  BIGINT NOT NULL,
    worst   BIGINT NOT NULL,
    PRIMARY KEY (hour, account, up_to)
);
