-- Support. calls.request and calls.answer: what is kept of a call that failed, without secrets and buyers' data; they go with the call. support_cases: the
-- numbers that channels gave to cases about incidents; since: when the incident began (0 is never), so that a later one of the same name has none.

-- +goose Up
ALTER TABLE calls ADD COLUMN request TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN answer TEXT NOT NULL DEFAULT '';

CREATE TABLE support_cases (
    kind    TEXT   NOT NULL,
    account TEXT   NOT NULL,
    code    TEXT   NOT NULL,
    since   BIGINT NOT NULL,
    number  TEXT   NOT NULL,
    kept_by TEXT   NOT NULL,
    kept_at BIGINT NOT NULL,
    PRIMARY KEY (kind, account, code, since, number)
);
