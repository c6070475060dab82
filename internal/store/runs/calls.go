package runs

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/db"
)

// Call is one call to a channel and what it was about. It holds no personal data.
type Call struct {
	channel.Call
	Account   string            `json:"account"`
	Endpoint  channel.Endpoint  `json:"endpoint"`
	Budget    channel.Operation `json:"budget"` // the operation whose budget it drew on
	RunID     string            `json:"runId,omitempty"`
	OrderID   int64             `json:"-"` // row id; 0: it concerned no single order
	PackageID string            `json:"packageId,omitempty"`
}

// Use is how much of an account's budget for an operation was used.
type Use struct {
	Account   string
	Budget    channel.Operation
	Draws     int // calls of the operation, as the budget counts them
	Calls     int // HTTP calls that they took, those for tokens included
	Throttled int // HTTP calls that the channel refused because of too many
}

// SaveCalls saves calls as one use of their budget, for calls without another write.
func (s *Store) SaveCalls(ctx context.Context, calls []Call) error {
	if len(calls) == 0 {
		return nil
	}
	return s.Write(ctx, "save calls", func(ctx context.Context, t *db.Tx) error { return SaveCalls(ctx, t, calls) })
}

// callRow is a row of calls.
type callRow struct {
	Account   string            `db:"account"`
	Endpoint  channel.Endpoint  `db:"endpoint"`
	Budget    channel.Operation `db:"budget"`
	Draws     bool              `db:"draws"`
	Operation string            `db:"operation"`
	RequestID string            `db:"request_id"`
	Status    int               `db:"status"`
	Class     channel.Class     `db:"class"`
	Code      string            `db:"code"`
	RunID     string            `db:"run_id"`
	OrderID   int64             `db:"order_id"`
	PackageID string            `db:"package_id"`
	At        time.Time         `db:"at"`
	Took      time.Duration     `db:"took"`
	Request   string            `db:"request"`
	Answer    string            `db:"answer"`
}

// SaveCalls saves the calls of one use of a budget, in one statement.
func SaveCalls(ctx context.Context, t *db.Tx, calls []Call) error {
	if len(calls) == 0 {
		return nil
	}
	rows := make([]callRow, len(calls))
	for i, c := range calls {
		rows[i] = callRow{c.Account, c.Endpoint, c.Budget, channel.Draws(i), c.Operation, c.RequestID, c.Status, c.Class, c.Code,
			c.RunID, c.OrderID, c.PackageID, c.At, c.Took, c.Request, c.Answer}
	}
	_, err := t.Exec(ctx, `INSERT INTO calls ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}} WHERE true`, db.RowsOf(rows))
	return err
}

const callColumns = `c.id, c.account, c.endpoint, c.budget, c.operation, c.request_id, c.status, c.class, c.code, c.run_id, c.order_id,
	c.package_id, c.at, c.took, c.request, c.answer`

func (s *Store) callRows(ctx context.Context, text string, args ...any) ([]Call, error) {
	var out []Call
	err := s.Read(ctx, text, func(rows *sql.Rows) error {
		var c Call
		var id, when, took int64
		err := rows.Scan(&id, &c.Account, &c.Endpoint, &c.Budget, &c.Operation, &c.RequestID, &c.Status, &c.Class, &c.Code, &c.RunID, &c.OrderID,
			&c.PackageID, &when, &took, &c.Request, &c.Answer)
		c.At, c.Took = db.At(when), time.Duration(took)*time.Microsecond
		out = append(out, c)
		return err
	}, args...)
	return out, err
}

// OrderCalls returns the latest calls about an order, newest first: those that read it alone, those for its packages, and the one
// whose page last changed it.
func (s *Store) OrderCalls(ctx context.Context, rowID int64, limit int) ([]Call, error) {
	out, err := s.callRows(ctx, `SELECT `+callColumns+` FROM calls c WHERE c.order_id = $1 AND c.order_id <> 0
		UNION ALL
		SELECT `+callColumns+` FROM orders o CROSS JOIN calls c
		WHERE o.id = $1 AND o.request_id <> '' AND c.run_id = o.run_id AND c.run_id <> '' AND c.request_id = o.request_id AND c.order_id = 0
		ORDER BY 1 DESC LIMIT $2`, rowID, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list calls of order %d: %w", rowID, err)
	}
	return out, nil
}

// RunCalls lists the latest calls of a run, newest first.
func (s *Store) RunCalls(ctx context.Context, runID string, limit int) ([]Call, error) {
	out, err := s.callRows(ctx, `SELECT `+callColumns+` FROM calls c WHERE c.run_id = $1 AND c.run_id <> '' ORDER BY c.at DESC, c.id DESC LIMIT $2`,
		runID, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list calls of run %s: %w", runID, err)
	}
	return out, nil
}

// CallsWith lists the calls with one of a few request ids, the newest first, of one account since a moment. Calls are kept for a limited
// time, and found by it.
func (s *Store) CallsWith(ctx context.Context, account string, requestIDs []string, since time.Time, limit int) ([]Call, error) {
	if len(requestIDs) == 0 {
		return nil, nil
	}
	out, err := s.callRows(ctx, `SELECT `+callColumns+` FROM {{rows 1}} CROSS JOIN calls c WHERE c.account = CAST($2 AS TEXT) AND c.at >= $3 AND c.request_id = r.value
		ORDER BY c.id DESC LIMIT $4`, db.Texts(requestIDs), account, db.Micro(since), db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list calls of %s by their request ids: %w", account, err)
	}
	return out, nil
}

// Used returns how much of each budget was used since a time, by account and operation.
func (s *Store) Used(ctx context.Context, since time.Time) ([]Use, error) {
	var out []Use
	err := s.Read(ctx, `SELECT account, budget, class, CAST(SUM(draws) AS BIGINT), COUNT(*)
		FROM calls WHERE at >= $1 GROUP BY account, budget, class ORDER BY account, budget, class`, func(rows *sql.Rows) error {
		var u Use
		var class channel.Class
		if err := rows.Scan(&u.Account, &u.Budget, &class, &u.Draws, &u.Calls); err != nil {
			return err
		}
		if class.OverBudget() {
			u.Throttled = u.Calls
		}
		if n := len(out) - 1; n >= 0 && out[n].Account == u.Account && out[n].Budget == u.Budget {
			out[n].add(u)
		} else {
			out = append(out, u)
		}
		return nil
	}, db.Micro(since))
	if err != nil {
		return nil, fmt.Errorf("count calls: %w", err)
	}
	return out, nil
}

func (u *Use) add(v Use) {
	u.Draws, u.Calls, u.Throttled = u.Draws+v.Draws, u.Calls+v.Calls, u.Throttled+v.Throttled
}

// ForgetCalls deletes at most `limit` calls made before a time, oldest first, and says how many they were.
func (s *Store) ForgetCalls(ctx context.Context, before time.Time, limit int) (int, error) {
	n := 0
	err := s.Write(ctx, "forget old calls", func(ctx context.Context, t *db.Tx) error {
		var err error
		n, err = t.Exec(ctx, `DELETE FROM calls WHERE id IN (SELECT c.id FROM calls c WHERE c.at < $1 ORDER BY c.at LIMIT $2)`, db.Micro(before), limit)
		return err
	})
	return n, err
}
