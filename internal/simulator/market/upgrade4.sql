-- Where a channel has a stock per location: what a listing has at those besides the first, whose stock is listings.quantity.

CREATE TABLE shelves (
    sku      TEXT    NOT NULL,
    location TEXT    NOT NULL,
    quantity INTEGER NOT NULL, -- below zero: oversold
    active   INTEGER NOT NULL, -- 0: it has a quantity, and is not sold from there
    PRIMARY KEY (sku, location)
) WITHOUT ROWID;
