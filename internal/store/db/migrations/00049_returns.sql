-- The returns inbox: units that a channel (report_id is its id of the return) or a person (report_id is a key, actor who) reports as returned.
-- Each is restocked or written off once; earlier are those taken back before the channel told of them. open_units: what is left to decide.

-- +goose Up
CREATE TABLE returns (
    id          {{identity}},
    order_id    BIGINT NOT NULL REFERENCES orders (id),
    line_id     TEXT   NOT NULL,
    report_id   TEXT   NOT NULL,
    actor       TEXT   NOT NULL,
    stage       TEXT   NOT NULL, -- requested, coming, closed, arrived, withdrawn
    quantity    BIGINT NOT NULL CHECK (quantity > 0),
    restocked   BIGINT NOT NULL DEFAULT 0,
    written_off BIGINT NOT NULL DEFAULT 0,
    earlier     BIGINT NOT NULL DEFAULT 0,
    open_units  BIGINT NOT NULL,
    reason      TEXT   NOT NULL,
    reported_at BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL,
    CHECK (restocked + written_off + earlier <= quantity)
);
CREATE UNIQUE INDEX returns_reported ON returns (order_id, report_id);
CREATE INDEX returns_open ON returns (id) WHERE open_units > 0;

ALTER TABLE goods_returns ADD COLUMN actor TEXT NOT NULL DEFAULT '';
ALTER TABLE goods_returns ADD COLUMN reason TEXT NOT NULL DEFAULT '';
