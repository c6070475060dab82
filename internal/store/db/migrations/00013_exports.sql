-- Orders written to files for whoever packs them, and what files say of packages.

-- +goose Up
-- written_at 0: the file was never finished. account empty: of every account. repeats, below: the order was
-- asked for although an earlier export has it.
CREATE TABLE order_exports (
    id         {{identity}},
    format     TEXT   NOT NULL,
    account    TEXT   NOT NULL,
    made_by    TEXT   NOT NULL,
    made_at    BIGINT NOT NULL,
    file       TEXT   NOT NULL,
    written_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX order_exports_unwritten ON order_exports (id) WHERE written_at = 0;

-- told: what a person was told became of the order since. settled_at: nothing more can become of it: it is shipped, or a
-- person was told that it is cancelled.
CREATE TABLE exported_orders (
    export_id  BIGINT NOT NULL REFERENCES order_exports (id),
    order_id   BIGINT NOT NULL REFERENCES orders (id),
    repeats    BIGINT NOT NULL,
    settled_at BIGINT NOT NULL DEFAULT 0,
    told       TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (export_id, order_id)
);
-- Two labels for one order cost money: two exports at the same moment can't both have it.
CREATE UNIQUE INDEX exported_orders_once ON exported_orders (order_id) WHERE repeats = 0;
CREATE INDEX exported_orders_by_order ON exported_orders (order_id);
CREATE INDEX exported_orders_watched ON exported_orders (export_id, order_id) WHERE settled_at = 0;

-- quantity: the units written. alive: those of the line that were not cancelled then.
CREATE TABLE exported_lines (
    export_id BIGINT NOT NULL,
    order_id  BIGINT NOT NULL,
    line_id   TEXT   NOT NULL,
    sku       TEXT   NOT NULL,
    quantity  BIGINT NOT NULL,
    alive     BIGINT NOT NULL,
    PRIMARY KEY (export_id, order_id, line_id),
    FOREIGN KEY (export_id, order_id) REFERENCES exported_orders (export_id, order_id)
);

-- When a buyer's name or address last became another one.
ALTER TABLE order_buyers ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;

-- Amazon wants the name of a carrier that it does not list, and the carrier's service.
ALTER TABLE packages ADD COLUMN carrier_name TEXT NOT NULL DEFAULT '';
ALTER TABLE packages ADD COLUMN service      TEXT NOT NULL DEFAULT '';
CREATE INDEX packages_by_tracking ON packages (tracking);
