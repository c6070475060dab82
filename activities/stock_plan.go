package activities

import (
	"context"
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// Plan is the next call of a push. Dirty is 0 when there is nothing to send.
type Plan struct {
	Dirty int               `json:"dirty"`
	Size  int               `json:"size,omitempty"`
	Op    channel.Operation `json:"op,omitempty"`
	Ahead bool              `json:"ahead,omitempty"` // the next call has levels of feeds, which go ahead of them
	Feeds []message.Feed    `json:"feeds,omitempty"` // whose results are to be asked for
}

// PlanPush counts the dirty levels and asks the adapter for the operation and batch size.
func (s *Stock) PlanPush(ctx context.Context, id string) (Plan, error) {
	return s.plan(ctx, id, false)
}

// maxFeeds is how many feeds an account has at a time. Their results are asked for one after the other.
const maxFeeds = 5

// plan plans the next call. What was sold meanwhile goes ahead of feeds and before other levels, but takes turns with them: wentAhead
// says that the last call was about feeds.
func (s *Stock) plan(ctx context.Context, id string, wentAhead bool) (Plan, error) {
	conn, ok := s.Connections[id]
	if !ok {
		return Plan{}, nil
	}
	work, err := s.Store.Levels.Work(ctx, id, time.Now())
	if err != nil {
		return Plan{}, err
	}
	acc, err := s.Store.Accounts.Account(ctx, id)
	if err != nil {
		return Plan{}, err
	}
	if acc.Runs() && !acc.Does(account.Stock) { // what was sent before the pause is asked about still
		return Plan{Feeds: work.Feeds}, nil
	}
	plan := Plan{Dirty: work.Free + work.Ahead, Feeds: work.Feeds}
	switch {
	case work.Ahead > 0 && (work.Free == 0 || !wentAhead):
		plan.Ahead = true
		plan.Size, plan.Op = withoutFeed(conn, work.Ahead)
	case len(work.Feeds) >= maxFeeds && work.Free > 0:
		plan.Size, plan.Op = withoutFeed(conn, work.Free)
	case work.Free > 0:
		plan.Size, plan.Op = conn.Batch(work.Free)
	}
	return plan, nil
}

// withoutFeed returns the largest batch of at most n levels that the channel applies at once.
func withoutFeed(conn channel.Connection, n int) (size int, op channel.Operation) {
	size, op = conn.Batch(n)
	for op == channel.OpFeed && n > 1 {
		n /= 2
		size, op = conn.Batch(n)
	}
	return size, op
}
