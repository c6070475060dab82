package runs

import "context"

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
