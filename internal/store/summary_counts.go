package store

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// From manyFinished finished orders on, they are counted only every finishedHold: a million takes a fifth of a second, and hardly any of them changes.
const (
	manyFinished = 50_000
	finishedHold = 10 * time.Second
)

// stateCount is how many orders of an account are in a state.
type stateCount struct {
	Account string
	State   order.State
	Orders  int
}

// finishedOrders has the counts of finished orders of a moment ago.
type finishedOrders struct {
	mu     sync.Mutex
	at     time.Time
	counts []stateCount
}

// orderCounts counts the orders by account and state.
func (s *Store) orderCounts(ctx context.Context) ([]stateCount, error) {
	unfinished, err := s.countOrders(ctx, db.Words(order.States(), func(state order.State) bool { return !state.Terminal() }))
	if err != nil {
		return nil, err
	}
	f := &s.finished
	f.mu.Lock()
	defer f.mu.Unlock()
	if time.Since(f.at) > finishedHold {
		counts, err := s.countOrders(ctx, db.Words(order.States(), order.State.Terminal))
		if err != nil {
			return nil, err
		}
		sum := 0
		for _, c := range counts {
			sum += c.Orders
		}
		f.counts, f.at = counts, time.Time{}
		if sum >= manyFinished {
			f.at = time.Now()
		}
	}
	return append(unfinished, f.counts...), nil
}

// countOrders counts the orders in some states. It reads one index (orders_by_state).
func (s *Store) countOrders(ctx context.Context, states string) (counts []stateCount, err error) {
	err = s.Read(ctx, `SELECT account, state, COUNT(*) FROM orders WHERE state IN `+states+` GROUP BY state, account`, func(rows *sql.Rows) error {
		var c stateCount
		err := rows.Scan(&c.Account, &c.State, &c.Orders)
		counts = append(counts, c)
		return err
	})
	return counts, err
}
