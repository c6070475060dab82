package store

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/stock"
)

// Live says who lets an account write to its channel.
type Live struct {
	By string // a person or a program, for the record; must be given
}

// GoLive ends the observing of an account: from now on its levels and packages are sent. All its links become dirty,
// because the channel lists what an older tool last told it. It reports whether the account was observing; repeating
// it changes nothing.
func (s *Store) GoLive(ctx context.Context, account string, live Live) (changed bool, err error) {
	if live.By == "" {
		return false, fmt.Errorf("let account %s go live: who says so must be given", account)
	}
	if _, err := s.Account(ctx, account); err != nil {
		return false, err
	}
	err = s.write(ctx, "let account "+account+" go live", func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE accounts SET observing = 0, live_at = $2, live_by = $3 WHERE id = $1 AND observing = 1`,
			account, t.now, clean(live.By))
		if changed = n > 0; err != nil || !changed {
			return err
		}
		return t.dirtyLinks(ctx, []string{account}, stock.ByLive)
	})
	return changed, err
}

// Observe takes an account back to observing: nothing is sent to its channel from then on. It reports whether the
// account was live.
func (s *Store) Observe(ctx context.Context, account string) (changed bool, err error) {
	if _, err := s.Account(ctx, account); err != nil {
		return false, err
	}
	err = s.write(ctx, "let account "+account+" observe", func(ctx context.Context, t *tx) error {
		n, err := t.exec(ctx, `UPDATE accounts SET observing = 1 WHERE id = $1 AND observing = 0`, account)
		changed = n > 0
		return err
	})
	return changed, err
}
