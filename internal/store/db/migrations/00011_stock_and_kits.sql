-- Who moved stock, and kits: SKUs that are packed from others.

-- +goose Up
-- actor: who asked for a movement that no order caused; empty: nobody did.
ALTER TABLE movements ADD COLUMN actor TEXT NOT NULL DEFAULT '';
-- told: the figure as it was told: what came or went, or what a count found. as_of: when that count was right; 0: at once.
ALTER TABLE movements ADD COLUMN told  BIGINT NOT NULL DEFAULT 0;
ALTER TABLE movements ADD COLUMN as_of BIGINT NOT NULL DEFAULT 0;
DROP INDEX movements_by_sku;
CREATE INDEX movements_by_sku ON movements (sku, id);

-- What a kit is made of, as it was told: a JSON list of [SKU, quantity], which may be kits themselves. version goes up
-- with every other content.
CREATE TABLE kits (
    sku     TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    parts   TEXT   NOT NULL
);

-- The parts of a kit that are no kits, down to the last one. A part that a kit had once stays with quantity 0: lines that
-- were sold then still hold it.
CREATE TABLE kit_parts (
    kit      TEXT   NOT NULL REFERENCES kits (sku),
    part     TEXT   NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (kit, part)
);
CREATE INDEX kit_parts_by_part ON kit_parts (part);

-- What one unit of a kit's line is made of, as it was when the line was mapped. version is the kit's. An ordinary line
-- has no rows: it is made of itself.
CREATE TABLE order_line_parts (
    order_id BIGINT NOT NULL,
    line_id  TEXT   NOT NULL,
    part     TEXT   NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    version  BIGINT NOT NULL,
    PRIMARY KEY (order_id, line_id, part),
    FOREIGN KEY (order_id, line_id) REFERENCES order_lines (order_id, line_id)
);

-- Files of stock that were imported, by their contents and the moment that they are of. finished_at 0: it was broken off,
-- and the same file goes on with it.
CREATE TABLE stock_imports (
    digest      TEXT   NOT NULL,
    as_of       BIGINT NOT NULL,
    name        TEXT   NOT NULL,
    means       TEXT   NOT NULL,
    actor       TEXT   NOT NULL,
    row_count   BIGINT NOT NULL DEFAULT 0,
    changed     BIGINT NOT NULL DEFAULT 0,
    started_at  BIGINT NOT NULL,
    finished_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (digest, as_of)
);
