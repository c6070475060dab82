-- shreds: tables whose deleted rows are still in their files, until the space was given back. A store that sealed clear buyers earlier may
-- have been stopped in between.

-- +goose Up
{{keys}};

CREATE TABLE shreds (
    name TEXT NOT NULL PRIMARY KEY
);
INSERT INTO shreds (name) SELECT 'order_buyers' WHERE EXISTS (SELECT 1 FROM buyers);
