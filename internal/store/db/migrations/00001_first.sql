-- One text for PostgreSQL and SQLite. {{identity}} is the one word in which they differ: a row id that the
-- database gives. Times are UTC microseconds (0 = never), money integer minor units, truth values 0 and 1.

-- +goose Up
CREATE TABLE accounts (
    id             TEXT   NOT NULL PRIMARY KEY,
    channel        TEXT   NOT NULL,
    endpoint       TEXT   NOT NULL,
    name           TEXT   NOT NULL,
    order_location TEXT   NOT NULL,
    buffer         BIGINT NOT NULL,
    cap            BIGINT NOT NULL,
    reserve_at     TEXT   NOT NULL,
    enabled        BIGINT NOT NULL,
    paused         BIGINT NOT NULL DEFAULT 0,
    paused_reason  TEXT   NOT NULL DEFAULT '',
    paused_at      BIGINT NOT NULL DEFAULT 0,
    watermark      BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE account_locations (
    account  TEXT   NOT NULL REFERENCES accounts (id),
    location TEXT   NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (account, location)
);

CREATE TABLE products (
    sku   TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL
);

-- A link is dirty while dirty_version > clean_version. A level that the channel refused is not sent again
-- while failed_version >= dirty_version.
CREATE TABLE links (
    account        TEXT   NOT NULL REFERENCES accounts (id),
    channel_sku    TEXT   NOT NULL,
    sku            TEXT   NOT NULL,
    listing_ref    TEXT   NOT NULL,
    dirty_version  BIGINT NOT NULL DEFAULT 1,
    clean_version  BIGINT NOT NULL DEFAULT 0,
    failed_version BIGINT NOT NULL DEFAULT 0,
    dirty_since    BIGINT NOT NULL,
    PRIMARY KEY (account, channel_sku)
);
CREATE INDEX links_by_sku ON links (sku);
CREATE INDEX links_dirty ON links (account, dirty_since)
    WHERE dirty_version > clean_version AND dirty_version > failed_version;

-- What was sent to the channels: append-only.
CREATE TABLE pushes (
    account     TEXT   NOT NULL,
    channel_sku TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    sent_at     BIGINT NOT NULL,
    acked_at    BIGINT NOT NULL,
    quantity    BIGINT NOT NULL,
    run_id      TEXT   NOT NULL,
    fault_id    TEXT   NOT NULL,
    request_id  TEXT   NOT NULL,
    PRIMARY KEY (account, channel_sku, version, sent_at)
);

CREATE TABLE stock_levels (
    sku      TEXT   NOT NULL,
    location TEXT   NOT NULL,
    on_hand  BIGINT NOT NULL DEFAULT 0,
    reserved BIGINT NOT NULL DEFAULT 0,
    short    BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (sku, location),
    CHECK (reserved >= 0),
    CHECK (on_hand >= reserved),
    CHECK (short >= 0)
);

-- The stock ledger: append-only. on_hand and reserved are changes.
CREATE TABLE movements (
    id         {{identity}},
    key        TEXT   NOT NULL UNIQUE,
    sku        TEXT   NOT NULL,
    location   TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    on_hand    BIGINT NOT NULL,
    reserved   BIGINT NOT NULL,
    order_id   BIGINT NOT NULL,
    line_id    TEXT   NOT NULL,
    package_id TEXT   NOT NULL,
    note       TEXT   NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX movements_by_sku ON movements (sku, location);

CREATE TABLE orders (
    id                 {{identity}},
    account            TEXT   NOT NULL REFERENCES accounts (id),
    channel_order_id   TEXT   NOT NULL,
    reference          TEXT   NOT NULL,
    state              TEXT   NOT NULL,
    reason             TEXT   NOT NULL,
    channel_status     TEXT   NOT NULL,
    channel_fulfilment TEXT   NOT NULL,
    paid               BIGINT NOT NULL,
    location           TEXT   NOT NULL,
    placed_at          BIGINT NOT NULL,
    seen_at            BIGINT NOT NULL,
    saved_at           BIGINT NOT NULL,
    updated_at         BIGINT NOT NULL,
    channel_version    BIGINT NOT NULL,
    handled_version    BIGINT NOT NULL,
    started            BIGINT NOT NULL DEFAULT 0,
    content_hash       TEXT   NOT NULL,
    currency           TEXT   NOT NULL,
    total              BIGINT NOT NULL,
    shipping           BIGINT NOT NULL,
    tax                BIGINT NOT NULL,
    discount           BIGINT NOT NULL,
    UNIQUE (account, channel_order_id)
);
CREATE INDEX orders_newest ON orders (account, id);
CREATE INDEX orders_by_reference ON orders (reference);
CREATE INDEX orders_by_channel_id ON orders (channel_order_id);
CREATE INDEX orders_by_state ON orders (state, account);
CREATE INDEX orders_unhandled ON orders (updated_at) WHERE handled_version < channel_version;
CREATE INDEX orders_open ON orders (id) WHERE state NOT IN ('completed', 'cancelled', 'skipped');

-- Personal data: here and nowhere else.
CREATE TABLE order_buyers (
    order_id     BIGINT NOT NULL PRIMARY KEY REFERENCES orders (id),
    name         TEXT   NOT NULL,
    email        TEXT   NOT NULL,
    phone        TEXT   NOT NULL,
    line1        TEXT   NOT NULL,
    line2        TEXT   NOT NULL,
    city         TEXT   NOT NULL,
    region       TEXT   NOT NULL,
    postal_code  TEXT   NOT NULL,
    country_code TEXT   NOT NULL
);

-- taken = 0: the order was skipped, its units are not accounted for.
CREATE TABLE order_lines (
    order_id          BIGINT NOT NULL REFERENCES orders (id),
    line_id           TEXT   NOT NULL,
    position          BIGINT NOT NULL,
    channel_sku       TEXT   NOT NULL,
    sku               TEXT   NOT NULL,
    location          TEXT   NOT NULL,
    title             TEXT   NOT NULL,
    quantity          BIGINT NOT NULL,
    unit_price        BIGINT NOT NULL,
    total             BIGINT NOT NULL,
    taken             BIGINT NOT NULL,
    reserved          BIGINT NOT NULL,
    short             BIGINT NOT NULL,
    parked            BIGINT NOT NULL,
    packed            BIGINT NOT NULL,
    shipped           BIGINT NOT NULL,
    cancelled         BIGINT NOT NULL,
    returned          BIGINT NOT NULL DEFAULT 0,
    channel_cancelled BIGINT NOT NULL,
    parked_reason     TEXT   NOT NULL,
    revision          BIGINT NOT NULL,
    PRIMARY KEY (order_id, line_id),
    CHECK (reserved >= 0 AND short >= 0 AND parked >= 0 AND packed >= 0 AND shipped >= 0 AND cancelled >= 0),
    CHECK (returned >= 0 AND returned <= shipped),
    CHECK (reserved + short + parked + packed + shipped + cancelled = taken * quantity)
);
CREATE INDEX order_lines_short ON order_lines (sku, location) WHERE short > 0;
CREATE INDEX order_lines_reserved ON order_lines (sku, location) WHERE reserved > 0;
CREATE INDEX order_lines_parked ON order_lines (channel_sku) WHERE parked > 0;

-- attempted_at: an attempt was marked and is not answered. doubtful: an earlier one never was.
CREATE TABLE packages (
    order_id     BIGINT NOT NULL REFERENCES orders (id),
    package_id   TEXT   NOT NULL,
    number       BIGINT NOT NULL,
    state        TEXT   NOT NULL,
    label        TEXT   NOT NULL,
    carrier      TEXT   NOT NULL,
    tracking     TEXT   NOT NULL,
    shipped_at   BIGINT NOT NULL,
    saved_at     BIGINT NOT NULL,
    processed_at BIGINT NOT NULL DEFAULT 0,
    attempts     BIGINT NOT NULL DEFAULT 0,
    attempted_at BIGINT NOT NULL DEFAULT 0,
    doubtful     BIGINT NOT NULL DEFAULT 0,
    confirmed_at BIGINT NOT NULL DEFAULT 0,
    channel_ref  TEXT   NOT NULL DEFAULT '',
    request_id   TEXT   NOT NULL DEFAULT '',
    refusal      TEXT   NOT NULL DEFAULT '',
    fault_id     TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, package_id),
    UNIQUE (order_id, number)
);
CREATE INDEX packages_unsent ON packages (order_id) WHERE state IN ('processed', 'parked');

-- reversed: units taken out again because they were cancelled after processing.
CREATE TABLE package_lines (
    order_id   BIGINT NOT NULL,
    package_id TEXT   NOT NULL,
    line_id    TEXT   NOT NULL,
    quantity   BIGINT NOT NULL,
    reversed   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, package_id, line_id),
    FOREIGN KEY (order_id, package_id) REFERENCES packages (order_id, package_id),
    CHECK (quantity > 0),
    CHECK (reversed >= 0 AND reversed <= quantity)
);

CREATE TABLE cancellations (
    order_id   BIGINT NOT NULL REFERENCES orders (id),
    cancel_id  TEXT   NOT NULL,
    reason     TEXT   NOT NULL,
    saved_at   BIGINT NOT NULL,
    applied_at BIGINT NOT NULL DEFAULT 0,
    refusal    TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, cancel_id)
);

CREATE TABLE cancellation_lines (
    order_id  BIGINT NOT NULL,
    cancel_id TEXT   NOT NULL,
    line_id   TEXT   NOT NULL,
    quantity  BIGINT NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (order_id, cancel_id, line_id),
    FOREIGN KEY (order_id, cancel_id) REFERENCES cancellations (order_id, cancel_id)
);

CREATE TABLE goods_returns (
    order_id   BIGINT NOT NULL REFERENCES orders (id),
    return_key TEXT   NOT NULL,
    restock    BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (order_id, return_key)
);

CREATE TABLE goods_return_lines (
    order_id   BIGINT NOT NULL,
    return_key TEXT   NOT NULL,
    line_id    TEXT   NOT NULL,
    quantity   BIGINT NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (order_id, return_key, line_id),
    FOREIGN KEY (order_id, return_key) REFERENCES goods_returns (order_id, return_key)
);

CREATE TABLE runs (
    id          TEXT   NOT NULL PRIMARY KEY,
    kind        TEXT   NOT NULL,
    account     TEXT   NOT NULL,
    endpoint    TEXT   NOT NULL,
    workflow_id TEXT   NOT NULL,
    started_at  BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL DEFAULT 0,
    seen        BIGINT NOT NULL DEFAULT 0,
    saved       BIGINT NOT NULL DEFAULT 0,
    same        BIGINT NOT NULL DEFAULT 0,
    skipped     BIGINT NOT NULL DEFAULT 0,
    parked      BIGINT NOT NULL DEFAULT 0,
    errors      BIGINT NOT NULL DEFAULT 0,
    fault_id    TEXT   NOT NULL DEFAULT '',
    fault_class TEXT   NOT NULL DEFAULT '',
    fault_code  TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX runs_newest ON runs (started_at, id);
CREATE INDEX runs_of_account ON runs (account, kind, started_at);

CREATE TABLE run_items (
    run_id     TEXT   NOT NULL,
    reference  TEXT   NOT NULL,
    type       TEXT   NOT NULL,
    status     TEXT   NOT NULL,
    reason     TEXT   NOT NULL,
    fault_id   TEXT   NOT NULL,
    request_id TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (run_id, reference, type)
);

-- raw holds the channel's own words, which may repeat a buyer's data.
CREATE TABLE faults (
    id          TEXT   NOT NULL PRIMARY KEY,
    account     TEXT   NOT NULL,
    class       TEXT   NOT NULL,
    code        TEXT   NOT NULL,
    status      BIGINT NOT NULL,
    operation   TEXT   NOT NULL,
    request_id  TEXT   NOT NULL,
    retry_after BIGINT NOT NULL,
    ambiguous   BIGINT NOT NULL,
    raw         TEXT   NOT NULL,
    at          BIGINT NOT NULL
);
CREATE INDEX faults_of_account ON faults (account, at);

CREATE TABLE parked (
    workflow_id TEXT   NOT NULL PRIMARY KEY,
    account     TEXT   NOT NULL,
    reference   TEXT   NOT NULL,
    package_id  TEXT   NOT NULL,
    since       BIGINT NOT NULL,
    fault_id    TEXT   NOT NULL,
    reason      TEXT   NOT NULL
);
CREATE INDEX parked_of_account ON parked (account, since);
