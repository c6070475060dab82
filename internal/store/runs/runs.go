// Package runs records what was done: runs with their items, calls to channels, and faults with the channels' raw text. Its
// tables are runs, run_items, calls and faults. It imports only db, so that every other room can record its work in its own
// transaction.
package runs

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/store/db"
)

// Store records runs, items, calls and faults. It is safe for concurrent use.
type Store struct {
	*db.DB
	recent recentRuns
}

// New returns the room for an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }

// RunKind is the kind of work that a run does.
type RunKind = register.Kind

// The kinds of runs.
const (
	RunOrders    = register.Orders
	RunStock     = register.Stock
	RunShipments = register.Shipments
	RunListings  = register.Listings
	RunLinks     = register.Links
	RunLevels    = register.Levels
	RunMigration = register.Migration
	RunBackfill  = register.Backfill
	RunCoverage  = register.Coverage
)

// Run is one execution of a sync: a row of the activity register.
type Run = register.Run

// StartRun records that a run has begun. It may be repeated.
func (s *Store) StartRun(ctx context.Context, run Run) error {
	return s.Write(ctx, "start run "+run.ID, func(ctx context.Context, t *db.Tx) error { return InsertRun(ctx, t, run) })
}

// InsertRun records the start of a run in a transaction; an existing one stays.
func InsertRun(ctx context.Context, t *db.Tx, run Run) error {
	if err := run.Check(); err != nil {
		return err
	}
	n, err := t.Exec(ctx, `INSERT INTO runs (id, kind, account, endpoint, workflow_id, started_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
		run.ID, string(run.Kind), run.Account, string(run.Endpoint), run.WorkflowID, db.Micro(run.StartedAt))
	if err != nil || n == 0 {
		return err
	}
	// Items that were saved before their run was recorded.
	_, err = t.Exec(ctx, `UPDATE run_items SET account = $2, endpoint = $3 WHERE run_id = $1 AND account = ''`, run.ID, run.Account, string(run.Endpoint))
	return err
}

// EndRun records the end of a run, and its start if it is missing. Repeating it overwrites the same row.
func (s *Store) EndRun(ctx context.Context, run Run) error {
	return s.Write(ctx, "end run "+run.ID, func(ctx context.Context, t *db.Tx) error { return EndRun(ctx, t, run) })
}

// EndRun records the end of a run in a transaction.
func EndRun(ctx context.Context, t *db.Tx, run Run) error {
	if err := InsertRun(ctx, t, run); err != nil {
		return err
	}
	c := run.Counts
	_, err := t.Exec(ctx, `UPDATE runs SET ended_at = $2, seen = $3, saved = $4, same = $5, skipped = $6, unlinked = $7, errors = $8,
			fault_id = $9, fault_class = $10, fault_code = $11 WHERE id = $1`,
		run.ID, db.Micro(run.EndedAt), c.Seen, c.Saved, c.Same, c.Skipped, c.Unlinked, c.Errors,
		run.FaultID, string(run.FaultClass), db.Clean(run.FaultCode))
	return err
}

// Reopen lets a run go on that has ended, in a transaction: what it was about is being done again.
func Reopen(ctx context.Context, t *db.Tx, id string) error {
	_, err := t.Exec(ctx, `UPDATE runs SET ended_at = 0, fault_id = '', fault_class = '', fault_code = '' WHERE id = $1`, id)
	return err
}

// itemRow has the columns of a row of run_items that an item fills.
type itemRow struct {
	RunID     string     `db:"run_id"`
	Reference string     `db:"reference"`
	Type      string     `db:"type"`
	Status    ItemStatus `db:"status"`
	Reason    string     `db:"reason"`
	FaultID   string     `db:"fault_id"`
	RequestID string     `db:"request_id"`
	At        time.Time  `db:"at"`
	Folded    string     `db:"folded"`
}

func rowOfItem(i Item) itemRow {
	return itemRow{i.RunID, i.Reference, i.Type, i.Status, i.Reason, i.FaultID, i.RequestID, i.At, FoldedReference(i.Reference)}
}

// RunKinds are all kinds of runs, in the order in which they are shown.
func RunKinds() []RunKind { return register.Kinds() }

// RunColumns are the columns of runs as o, as ScanRun reads them.
const RunColumns = `o.id, o.kind, o.account, o.endpoint, o.workflow_id, o.started_at, o.ended_at, o.seen, o.saved, o.same, o.skipped, o.unlinked, o.errors,
	o.fault_id, o.fault_class, o.fault_code`

// ScanRun reads a row of RunColumns, and more columns after them.
func ScanRun(rows *sql.Rows, more ...any) (Run, error) {
	var r Run
	var started, ended int64
	c := &r.Counts
	err := rows.Scan(append([]any{&r.ID, &r.Kind, &r.Account, &r.Endpoint, &r.WorkflowID, &started, &ended, &c.Seen, &c.Saved, &c.Same, &c.Skipped, &c.Unlinked,
		&c.Errors, &r.FaultID, &r.FaultClass, &r.FaultCode}, more...)...)
	r.StartedAt, r.EndedAt = db.At(started), db.At(ended)
	return r, err
}

// The rules of register.Run in SQL, where they say which rows are read: failed is Failed, tells Took, Ended and GoesOn of a run o are
// Ended and its opposite, in the words of the index runs_going_on.
const (
	failed  = `(errors > 0 OR fault_id <> '')`
	tookSQL = `ended_at > 0 AND ended_at >= started_at AND fault_id = ''`
	Ended   = `o.ended_at > 0`
	GoingOn = `o.ended_at = 0`
)

// RunDurations returns the durations of the last runs of an account and kind that tell how long one usually takes, the newest first.
func (s *Store) RunDurations(ctx context.Context, account string, kind RunKind) ([]time.Duration, error) {
	var out []time.Duration
	err := s.Read(ctx, `SELECT started_at, ended_at, fault_id FROM runs WHERE account = $1 AND kind = $2 AND `+tookSQL+`
		ORDER BY started_at DESC LIMIT $3`, func(rows *sql.Rows) error {
		var run Run
		var started, ended int64
		err := rows.Scan(&started, &ended, &run.FaultID)
		run.StartedAt, run.EndedAt = db.At(started), db.At(ended)
		if took, known := run.Took(); known {
			out = append(out, took)
		}
		return err
	}, account, string(kind), register.Usual)
	if err != nil {
		return nil, fmt.Errorf("read how long %s of %s take: %w", kind, account, err)
	}
	return out, nil
}
