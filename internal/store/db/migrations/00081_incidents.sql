-- Incidents, one per kind, account and code. links.refused_code: the code with which the channel refused the level, until it has accepted one;
-- refused_at: when. published.failed_code: the code of the error in which the SKU's last item ended, failed_at: when; 0: it did not end in error.
-- incident_marks: what persons have said and asked of an incident. subjects: how many were affected when it was acknowledged. since: when the
-- incident had begun at the last retry; run: which one tries again, where one does.

-- +goose Up
ALTER TABLE links ADD COLUMN refused_code TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN refused_at BIGINT NOT NULL DEFAULT 0;
UPDATE links SET refused_at = dirty_since, refused_code = COALESCE((SELECT CASE WHEN f.code <> '' THEN f.code ELSE f.class END
		FROM pushes p JOIN faults f ON f.id = p.fault_id
		WHERE p.account = links.account AND p.channel_sku = links.channel_sku AND p.version = links.failed_version ORDER BY p.sent_at DESC LIMIT 1), 'level-not-shown')
	WHERE channel_fulfils = 0 AND dirty_version > clean_version AND dirty_version <= failed_version;
CREATE INDEX links_refused_by_code ON links (account, refused_code, refused_at, channel_sku)
	WHERE channel_fulfils = 0 AND dirty_version > clean_version AND dirty_version <= failed_version;
CREATE INDEX links_once_refused ON links (account, refused_code) WHERE refused_code <> '';

ALTER TABLE published ADD COLUMN failed_code TEXT NOT NULL DEFAULT '';
ALTER TABLE published ADD COLUMN failed_at BIGINT NOT NULL DEFAULT 0;
UPDATE published SET failed_code = COALESCE((SELECT i.code FROM run_items i WHERE i.id = published.ended_item), ''),
		failed_at = COALESCE((SELECT i.at FROM run_items i WHERE i.id = published.ended_item), 0)
	WHERE ended_item > 0 AND EXISTS (SELECT 1 FROM run_items i WHERE i.id = published.ended_item AND i.status = 'error');
CREATE INDEX published_failed ON published (account, endpoint, failed_code, failed_at, sku) WHERE failed_at > 0;

CREATE INDEX run_items_not_in_catalogue ON run_items (account, endpoint, run_id) WHERE status = 'error' AND code = 'not-in-catalogue';

CREATE INDEX faults_by_code ON faults (account, code, at);

CREATE TABLE incident_marks (
    kind            TEXT   NOT NULL,
    account         TEXT   NOT NULL,
    code            TEXT   NOT NULL,
    acknowledged_by TEXT   NOT NULL DEFAULT '',
    acknowledged_at BIGINT NOT NULL DEFAULT 0,
    reason          TEXT   NOT NULL DEFAULT '',
    subjects        BIGINT NOT NULL DEFAULT 0,
    retried_by      TEXT   NOT NULL DEFAULT '',
    retried_at      BIGINT NOT NULL DEFAULT 0,
    retried         BIGINT NOT NULL DEFAULT 0,
    run             TEXT   NOT NULL DEFAULT '',
    since           BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, account, code)
);
