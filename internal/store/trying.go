package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/runs"
)

// tryingBy is SQL that counts, by the kind of an incident, what is being tried again. $1 is the account, $2 the code.
var tryingBy = map[incident.Kind]string{
	incident.Parked: `SELECT COUNT(*) FROM packages p JOIN orders o ON o.id = p.order_id JOIN faults f ON f.id = p.fault_id
		WHERE p.state IN ('processed', 'parked') AND p.state = '` + string(shipment.Processed) + `' AND o.account = CAST($1 AS TEXT) AND ` + faultIs,
	incident.Uncancelled: `SELECT COUNT(*) FROM channel_cancels c LEFT JOIN faults f ON f.id = c.fault_id
		WHERE c.account = CAST($1 AS TEXT) AND c.state IN ('` + string(order.CancelAsked) + `', '` + string(order.CancelSent) + `') AND c.state <> 'settled' AND c.declines = 0 AND ` + faultIs,
	incident.Aside: `SELECT COUNT(*) FROM aside_orders q WHERE q.account = CAST($1 AS TEXT) AND CAST($2 AS TEXT) = '' AND q.asked_at > q.tried_at`,
}

// attemptLasts is after how long an attempt that shows nothing is no longer awaited.
const attemptLasts = time.Hour

// Trying counts what of the attempt at an incident is under way.
func (s *Store) Trying(ctx context.Context, m incident.Mark) (n int, err error) {
	if m.Attempt == nil {
		return 0, nil
	}
	switch m.Kind {
	case incident.Refused:
		return s.Levels.Resending(ctx, m.Account, m.Code)
	case incident.Unpublished:
		return s.runsOn(ctx, m, `SELECT COUNT(*) FROM publications WHERE id = $1 AND ended_at = 0`, m.Attempt.Run)
	case incident.Failing:
		if time.Since(m.Attempt.At) > attemptLasts {
			return 0, nil
		}
		if m.Code == string(runs.RunStock) { // a push that has nothing to send is no run
			if unsent, err := s.Levels.DirtyCount(ctx, m.Account); err != nil || unsent == 0 {
				return 0, err
			}
		}
		return s.runsOn(ctx, m, `SELECT CASE WHEN EXISTS (SELECT 1 FROM runs WHERE account = $1 AND kind = $2 AND ended_at > 0 AND ended_at >= $3) THEN 0 ELSE 1 END`,
			m.Account, m.Code, m.Attempt.At.UnixMicro())
	}
	text, known := tryingBy[m.Kind]
	if !known {
		return 0, nil
	}
	return s.number(ctx, m, text, m.Account, m.Code)
}

// runsOn returns how many items the attempt's run tries, while a count says that it goes on.
func (s *Store) runsOn(ctx context.Context, m incident.Mark, text string, args ...any) (int, error) {
	n, err := s.number(ctx, m, text, args...)
	if n > 0 {
		n = max(m.Attempt.Items, 1)
	}
	return n, err
}

func (s *Store) number(ctx context.Context, m incident.Mark, text string, args ...any) (n int, err error) {
	err = s.Read(ctx, text, func(r *sql.Rows) error { return r.Scan(&n) }, args...)
	if err != nil {
		return 0, fmt.Errorf("count what of %s is tried again: %w", m.Name, err)
	}
	return n, nil
}
