-- What is known of a buyer, encrypted under a key of its own (internal/buyer). The wrapped keys are in the table buyer_keys, which backups leave
-- out. The hashes are keyed: they find a buyer, and nothing can be learned from them. country_code is no personal data by itself; changed_at:
-- when the name or address last became another one; forgotten_at: the
-- record was removed, and is not saved again. order_buyers has what earlier versions saved in clear, until it is sealed.

-- +goose Up
{{keys}};

CREATE TABLE buyers (
    order_id         BIGINT NOT NULL PRIMARY KEY REFERENCES orders (id),
    key_id           TEXT   NOT NULL,
    sealed           TEXT   NOT NULL,
    email_hash       TEXT   NOT NULL,
    phone_hash       TEXT   NOT NULL,
    name_hash        TEXT   NOT NULL,
    postal_code_hash TEXT   NOT NULL,
    place_hash       TEXT   NOT NULL,
    record_hash      TEXT   NOT NULL,
    country_code     TEXT   NOT NULL,
    changed_at       BIGINT NOT NULL,
    forgotten_at     BIGINT NOT NULL DEFAULT 0
);
-- The sweep looks here for records whose time is over.
CREATE INDEX buyers_known ON buyers (order_id) WHERE forgotten_at = 0;
CREATE INDEX buyers_by_email ON buyers (email_hash) WHERE email_hash <> '';
CREATE INDEX buyers_by_phone ON buyers (phone_hash) WHERE phone_hash <> '';
CREATE INDEX buyers_by_name ON buyers (name_hash) WHERE name_hash <> '';
CREATE INDEX buyers_by_postal_code ON buyers (postal_code_hash) WHERE postal_code_hash <> '';

-- Who saw or removed a buyer's record, and when. what: shown, exported, forgotten, expired.
CREATE TABLE buyer_views (
    id       {{identity}},
    order_id BIGINT NOT NULL REFERENCES orders (id),
    at       BIGINT NOT NULL,
    actor    TEXT   NOT NULL,
    what     TEXT   NOT NULL,
    reason   TEXT   NOT NULL
);
CREATE INDEX buyer_views_by_order ON buyer_views (order_id, id);
