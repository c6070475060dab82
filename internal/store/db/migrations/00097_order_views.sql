-- Filters of the list of orders that persons have named and kept: query is what stands in the list's address.

-- +goose Up
CREATE TABLE order_views (
    name  TEXT   PRIMARY KEY,
    query TEXT   NOT NULL,
    actor TEXT   NOT NULL,
    at    BIGINT NOT NULL
);
