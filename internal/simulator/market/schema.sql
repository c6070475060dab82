-- One simulated marketplace. Times are UTC microseconds, amounts minor units. listings.quantity is the
-- marketplace's own figure. ledger is append-only; everything else is what it adds up to.

CREATE TABLE IF NOT EXISTS listings (
    id       INTEGER PRIMARY KEY,
    sku      TEXT    NOT NULL UNIQUE,
    title    TEXT    NOT NULL,
    price    INTEGER NOT NULL,
    ref      TEXT    NOT NULL UNIQUE,
    quantity INTEGER NOT NULL CHECK (quantity >= 0),
    fba      INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS orders (
    number     INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    book_id    TEXT    NOT NULL UNIQUE,
    placed_at  INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    paid       INTEGER NOT NULL,
    fba        INTEGER NOT NULL,
    open_units INTEGER NOT NULL CHECK (open_units >= 0), -- neither cancelled nor shipped
    currency   TEXT    NOT NULL,
    total      INTEGER NOT NULL,
    shipping   INTEGER NOT NULL,
    discount   INTEGER NOT NULL,
    buyer      TEXT    NOT NULL -- JSON of Buyer
);
CREATE INDEX IF NOT EXISTS orders_updated ON orders (updated_at, id);
CREATE INDEX IF NOT EXISTS orders_placed ON orders (placed_at, id);

CREATE TABLE IF NOT EXISTS lines (
    number      INTEGER NOT NULL, -- of the order
    line        INTEGER NOT NULL, -- 1, 2, ...
    id          TEXT    NOT NULL,
    sku         TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    quantity    INTEGER NOT NULL,
    cancelled   INTEGER NOT NULL DEFAULT 0,
    returned    INTEGER NOT NULL DEFAULT 0,
    shipped     INTEGER NOT NULL DEFAULT 0,
    unit_price  INTEGER NOT NULL,
    total       INTEGER NOT NULL,
    not_stocked INTEGER NOT NULL,
    PRIMARY KEY (number, line),
    CHECK (cancelled >= 0 AND shipped >= 0 AND returned >= 0 AND cancelled + shipped <= quantity AND returned <= shipped)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS shipments (
    id          INTEGER PRIMARY KEY,
    number      INTEGER NOT NULL, -- of the order
    reference   TEXT    NOT NULL,
    carrier     TEXT    NOT NULL,
    tracking    TEXT    NOT NULL,
    shipped_at  INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS shipments_order ON shipments (number);
CREATE UNIQUE INDEX IF NOT EXISTS shipments_reference ON shipments (number, reference) WHERE reference <> '';

CREATE TABLE IF NOT EXISTS shipment_lines (
    shipment INTEGER NOT NULL,
    line     INTEGER NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (shipment, line)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS refusals (
    book_id TEXT PRIMARY KEY,
    reason  TEXT NOT NULL
) WITHOUT ROWID;

-- What buyers asked for under a key, so that asking again changes nothing.
CREATE TABLE IF NOT EXISTS requests (
    key      TEXT PRIMARY KEY,
    accepted INTEGER NOT NULL
) WITHOUT ROWID;

-- The answers given to the seller under idempotency keys.
CREATE TABLE IF NOT EXISTS answers (
    key         TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    answer      BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS ledger (
    seq      INTEGER PRIMARY KEY,
    kind     TEXT    NOT NULL,
    order_id TEXT    NOT NULL,
    book_id  TEXT    NOT NULL,
    line_id  TEXT    NOT NULL,
    sku      TEXT    NOT NULL,
    quantity INTEGER NOT NULL,
    amount   INTEGER NOT NULL,
    shipment TEXT    NOT NULL,
    tracking TEXT    NOT NULL,
    note     TEXT    NOT NULL
);
