-- What runs had in error is found by its reference. Errors are few, so the index costs the saving of orders nothing.

-- +goose Up
CREATE INDEX run_items_in_error ON run_items (folded, id) WHERE status = 'error';
