-- A product's variants are looked for with each of them that is put up.

CREATE INDEX listings_product ON listings (product) WHERE product <> '';
