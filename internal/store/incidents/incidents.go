// Package incidents stores what needs a person: incidents, opened and closed by the changes that cause them, and parked
// workflows. Its tables are incidents and parked; a parked package is marked in packages too. It imports db and runs.
package incidents

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store/db"
)

// Store stores what needs a person. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New returns the room for an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }

// List returns incidents, the longest open first, of one account or (empty) all; with all, closed ones too.
func (s *Store) List(ctx context.Context, account string, all bool) ([]incident.Incident, error) {
	var out []incident.Incident
	err := s.Read(ctx, `SELECT kind, account, code, subjects, sample, since, state, changed_at FROM incidents
		WHERE (CAST($1 AS TEXT) = '' OR account = CAST($1 AS TEXT)) AND (CAST($2 AS BIGINT) = 1 OR state = 'open')
		ORDER BY state DESC, since, kind, account, code LIMIT $3`, func(rows *sql.Rows) error {
		var i incident.Incident
		var sample, state string
		var since, changed int64
		if err := rows.Scan(&i.Kind, &i.Account, &i.Code, &i.Subjects, &sample, &since, &state, &changed); err != nil {
			return err
		}
		i.Since, i.ChangedAt, i.Open = db.At(since), db.At(changed), state == "open"
		if err := json.Unmarshal([]byte(sample), &i.Sample); err != nil {
			return err
		}
		out = append(out, i)
		return nil
	}, account, db.Truth(all), db.MaxLimit)
	if err != nil {
		return nil, fmt.Errorf("list incidents: %w", err)
	}
	return out, nil
}

// incidentRow has the columns of incidents that an incident sets.
type incidentRow struct {
	Kind     incident.Kind `db:"kind"`
	Account  string        `db:"account"`
	Code     string        `db:"code"`
	Subjects int           `db:"subjects"`
	Sample   string        `db:"sample"`
}

// Update saves incidents: one without subjects is closed, an open one keeps its opening time. Call it in the transaction of the
// change.
func Update(ctx context.Context, t *db.Tx, list []incident.Incident) error {
	if len(list) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO incidents ({{columns 1}}, since, state, changed_at)
		SELECT {{values 1}}, CAST($2 AS BIGINT), CASE WHEN r.subjects > 0 THEN 'open' ELSE 'closed' END, CAST($2 AS BIGINT)
		FROM {{rows 1}} WHERE r.subjects > 0 OR EXISTS (SELECT 1 FROM incidents i
			WHERE i.kind = r.kind AND i.account = r.account AND i.code = r.code AND i.state = 'open')
		ON CONFLICT (kind, account, code) DO UPDATE SET subjects = excluded.subjects, sample = excluded.sample, state = excluded.state,
			since = CASE WHEN incidents.state = 'open' THEN incidents.since ELSE excluded.since END, changed_at = excluded.changed_at
		WHERE incidents.subjects <> excluded.subjects OR incidents.sample <> excluded.sample OR incidents.state <> excluded.state`,
		db.RowsBy(list, func(i incident.Incident) incidentRow {
			return incidentRow{i.Kind, i.Account, i.Code, i.Subjects, sampleText(i.Sample)}
		}), t.Now)
	return err
}

// sampleText is a few subjects as they are stored.
func sampleText(subjects []string) string {
	if subjects == nil {
		return "[]"
	}
	text, err := json.Marshal(subjects[:min(len(subjects), incident.MaxSample)])
	if err != nil {
		panic(err) // texts only: a mistake in this package
	}
	return string(text)
}

// Counted collects subjects per account from rows of account, subject and count.
type Counted struct{ incident.ByAccount }

// Count returns a Counted for one kind of incident.
func Count(kind incident.Kind) *Counted { return &Counted{incident.ByAccount{Kind: kind}} }

// Scan adds a row.
func (c *Counted) Scan(rows *sql.Rows) error {
	var account, subject string
	var n int
	err := rows.Scan(&account, &subject, &n)
	c.Add(account, subject, n)
	return err
}

// UpdateUnlinked counts the sold units of listings without a link, on the accounts of these orders, without test endpoints.
func UpdateUnlinked(ctx context.Context, t *db.Tx, orders []int64) error {
	c := Count(incident.Unlinked)
	err := t.Query(ctx, `WITH touched AS (SELECT DISTINCT a.id FROM {{rows 1}} CROSS JOIN orders o JOIN accounts a ON a.id = o.account
			WHERE o.id = r.value AND a.endpoint <> CAST($2 AS TEXT)),
		waiting AS (SELECT o.account, l.channel_sku, SUM(l.unlinked) AS units FROM order_lines l JOIN orders o ON o.id = l.order_id
			WHERE l.unlinked > 0 AND l.sku = '' AND o.account IN (SELECT id FROM touched) GROUP BY o.account, l.channel_sku)
		SELECT t.id, COALESCE(w.channel_sku, ''), CAST(COALESCE(w.units, 0) AS BIGINT)
		FROM touched t LEFT JOIN waiting w ON w.account = t.id ORDER BY t.id, w.units DESC, w.channel_sku`, c.Scan, db.IDs(orders), string(channel.Test))
	if err != nil {
		return err
	}
	return Update(ctx, t, c.List)
}

// UpdateBackordered counts the backordered units on accounts where a count removed reserved units: those of these orders, and
// those with an open incident.
func UpdateBackordered(ctx context.Context, t *db.Tx, counts []int64) error {
	c := Count(incident.Backordered)
	err := t.Query(ctx, `WITH touched AS (SELECT DISTINCT o.account AS id FROM {{rows 1}} CROSS JOIN orders o WHERE o.id = r.value
			UNION SELECT i.account FROM incidents i WHERE i.kind = CAST($2 AS TEXT) AND i.state = 'open'),
		waiting AS (SELECT o.account, l.sku, SUM(l.backordered) AS units FROM order_lines l JOIN orders o ON o.id = l.order_id
			WHERE l.backordered > 0 AND o.account IN (SELECT id FROM touched) GROUP BY o.account, l.sku)
		SELECT t.id, COALESCE(w.sku, ''), CAST(COALESCE(w.units, 0) AS BIGINT)
		FROM touched t LEFT JOIN waiting w ON w.account = t.id ORDER BY t.id, w.units DESC, w.sku`, c.Scan, db.IDs(counts), string(incident.Backordered))
	if err != nil {
		return err
	}
	return Update(ctx, t, c.List)
}

// updateParked counts what is parked on an account, by the codes of its faults.
func updateParked(ctx context.Context, t *db.Tx, account string) error {
	parked := incident.NewByCode(incident.Parked, account)
	err := t.Query(ctx, `SELECT COALESCE(f.code, ''), COALESCE(f.class, ''), p.reference FROM parked p LEFT JOIN faults f ON f.id = p.fault_id
		WHERE p.account = $1 ORDER BY p.since, p.workflow_id`, func(rows *sql.Rows) error {
		var code, class, reference string
		err := rows.Scan(&code, &class, &reference)
		parked.Add(cmp.Or(code, class), reference, 1)
		return err
	}, account)
	if err != nil {
		return err
	}
	err = t.Query(ctx, `SELECT code FROM incidents WHERE kind = $1 AND account = $2 AND state = 'open'`, func(rows *sql.Rows) error {
		var code string
		err := rows.Scan(&code)
		parked.Add(code, "", 0)
		return err
	}, string(incident.Parked), account)
	if err != nil {
		return err
	}
	return Update(ctx, t, parked.List())
}
