package packages

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
)

// exportRow is an order.Export as a row.
type exportRow struct {
	State       order.State  `db:"state"`
	Paid        bool         `db:"paid"`
	ProcessAt   order.Moment `db:"process_at"`
	Exported    bool         `db:"exported"`
	Test        bool         `db:"test"`
	Observing   bool         `db:"observing"`
	Backordered bool         `db:"backordered"`
	Unlinked    bool         `db:"unlinked"`
	Held        bool         `db:"held"`
}

// exportFacts are the columns of an exportRow, of an order o and its account a.
const exportFacts = `o.state, o.paid, a.process_at,
		CASE WHEN EXISTS (SELECT 1 FROM exported_orders x WHERE x.order_id = o.id) THEN 1 ELSE 0 END,
		CASE WHEN a.endpoint = '` + string(channel.Test) + `' THEN 1 ELSE 0 END, a.observing,
		CASE WHEN EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.backordered > 0) THEN 1 ELSE 0 END,
		CASE WHEN EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.unlinked > 0) THEN 1 ELSE 0 END,
		CASE WHEN o.hold <> '' AND ` + incidents.NotLifted + ` OR ` + waitsForDate + ` THEN 1 ELSE 0 END`

// waitsForDate is true of an order o of which units are not to be packed yet, unless a person allows it. Files have whole orders.
const waitsForDate = `o.not_before > 0 AND ',' || o.allowed || ',' NOT LIKE '%,` + string(order.HoldNotYet) + `,%'
			AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.not_before > 0 AND l.reserved + l.backordered + l.unlinked > 0)`

// toBePacked finds the orders o, with their accounts a, of which units wait to be packed. Its first condition is that of the index
// orders_open.
var toBePacked = `FROM orders o JOIN accounts a ON a.id = o.account
		WHERE o.state NOT IN ` + db.Words(order.States(), order.State.Terminal) + ` AND o.state IN ` + db.Words(order.States(), order.State.ToBePacked)

// exportsFor lists the facts for which a rule holds.
func exportsFor(rule func(order.Export) bool) *db.RowTable {
	return db.RowsBy(order.Exports(rule), func(e order.Export) exportRow { return exportRow(e) })
}

// LeftOut counts the orders that wait to be packed and are in no export, by reason.
type LeftOut struct {
	Unpaid      int `json:"unpaid"`      // not paid, and the account processes only paid orders
	Backordered int `json:"backordered"` // units without stock
	Held        int `json:"held"`        // not to be shipped without a person's word
	Unlinked    int `json:"unlinked"`    // units of listings without a SKU
	Exported    int `json:"exported"`    // in an earlier export, and not packed yet
	Observing   int `json:"observing"`   // of accounts that observe and were not named
	More        int `json:"more"`        // beyond the limit: the next export has them
}

// LeftOut counts what an export leaves out, now.
func (s *Store) LeftOut(ctx context.Context, account string) (LeftOut, error) {
	var out LeftOut
	counts := map[order.LeftOut]*int{order.LeftUnpaid: &out.Unpaid, order.LeftBackordered: &out.Backordered, order.LeftHeld: &out.Held, order.LeftUnlinked: &out.Unlinked,
		order.LeftExported: &out.Exported, order.LeftObserving: &out.Observing, order.LeftMore: &out.More}
	wanted := order.Wanted{Named: account != ""}
	err := s.Read(ctx, `SELECT COUNT(*), `+exportFacts+` `+toBePacked+` AND (CAST($1 AS TEXT) = '' OR o.account = CAST($1 AS TEXT))
		GROUP BY 2, 3, 4, 5, 6, 7, 8, 9, 10`, func(rows *sql.Rows) error {
		var n int
		var row exportRow
		if err := rows.Scan(append([]any{&n}, db.FieldsOf(&row)...)...); err != nil {
			return err
		}
		if count := counts[order.Export(row).LeftOut(wanted)]; count != nil {
			*count += n
		}
		return nil
	}, account)
	if err != nil {
		return LeftOut{}, fmt.Errorf("count what is not exported: %w", err)
	}
	return out, nil
}
