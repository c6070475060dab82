package runs

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/db"
)

// RunFilter selects runs, newest first; Before is the ID of the last row shown.
type RunFilter struct {
	ID       string // this run only
	Kind     RunKind
	Account  string
	Endpoint channel.Endpoint
	Errors   bool      // only runs that ended with a fault or with items in error
	From     time.Time // only those begun at this moment or later
	To       time.Time // only those begun before this moment
	Oldest   bool      // the oldest first
	Before   string
	Limit    int
}

// where returns the conditions on runs o.
func (f RunFilter) where() db.Where {
	w := db.Where{}
	for _, is := range []struct{ column, value string }{{`id`, f.ID}, {`kind`, string(f.Kind)}, {`account`, f.Account}, {`endpoint`, string(f.Endpoint)}} {
		if is.value != "" {
			w.And(is.column+` = %s`, is.value)
		}
	}
	if f.Errors {
		w.And(failed)
	}
	if !f.From.IsZero() {
		w.And(`started_at >= %s`, db.Micro(f.From))
	}
	if !f.To.IsZero() {
		w.And(`started_at < %s`, db.Micro(f.To))
	}
	return w
}

// List lists runs.
func (s *Store) List(ctx context.Context, filter RunFilter) ([]Run, error) {
	w := filter.where()
	by, sign := `started_at DESC, id DESC`, `<`
	if filter.Oldest {
		by, sign = `started_at, id`, `>`
	}
	if filter.Before != "" {
		w.And(`(started_at, id) `+sign+` (SELECT started_at, id FROM runs WHERE id = %s)`, filter.Before)
	}
	var out []Run
	err := s.Read(ctx, `SELECT `+RunColumns+` FROM runs o`+w.Text()+` ORDER BY `+by+` LIMIT `+w.Arg(db.Limited(filter.Limit)),
		func(rows *sql.Rows) error {
			r, err := ScanRun(rows)
			out = append(out, r)
			return err
		}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	return out, nil
}

// RunTotals are how many runs a list has. Counts end at db.MostCounted + 1, which means more than db.MostCounted.
type RunTotals struct {
	Runs   int             `json:"runs"`
	Failed int             `json:"failed"` // of them
	Kinds  map[RunKind]int `json:"kinds"`  // of the same list without its kind
}

// Totals counts the runs of a filter, by their kind, and those that failed. Oldest, Before and Limit don't matter.
func (s *Store) Totals(ctx context.Context, f RunFilter) (RunTotals, error) {
	t := RunTotals{Kinds: map[RunKind]int{}}
	one := f
	for _, one.Kind = range RunKinds() {
		n, err := s.CountUpTo(ctx, `runs o`, one.where())
		if err != nil {
			return t, fmt.Errorf("count runs of kind %s: %w", one.Kind, err)
		}
		if n > 0 {
			t.Kinds[one.Kind] = n
		}
		if f.Kind == "" || f.Kind == one.Kind {
			t.Runs = min(t.Runs+n, db.MostCounted+1)
		}
	}
	f.Errors = true
	var err error
	if t.Failed, err = s.CountUpTo(ctx, `runs o`, f.where()); err != nil {
		return t, fmt.Errorf("count failed runs: %w", err)
	}
	return t, nil
}
