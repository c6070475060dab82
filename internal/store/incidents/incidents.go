// Package incidents stores what needs a person: incidents, opened and closed by the changes that cause them, and parked
// workflows. Its tables are incidents and parked; a parked package is marked in packages too. It imports db and runs.
package incidents

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

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
		i.Since, i.ChangedAt, i.Open = db.At(since), db.At(changed), state == opened
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

// incidentRow is a row of incidents.
type incidentRow struct {
	Kind      incident.Kind `db:"kind"`
	Account   string        `db:"account"`
	Code      string        `db:"code"`
	Subjects  int           `db:"subjects"`
	Sample    string        `db:"sample"`
	Since     time.Time     `db:"since"`
	State     string        `db:"state"`
	ChangedAt time.Time     `db:"changed_at"`
}

// The words of an incident's state.
const (
	opened = "open"
	closed = "closed"
)

func rowOf(i incident.Incident) incidentRow {
	state := closed
	if i.Open {
		state = opened
	}
	return incidentRow{i.Kind, i.Account, i.Code, i.Subjects, db.JSONList(i.Sample), i.Since, state, i.ChangedAt}
}

// Save saves incidents that are news (incident.Incident.After). Call it in the transaction of the change.
func Save(ctx context.Context, t *db.Tx, news []incident.Incident) error {
	if len(news) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO incidents ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}} WHERE true
		ON CONFLICT (kind, account, code) DO UPDATE SET subjects = excluded.subjects, sample = excluded.sample, since = excluded.since,
			state = excluded.state, changed_at = excluded.changed_at`, db.RowsBy(news, rowOf))
	return err
}

// Counted collects subjects per account from rows of account, subject, count and SavedColumns.
type Counted struct {
	incident.ByAccount
	account string // of the last row
	before  incident.Incident
}

// Count returns a Counted for one kind of incident.
func Count(kind incident.Kind) *Counted { return &Counted{ByAccount: incident.ByAccount{Kind: kind}} }

// SavedColumns are what is saved of an incident i, which may be missing.
const SavedColumns = `COALESCE(i.subjects, 0), COALESCE(i.sample, ''), COALESCE(i.since, 0), COALESCE(i.state, '')`

// Saved is SQL that joins the incident i of a kind, a parameter, to accounts.
func Saved(kind, account string) string {
	return `LEFT JOIN incidents i ON i.kind = CAST(` + kind + ` AS TEXT) AND i.account = ` + account + ` AND i.code = ''`
}

// savedFields receives SavedColumns.
type savedFields struct {
	subjects      int
	sample, state string
	since         int64
}

func (f *savedFields) dest() []any { return []any{&f.subjects, &f.sample, &f.since, &f.state} }

func (f *savedFields) incident() (incident.Incident, error) {
	i := incident.Incident{Subjects: f.subjects, Since: db.At(f.since), Open: f.state == opened}
	if f.sample == "" {
		return i, nil
	}
	return i, db.FromJSON(f.sample, &i.Sample)
}

// ScanSaved reads what is saved of an incident: subjects, sample, since, state.
func ScanSaved(rows *sql.Rows) (incident.Incident, error) {
	var saved savedFields
	if err := rows.Scan(saved.dest()...); err != nil {
		return incident.Incident{}, err
	}
	return saved.incident()
}

// Scan adds a row.
func (c *Counted) Scan(rows *sql.Rows) error {
	var account, subject string
	var n int
	var saved savedFields
	if err := rows.Scan(append([]any{&account, &subject, &n}, saved.dest()...)...); err != nil {
		return err
	}
	if account != c.account {
		var err error
		if c.before, err = saved.incident(); err != nil {
			return err
		}
		c.account = account
	}
	c.Add(account, subject, n, c.before)
	return nil
}

// Save saves what is news. Call it in the transaction of the change.
func (c *Counted) Save(ctx context.Context, t *db.Tx) error {
	return Save(ctx, t, c.News(db.At(t.Now)))
}
