-- The catalogue. A variant is one SKU; a product has one variant or more. Lists and maps are JSON texts: they are read
-- and written whole, never searched.

-- +goose Up
ALTER TABLE products RENAME TO variants;
ALTER TABLE variants ADD COLUMN product TEXT NOT NULL DEFAULT ''; -- key of its product
ALTER TABLE variants ADD COLUMN position BIGINT NOT NULL DEFAULT 0; -- its place among the product's variants
ALTER TABLE variants ADD COLUMN barcode TEXT NOT NULL DEFAULT '';
ALTER TABLE variants ADD COLUMN options TEXT NOT NULL DEFAULT '{}';
ALTER TABLE variants ADD COLUMN weight BIGINT NOT NULL DEFAULT 0; -- grams; 0: not told
ALTER TABLE variants ADD COLUMN images TEXT NOT NULL DEFAULT '[]';
-- What SKUs are found by that people and spreadsheets have damaged: without case and surrounding space; as a number.
ALTER TABLE variants ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE variants ADD COLUMN number TEXT NOT NULL DEFAULT ''; -- empty: the SKU does not read as a number
-- The hash of the entry that was imported last and has been in force since; empty: something else changed it.
ALTER TABLE variants ADD COLUMN hash TEXT NOT NULL DEFAULT '';
ALTER TABLE variants ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
UPDATE variants SET folded = LOWER(TRIM(sku)), product = sku;
CREATE INDEX variants_by_product ON variants (product, position, sku);
CREATE INDEX variants_by_folded ON variants (folded);
CREATE INDEX variants_by_number ON variants (number) WHERE number <> '';

CREATE TABLE categories (
    path   TEXT NOT NULL PRIMARY KEY, -- from the root: "Kitchen > Mugs"
    parent TEXT NOT NULL,             -- path of the category above; empty: none
    name   TEXT NOT NULL
);

CREATE TABLE products (
    key         TEXT   NOT NULL PRIMARY KEY,
    title       TEXT   NOT NULL,
    description TEXT   NOT NULL,
    brand       TEXT   NOT NULL,
    category    TEXT   NOT NULL,
    type        TEXT   NOT NULL,
    images      TEXT   NOT NULL,
    options     TEXT   NOT NULL,
    attributes  TEXT   NOT NULL,
    changed_at  BIGINT NOT NULL
);
INSERT INTO products (key, title, description, brand, category, type, images, options, attributes, changed_at)
SELECT sku, title, '', '', '', '', '[]', '[]', '{}', 0 FROM variants;

-- account is empty for the price that holds on every account without one of its own.
CREATE TABLE prices (
    sku      TEXT   NOT NULL REFERENCES variants (sku),
    account  TEXT   NOT NULL,
    currency TEXT   NOT NULL,
    amount   BIGINT NOT NULL, -- minor units of the currency
    PRIMARY KEY (sku, account)
);
