-- What a marketplace does to an order as it should not, see faults.OrderFaults.

ALTER TABLE orders ADD COLUMN fault TEXT NOT NULL DEFAULT '';        -- the order fault that it got when it was placed; '' = none
ALTER TABLE orders ADD COLUMN struck_at INTEGER NOT NULL DEFAULT 0;  -- when that happened; 0 = not yet
ALTER TABLE orders ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';     -- the order that its lines are in now
ALTER TABLE shipments ADD COLUMN recalled INTEGER NOT NULL DEFAULT 0;
