-- What was cancelled here is cancelled on its channel too: by a call where the account says so, else by a person. There is one row
-- per order: what is to be cancelled there is what the order's lines say.

-- +goose Up
ALTER TABLE accounts ADD COLUMN cancel_send BIGINT NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN cancel_cause TEXT NOT NULL DEFAULT '';
ALTER TABLE cancellations ADD COLUMN cause TEXT NOT NULL DEFAULT '';

CREATE TABLE channel_cancels (
    order_id     BIGINT PRIMARY KEY,
    account      TEXT   NOT NULL,
    state        TEXT   NOT NULL, -- asked, sent, parked, by-hand, settled
    cause        TEXT   NOT NULL,
    pending      TEXT   NOT NULL DEFAULT '', -- what to ask the channel with the next time
    attempts     BIGINT NOT NULL DEFAULT 0,
    fault_id     TEXT   NOT NULL DEFAULT '',
    request_id   TEXT   NOT NULL DEFAULT '',
    asked_at     BIGINT NOT NULL,
    attempted_at BIGINT NOT NULL DEFAULT 0,
    sent_at      BIGINT NOT NULL DEFAULT 0,
    settled_at   BIGINT NOT NULL DEFAULT 0,
    waits        BIGINT NOT NULL DEFAULT 0  -- a workflow waits with it for a person
);
CREATE INDEX channel_cancels_open ON channel_cancels (account) WHERE state <> 'settled';
CREATE INDEX channel_cancels_waits ON channel_cancels (order_id) WHERE waits = 1;
