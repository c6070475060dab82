-- Lists of returns by the day on which they were reported, from either end, of an account or of all, and how many there are at each stage
-- (internal/store/orders/returned_views.go). account is that of the order.

-- +goose Up
ALTER TABLE returns ADD COLUMN account TEXT NOT NULL DEFAULT '';
UPDATE returns SET account = (SELECT o.account FROM orders o WHERE o.id = returns.order_id);
CREATE INDEX returns_open_by_day ON returns (reported_at, id) WHERE open_units > 0;
CREATE INDEX returns_open_of_account ON returns (account, reported_at, id) WHERE open_units > 0;
CREATE INDEX returns_open_at_stage ON returns (stage, reported_at, id, account) WHERE open_units > 0;
CREATE INDEX returns_by_day ON returns (reported_at, id);
CREATE INDEX returns_of_account ON returns (account, reported_at, id);
CREATE INDEX returns_at_stage ON returns (stage, reported_at, id, account);
DROP INDEX returns_open;
