package orders

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// promised is the ship-by date of an order o of which something is to be shipped, the end of time where it has none, else NULL; toBeShipped is
// the condition of its index. The state is part of both, or SQLite takes the index by state, reads all that is open and sorts it.
var (
	promised    = `(CASE WHEN o.state IN ` + db.Words(order.States(), order.State.ToBeShipped) + ` THEN ` + shipByOrLast + ` END)`
	toBeShipped = promised + ` IS NOT NULL`

	// ShipBy is the condition of an order o of which something is to be shipped by a date up to a moment, which follows it.
	ShipBy = toBeShipped + ` AND ` + promised + ` <= `
)

// shipByOrLast is the ship-by date of an order o whatever its state, the end of time where it has none.
const shipByOrLast = `CASE WHEN o.ship_by > 0 THEN o.ship_by ELSE 9223372036854775807 END`

// atRiskBefore is the first moment whose ship-by dates are on time.
func atRiskBefore() int64 { return time.Now().Add(order.RiskAhead).UnixMicro() }

// behindPromised continues a list by promised behind a row, which is named by its id alone: so all lists of orders have the same cursor.
// The row may have been shipped since the list was shown: its place is where it was. One that is no order's is db.ErrBadCursor.
func (s *Store) behindPromised(ctx context.Context, w *db.Where, rowID int64) error {
	var at int64
	known := false
	err := s.Read(ctx, `SELECT `+shipByOrLast+` FROM orders o WHERE o.id = $1`, func(rows *sql.Rows) error {
		known = true
		return rows.Scan(&at)
	}, rowID)
	switch {
	case err != nil:
		return err
	case !known:
		return fmt.Errorf("go on after %d: %w", rowID, db.ErrBadCursor)
	}
	w.Conditions = append(w.Conditions, `(`+promised+`, o.id) > (`+w.Arg(at)+`, `+w.Arg(rowID)+`)`)
	return nil
}

// Promises counts an account's orders that are late or at risk.
type Promises struct {
	Late   int        `json:"late"`
	AtRisk int        `json:"atRisk"`
	Soon   int        `json:"soon"`  // of AtRisk, those to be shipped within order.SoonAhead
	First  []Promised `json:"first"` // the earliest
}

// Promised is an order with its ship-by date.
type Promised struct {
	Reference string    `json:"reference"`
	ShipBy    time.Time `json:"shipBy"`
}

// mostPromised is how many orders Promises names of an account.
const mostPromised = 5

// Promises counts the orders that are late or at risk, by account; an account without any is missing. They are found first: to have them
// by account, SQLite would read all orders.
func (s *Store) Promises(ctx context.Context) (map[string]*Promises, error) {
	out, now := map[string]*Promises{}, time.Now()
	err := s.Read(ctx, `WITH promised AS MATERIALIZED (SELECT o.account, o.reference, o.ship_by, o.id FROM orders o WHERE `+toBeShipped+` AND `+promised+` <= $1),
			due AS (SELECT p.account, p.reference, p.ship_by,
				ROW_NUMBER() OVER (PARTITION BY p.account ORDER BY p.ship_by, p.id) AS nth,
				COUNT(*) OVER (PARTITION BY p.account) AS n,
				COUNT(CASE WHEN p.ship_by <= $2 THEN 1 END) OVER (PARTITION BY p.account) AS late,
				COUNT(CASE WHEN p.ship_by <= $4 THEN 1 END) OVER (PARTITION BY p.account) AS soon
			FROM promised p)
		SELECT account, n, late, soon, reference, ship_by FROM due WHERE nth <= $3 ORDER BY account, nth`, func(rows *sql.Rows) error {
		var account string
		var n, late, soon int
		var shipBy int64
		var first Promised
		err := rows.Scan(&account, &n, &late, &soon, &first.Reference, &shipBy)
		if out[account] == nil {
			out[account] = &Promises{Late: late, AtRisk: n - late, Soon: soon - late}
		}
		first.ShipBy = db.At(shipBy)
		out[account].First = append(out[account].First, first)
		return err
	}, atRiskBefore(), now.UnixMicro(), mostPromised, now.Add(order.SoonAhead).UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("count orders by their ship-by dates: %w", err)
	}
	return out, nil
}
