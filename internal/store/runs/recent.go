package runs

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/store/db"
)

// RecentRuns is how many of the newest ended runs of an account and kind count for its health.
const RecentRuns = 100

// Group is the runs of a kind on an account.
type Group struct {
	Account string
	Kind    RunKind
}

// Recent returns the newest RecentRuns ended runs of each account and kind, the newest first.
func (s *Store) Recent(ctx context.Context, kinds ...RunKind) (map[Group][]Run, error) {
	texts := make([]string, len(kinds))
	for i, k := range kinds {
		texts[i] = string(k)
	}
	out := make(map[Group][]Run)
	err := s.Read(ctx, `SELECT `+RunColumns+` FROM {{rows 1}} CROSS JOIN accounts a JOIN runs o ON o.account = a.id AND o.kind = r.value
		WHERE `+Ended+` AND o.started_at >= COALESCE((SELECT o.started_at FROM runs o WHERE o.account = a.id AND o.kind = r.value AND `+Ended+`
			ORDER BY o.started_at DESC LIMIT 1 OFFSET $2), 0)
		ORDER BY o.account, o.kind, o.started_at DESC, o.id DESC`, func(rows *sql.Rows) error {
		run, err := ScanRun(rows)
		if g := (Group{run.Account, run.Kind}); len(out[g]) < RecentRuns {
			out[g] = append(out[g], run)
		}
		return err
	}, db.Texts(texts), RecentRuns-1)
	if err != nil {
		return nil, fmt.Errorf("read the recent runs: %w", err)
	}
	return out, nil
}
