package runs

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/store/db"
)

// RecentRuns is how many of the newest runs of an account and kind count for its health, and NewestRuns how many of them show whether
// it needs attention.
const (
	RecentRuns = 100
	NewestRuns = 20
)

// Recent returns the newest RecentRuns runs of a kind on an account, the newest first, if among the newest of them there are at least
// as many failed ones as given; otherwise none. So an account that is well costs one short look at an index.
func (s *Store) Recent(ctx context.Context, account string, kind RunKind, failed int) ([]Run, error) {
	list, err := s.List(ctx, RunFilter{Account: account, Kind: kind, Limit: NewestRuns})
	if err != nil {
		return nil, err
	}
	bad := 0
	for _, r := range list {
		if r.Failed() {
			bad++
		}
	}
	if bad < failed {
		return nil, nil
	}
	return s.List(ctx, RunFilter{Account: account, Kind: kind, Limit: RecentRuns})
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

// RecentByKind returns the newest RecentRuns runs of each kind on an account, the newest first, in one statement.
func (s *Store) RecentByKind(ctx context.Context, account string) (map[RunKind][]Run, error) {
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
