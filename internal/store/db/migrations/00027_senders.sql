-- Which workflow alone sends a package, and which order something parked belongs to. sender: the id of the workflow, empty until the first
-- call; only that workflow calls the channel, and only by parking does the package become another one's.

-- +goose Up
ALTER TABLE packages ADD COLUMN sender TEXT NOT NULL DEFAULT '';
-- resent: confirmations after the first one, because the channel did not show the package and it was sent again; unshown_at: when that was last noticed.
ALTER TABLE packages ADD COLUMN resent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE packages ADD COLUMN unshown_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE parked ADD COLUMN order_id BIGINT NOT NULL DEFAULT 0;

UPDATE parked SET order_id = COALESCE((SELECT o.id FROM orders o WHERE o.account = parked.account AND o.channel_order_id = parked.reference), 0);
UPDATE packages SET sender = COALESCE((SELECT MIN(k.workflow_id) FROM parked k
        WHERE k.order_id = packages.order_id AND k.package_id = packages.package_id), '')
    WHERE state = 'parked';
CREATE INDEX parked_of_order ON parked (order_id);
