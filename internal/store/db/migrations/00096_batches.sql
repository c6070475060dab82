-- What was done to several orders at once, and what became of each. id: the key of the form that asked for it, so that a second click or a
-- reload is the same batch. outcome: empty until it is known. claimed_at: when a process began with the order, so that no other does.

-- +goose Up
CREATE TABLE order_batches (
    id     TEXT   PRIMARY KEY,
    action TEXT   NOT NULL,
    actor  TEXT   NOT NULL,
    reason TEXT   NOT NULL,
    at     BIGINT NOT NULL
);
CREATE INDEX order_batches_newest ON order_batches (at);
CREATE TABLE order_batch_orders (
    batch_id   TEXT   NOT NULL REFERENCES order_batches (id),
    order_id   BIGINT NOT NULL REFERENCES orders (id),
    carrier    TEXT   NOT NULL DEFAULT '',
    tracking   TEXT   NOT NULL DEFAULT '',
    outcome    TEXT   NOT NULL DEFAULT '',
    words      TEXT   NOT NULL DEFAULT '',
    claimed_at BIGINT NOT NULL DEFAULT 0,
    at         BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (batch_id, order_id)
);
