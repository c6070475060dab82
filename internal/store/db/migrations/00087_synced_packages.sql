-- Parked packages that a run of "synchronize my shipments" sends again, until it is known what became of each. parked_since: the park that the
-- run ends; a later one is another failure.

-- +goose Up
CREATE TABLE synced_packages (
    run_id       TEXT   NOT NULL,
    order_id     BIGINT NOT NULL REFERENCES orders (id),
    package_id   TEXT   NOT NULL,
    reference    TEXT   NOT NULL,
    parked_since BIGINT NOT NULL,
    asked_at     BIGINT NOT NULL,
    PRIMARY KEY (run_id, order_id, package_id)
);
