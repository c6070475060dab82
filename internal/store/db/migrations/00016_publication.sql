-- Publication: runs that were asked for, the fate of each item, what the channels say that goods must be.

-- +goose Up
-- Every item of every run, with an id by which lists go on. account and endpoint are the run's. folded: the reference in small
-- letters, for the search. parent: of a variant its product, of a product its category. warnings: how many of its issues are some. lane
-- is what lists choose by, in one column, so that one index serves every choice.
CREATE TABLE items (
    id         {{identity}},
    run_id     TEXT   NOT NULL,
    account    TEXT   NOT NULL DEFAULT '',
    endpoint   TEXT   NOT NULL DEFAULT '',
    type       TEXT   NOT NULL,
    reference  TEXT   NOT NULL,
    folded     TEXT   NOT NULL,
    parent     TEXT   NOT NULL DEFAULT '',
    title      TEXT   NOT NULL DEFAULT '',
    status     TEXT   NOT NULL,
    step       TEXT   NOT NULL DEFAULT '',
    reason     TEXT   NOT NULL,
    stage      TEXT   NOT NULL DEFAULT '',
    code       TEXT   NOT NULL DEFAULT '',
    warnings   BIGINT NOT NULL DEFAULT 0,
    fault_id   TEXT   NOT NULL,
    request_id TEXT   NOT NULL,
    listing_id TEXT   NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    lane       TEXT   NOT NULL GENERATED ALWAYS AS (endpoint || '/' || type || '/' || status) STORED,
    issues     TEXT   NOT NULL DEFAULT '[]',
    UNIQUE (run_id, reference, type)
);
INSERT INTO items (run_id, account, endpoint, type, reference, folded, status, reason, fault_id, request_id, created_at, at)
SELECT i.run_id, COALESCE(r.account, ''), COALESCE(r.endpoint, ''), i.type, i.reference, LOWER(i.reference), i.status, i.reason, i.fault_id,
    i.request_id, i.at, i.at
FROM run_items i LEFT JOIN runs r ON r.id = i.run_id ORDER BY i.at, i.run_id, i.reference;
DROP TABLE run_items;
ALTER TABLE items RENAME TO run_items;
CREATE INDEX run_items_of_run ON run_items (run_id, lane, id);
CREATE INDEX run_items_of_account ON run_items (account, lane, id);
CREATE INDEX run_items_by_lane ON run_items (lane, id);
CREATE INDEX run_items_by_time ON run_items (created_at);
CREATE INDEX run_items_of_parent ON run_items (run_id, parent) WHERE parent <> '';
{{search}}

-- Runs end in no order: those that go on are found at once.
CREATE INDEX runs_going_on ON runs (account, kind) WHERE ended_at = 0;

-- selection: JSON. started_at 0: it is queued. stopped_by: a person asked for its end. The numbers are those of its items.
CREATE TABLE publications (
    id         TEXT   NOT NULL PRIMARY KEY,
    account    TEXT   NOT NULL REFERENCES accounts (id),
    through    TEXT   NOT NULL REFERENCES accounts (id),
    endpoint   TEXT   NOT NULL,
    selection  TEXT   NOT NULL,
    dry_run    BIGINT NOT NULL,
    asked_by   TEXT   NOT NULL,
    asked_at   BIGINT NOT NULL,
    started_at BIGINT NOT NULL DEFAULT 0,
    ended_at   BIGINT NOT NULL DEFAULT 0,
    stopped_by TEXT   NOT NULL DEFAULT '',
    items      BIGINT NOT NULL DEFAULT 0,
    done       BIGINT NOT NULL DEFAULT 0,
    invalid    BIGINT NOT NULL DEFAULT 0,
    refused    BIGINT NOT NULL DEFAULT 0,
    skipped    BIGINT NOT NULL DEFAULT 0,
    warnings   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX publications_waiting ON publications (account, endpoint, asked_at, id) WHERE ended_at = 0;
CREATE INDEX publications_newest ON publications (started_at, id);

-- While a run goes on: what the adapter decided about each SKU when it checked it, and the hash of what is sent. sku empty: of
-- the product as a whole.
CREATE TABLE publication_plans (
    run_id  TEXT NOT NULL REFERENCES publications (id),
    product TEXT NOT NULL,
    sku     TEXT NOT NULL,
    plan    TEXT NOT NULL,
    hash    TEXT NOT NULL,
    PRIMARY KEY (run_id, product, sku)
);

-- What was sent under a handle that the channel has not answered.
CREATE TABLE publication_submissions (
    run_id      TEXT NOT NULL REFERENCES publications (id),
    handle      TEXT NOT NULL,
    channel_sku TEXT NOT NULL,
    product     TEXT NOT NULL,
    sku         TEXT NOT NULL,
    PRIMARY KEY (run_id, handle, channel_sku)
);

-- How a SKU stands on an account's endpoint. ended_item: the newest item of it that ended done or in error. item: the one with which
-- it was accepted last; hash: of what was accepted; read_at: the catalogue's state that it was made of, so that what changed later is not in
-- it. shown = 1: it was read back, or there is nothing to read back.
CREATE TABLE published (
    account     TEXT   NOT NULL REFERENCES accounts (id),
    endpoint    TEXT   NOT NULL,
    sku         TEXT   NOT NULL,
    through     TEXT   NOT NULL,
    ended_item  BIGINT NOT NULL DEFAULT 0,
    item        BIGINT NOT NULL DEFAULT 0,
    hash        TEXT   NOT NULL DEFAULT '',
    read_at     BIGINT NOT NULL DEFAULT 0,
    channel_sku TEXT   NOT NULL DEFAULT '',
    accepted_at BIGINT NOT NULL DEFAULT 0,
    shown       BIGINT NOT NULL DEFAULT 0,
    misses      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account, endpoint, sku)
);
CREATE INDEX published_unshown ON published (through, accepted_at) WHERE item > 0 AND shown = 0;

-- How an account names a category of the catalogue; empty: all others. attributes: a JSON object of lists.
CREATE TABLE type_settings (
    account    TEXT   NOT NULL REFERENCES accounts (id),
    category   TEXT   NOT NULL,
    type       TEXT   NOT NULL,
    attributes TEXT   NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (account, category)
);

-- What channels say that goods of a type must be. scope: the channel with the marketplace or the account that it holds for.
CREATE TABLE definitions (
    scope      TEXT   NOT NULL,
    type       TEXT   NOT NULL,
    version    TEXT   NOT NULL,
    checksum   TEXT   NOT NULL,
    fetched_at BIGINT NOT NULL,
    body       {{bytes}} NOT NULL,
    PRIMARY KEY (scope, type)
);
