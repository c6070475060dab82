-- What listings, orders and handlers need beyond the first schema; files from before get it when they are opened.

ALTER TABLE listings ADD COLUMN status TEXT NOT NULL DEFAULT 'live';
ALTER TABLE listings ADD COLUMN listing_id TEXT NOT NULL DEFAULT ''; -- the channel's public id
ALTER TABLE listings ADD COLUMN product TEXT NOT NULL DEFAULT '';    -- '' = alone
ALTER TABLE listings ADD COLUMN options TEXT NOT NULL DEFAULT '{}';  -- JSON object, name -> value
ALTER TABLE listings ADD COLUMN content BLOB;                        -- JSON as the seller submitted it
ALTER TABLE listings ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;

ALTER TABLE orders ADD COLUMN combined INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN on_hold TEXT NOT NULL DEFAULT ''; -- why; '' = not
ALTER TABLE lines ADD COLUMN location TEXT NOT NULL DEFAULT ''; -- '' = the first

-- A handler's own records.
CREATE TABLE documents (
    kind TEXT NOT NULL,
    key  TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;

-- Changes of listings that are accepted and take effect later. Those of one SKU are in order of id by at, too.
CREATE TABLE due (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    sku      TEXT    NOT NULL,
    quantity INTEGER NOT NULL, -- below 0: stays
    listing  TEXT              -- JSON of Listing; NULL: the quantity alone
);
CREATE INDEX due_at ON due (at, id);
CREATE INDEX due_sku ON due (sku, at);
