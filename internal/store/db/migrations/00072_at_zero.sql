-- What becomes of listings whose level is 0 on accounts that say at_zero: end. state: 'ending' the channel is asked to end it; 'ended' Towpath ended it; 'kept' it is
-- kept as it is, for the reason why. whole: the channel's id of the listing that it is a variant of; '' it is alone. version: the version of the link's level that this is
-- about. since: when it came to this. wants: of an ended one, units to list that it is not put up again for; not tried again before again_at. fault_id: why the
-- channel refused it last.

-- +goose Up
CREATE TABLE at_zero (
    account     TEXT   NOT NULL REFERENCES accounts (id),
    channel_sku TEXT   NOT NULL,
    state       TEXT   NOT NULL,
    whole       TEXT   NOT NULL DEFAULT '',
    version     BIGINT NOT NULL,
    why         TEXT   NOT NULL DEFAULT '',
    since       BIGINT NOT NULL,
    wants       BIGINT NOT NULL DEFAULT 0,
    again_at    BIGINT NOT NULL DEFAULT 0,
    fault_id    TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (account, channel_sku)
);
CREATE INDEX at_zero_state ON at_zero (account, state, channel_sku);
CREATE INDEX links_at_zero ON links (account, accepted_at, channel_sku) WHERE accepted_version > 0 AND accepted_quantity = 0;
