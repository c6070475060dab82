package runs

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/towpath/towpath/internal/store/db"
)

// RecentRuns is how many of the newest runs of an account and kind count for its health, and NewestRuns how many of them show whether
// it needs attention.
const (
	RecentRuns = 100
	NewestRuns = 20
)

// Work is a kind of runs on an account.
type Work struct {
	Account string
	Kind    RunKind
}

// OftenFailed returns on which accounts at least so many of the newest NewestRuns runs of a kind have failed, in one statement: of what is well nothing more is read.
func (s *Store) OftenFailed(ctx context.Context, kinds []RunKind, failed int) (out []Work, err error) {
	err = s.Read(ctx, `SELECT account, kind FROM (SELECT a.id AS account, r.value AS kind, (SELECT COUNT(*) FROM
				(SELECT n.errors, n.fault_id FROM runs n WHERE n.account = a.id AND n.kind = r.value ORDER BY n.started_at DESC, n.id DESC LIMIT $2) n
				WHERE n.errors > 0 OR n.fault_id <> '') AS failed
			FROM {{rows 1}} CROSS JOIN accounts a) w WHERE failed >= $3`, func(rows *sql.Rows) error {
		var w Work
		err := rows.Scan(&w.Account, &w.Kind)
		out = append(out, w)
		return err
	}, db.RowsOf(kinds), NewestRuns, failed)
	if err != nil {
		return nil, fmt.Errorf("read which runs fail often: %w", err)
	}
	return out, nil
}

// Recent returns the newest RecentRuns runs of a kind on an account, the newest first.
func (s *Store) Recent(ctx context.Context, w Work) ([]Run, error) {
	return s.List(ctx, RunFilter{Account: w.Account, Kind: w.Kind, Limit: RecentRuns})
}

// First returns when the first run of a kind on an account began; zero if there was none.
func (s *Store) First(ctx context.Context, account string, kind RunKind) (time.Time, error) {
	var at int64
	err := s.Read(ctx, `SELECT COALESCE(MIN(started_at), 0) FROM runs WHERE account = $1 AND kind = $2`,
		func(rows *sql.Rows) error { return rows.Scan(&at) }, account, string(kind))
	if err != nil {
		return time.Time{}, fmt.Errorf("read the first of the %s runs of %s: %w", kind, account, err)
	}
	return db.At(at), nil
}

// recentRuns has the newest runs of accounts as they were read last. Most have no newer ones a moment later.
type recentRuns struct {
	mu sync.Mutex
	of map[string]recentOf // by account
}

type recentOf struct {
	mark string
	runs map[RunKind][]Run
}

// RecentByKind returns the newest RecentRuns runs of each kind on an account, the newest first. The result must not be changed: it is read anew only when
// a run has begun or ended, or goes on.
func (s *Store) RecentByKind(ctx context.Context, account string) (map[RunKind][]Run, error) {
	mark, still, err := s.runsMark(ctx, account)
	if err != nil {
		return nil, err
	}
	s.recent.mu.Lock()
	known := s.recent.of[account]
	s.recent.mu.Unlock()
	if still && known.mark == mark {
		return known.runs, nil
	}
	list, err := s.recentByKind(ctx, account)
	if err == nil && still {
		s.recent.mu.Lock()
		defer s.recent.mu.Unlock()
		if s.recent.of == nil {
			s.recent.of = map[string]recentOf{}
		}
		s.recent.of[account] = recentOf{mark, list}
	}
	return list, err
}

// runsMark returns a text that differs once a run of the account has begun or ended, and whether none goes on. It costs three looks at indexes.
func (s *Store) runsMark(ctx context.Context, account string) (mark string, still bool, err error) {
	err = s.Read(ctx, `SELECT COALESCE((SELECT MAX(o.started_at) FROM runs o WHERE o.account = $1), 0), COALESCE((SELECT MAX(o.ended_at) FROM runs o WHERE o.account = $1 AND `+Ended+`), 0),
			(SELECT COUNT(*) FROM runs o WHERE o.account = $1 AND `+GoingOn+`)`, func(rows *sql.Rows) error {
		var began, ended, going int64
		err := rows.Scan(&began, &ended, &going)
		mark, still = fmt.Sprint(began, ended), going == 0
		return err
	}, account)
	if err != nil {
		return "", false, fmt.Errorf("read whether %s has newer runs: %w", account, err)
	}
	return mark, still, nil
}

func (s *Store) recentByKind(ctx context.Context, account string) (map[RunKind][]Run, error) {
	var parts []string
	args := []any{account, RecentRuns}
	for i, kind := range RunKinds() {
		parts = append(parts, fmt.Sprintf(`SELECT * FROM (SELECT `+RunColumns+` FROM runs o WHERE o.account = $1 AND o.kind = $%d ORDER BY o.started_at DESC, o.id DESC LIMIT $2) k%d`, i+3, i))
		args = append(args, string(kind))
	}
	out := make(map[RunKind][]Run)
	err := s.Read(ctx, strings.Join(parts, ` UNION ALL `)+` ORDER BY started_at DESC, id DESC`, func(rows *sql.Rows) error {
		r, err := ScanRun(rows)
		out[r.Kind] = append(out[r.Kind], r)
		return err
	}, args...)
	if err != nil {
		return nil, fmt.Errorf("read the last runs of %s: %w", account, err)
	}
	return out, nil
}

// NewestOf returns the newest run of each account and of each of some kinds, in one statement however many accounts there are.
func (s *Store) NewestOf(ctx context.Context, kinds ...RunKind) (newest []Run, err error) {
	err = s.Read(ctx, `SELECT `+RunColumns+` FROM {{rows 1}} CROSS JOIN accounts a JOIN runs o ON o.id = (SELECT n.id FROM runs n
			WHERE n.account = a.id AND n.kind = r.value ORDER BY n.started_at DESC, n.id DESC LIMIT 1)`, func(rows *sql.Rows) error {
		r, err := ScanRun(rows)
		newest = append(newest, r)
		return err
	}, db.RowsOf(kinds))
	if err != nil {
		return nil, fmt.Errorf("read the newest runs: %w", err)
	}
	return newest, nil
}
