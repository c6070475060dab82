-- Channel SKUs that an operator has struck off an account: their level is 0 and they are left out of publications, until somebody puts them
-- back. They are no columns of links: a removed link, or a listing that is linked anew, stays off.

-- +goose Up
CREATE TABLE struck_off (
    account     TEXT   NOT NULL,
    channel_sku TEXT   NOT NULL,
    reason      TEXT   NOT NULL,
    by_whom     TEXT   NOT NULL,
    struck_at   BIGINT NOT NULL,
    PRIMARY KEY (account, channel_sku)
);
