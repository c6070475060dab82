-- A line that is shown in several orders is found also where it is packed or shipped. seller: a hash of the seller's access to the channel;
-- accounts with the same one are shown the same orders.

-- +goose Up
DROP INDEX order_lines_open;
CREATE INDEX order_lines_alive ON order_lines (line_id) WHERE reserved > 0 OR backordered > 0 OR unlinked > 0 OR packed > 0 OR shipped > 0;
ALTER TABLE accounts ADD COLUMN seller TEXT NOT NULL DEFAULT '';
