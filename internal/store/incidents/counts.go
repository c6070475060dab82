package incidents

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// Alone has the incidents of a kind on an account counted at the end of a transaction, by one transaction at a time: two that count at once,
// each with a change that the other does not see, would both save a wrong number, and the last of them for good.
func Alone(t *db.Tx, kind incident.Kind, account string, count func(ctx context.Context) error) {
	aloneOf(t, kind, account, "", count)
}

// aloneOf is Alone for a part of what is counted: another part is counted, too.
func aloneOf(t *db.Tx, kind incident.Kind, account, part string, count func(ctx context.Context) error) {
	name := "incidents/" + string(kind) + "/" + account
	t.AtEnd(name+"/"+part, func(ctx context.Context) error {
		if err := t.Alone(ctx, name); err != nil {
			return err
		}
		return count(ctx)
	})
}

// CountedEndpoints are the endpoints whose unlinked units are counted, as a list for IN.
var CountedEndpoints = db.Words([]channel.Endpoint{channel.Production, channel.Test}, func(e channel.Endpoint) bool { return incident.CountsUnlinked(e == channel.Test) })

// UpdateUnlinked counts the sold units of listings without a link, on the accounts of these orders.
func UpdateUnlinked(t *db.Tx, orders []int64) {
	aloneOf(t, incident.Unlinked, "", fmt.Sprint(orders), func(ctx context.Context) error { return countUnlinked(ctx, t, orders) })
}

func countUnlinked(ctx context.Context, t *db.Tx, orders []int64) error {
	c := Count(incident.Unlinked)
	err := t.Query(ctx, `WITH touched AS (SELECT DISTINCT a.id FROM {{rows 1}} CROSS JOIN orders o JOIN accounts a ON a.id = o.account
			WHERE o.id = r.value AND a.endpoint IN `+CountedEndpoints+`),
		waiting AS (SELECT o.account, l.channel_sku, SUM(l.unlinked) AS units FROM order_lines l CROSS JOIN orders o
			WHERE o.id = l.order_id AND l.unlinked > 0 AND l.sku = '' AND o.account IN (SELECT id FROM touched) GROUP BY o.account, l.channel_sku)
		SELECT t.id, COALESCE(w.channel_sku, ''), CAST(COALESCE(w.units, 0) AS BIGINT), `+SavedColumns+`
		FROM touched t LEFT JOIN waiting w ON w.account = t.id `+Saved("$2", "t.id")+` ORDER BY t.id, w.units DESC, w.channel_sku`,
		c.Scan, db.IDs(orders), string(incident.Unlinked))
	if err != nil {
		return err
	}
	return c.Save(ctx, t)
}

// UpdateBackordered counts the backordered units on accounts where a count removed reserved units: those of these orders, and
// those with an open incident.
func UpdateBackordered(t *db.Tx, counts []int64) {
	aloneOf(t, incident.Backordered, "", fmt.Sprint(counts), func(ctx context.Context) error { return countBackordered(ctx, t, counts) })
}

// countBackordered reads the lines that wait, which are few, and then their orders: the other way round SQLite reads all orders of the accounts.
func countBackordered(ctx context.Context, t *db.Tx, counts []int64) error {
	c := Count(incident.Backordered)
	err := t.Query(ctx, `WITH touched AS (SELECT DISTINCT o.account AS id FROM {{rows 1}} CROSS JOIN orders o WHERE o.id = r.value
			UNION SELECT x.account FROM incidents x WHERE x.kind = CAST($2 AS TEXT) AND x.state = 'open'),
		waiting AS (SELECT o.account, l.sku, SUM(l.backordered) AS units FROM order_lines l CROSS JOIN orders o
			WHERE o.id = l.order_id AND l.backordered > 0 AND o.account IN (SELECT id FROM touched) GROUP BY o.account, l.sku)
		SELECT t.id, COALESCE(w.sku, ''), CAST(COALESCE(w.units, 0) AS BIGINT), `+SavedColumns+`
		FROM touched t LEFT JOIN waiting w ON w.account = t.id `+Saved("$2", "t.id")+` ORDER BY t.id, w.units DESC, w.sku`,
		c.Scan, db.IDs(counts), string(incident.Backordered))
	if err != nil {
		return err
	}
	return c.Save(ctx, t)
}

// updateParked counts what is parked on an account, by the codes of its faults.
func updateParked(t *db.Tx, account string) {
	Alone(t, incident.Parked, account, func(ctx context.Context) error { return countParked(ctx, t, account) })
}

func countParked(ctx context.Context, t *db.Tx, account string) error {
	parked := incident.NewByCode(incident.Parked, account)
	err := t.Query(ctx, `SELECT COALESCE(f.code, ''), COALESCE(f.class, ''), COALESCE(o.reference, p.reference) FROM parked p LEFT JOIN orders o ON o.id = p.order_id LEFT JOIN faults f ON f.id = p.fault_id
		WHERE p.account = $1 AND NOT EXISTS (SELECT 1 FROM channel_cancels c WHERE c.order_id = p.order_id AND c.waits = 1 AND p.package_id = '') ORDER BY p.since, p.workflow_id`, func(rows *sql.Rows) error {
		var code, class, reference string
		err := rows.Scan(&code, &class, &reference)
		parked.Add(incident.CodeOf(code, class), reference)
		return err
	}, account)
	if err != nil {
		return err
	}
	return SaveByCode(ctx, t, incident.Parked, account, parked)
}

// SaveByCode saves what is news of the incidents of one kind on an account. Call it in the transaction of the change.
func SaveByCode(ctx context.Context, t *db.Tx, kind incident.Kind, account string, found *incident.ByCode) error {
	err := t.Query(ctx, `SELECT i.code, `+SavedColumns+` FROM incidents i WHERE i.kind = $1 AND i.account = $2 AND i.state = 'open'`, func(rows *sql.Rows) error {
		var code string
		var saved savedFields
		if err := rows.Scan(append([]any{&code}, saved.dest()...)...); err != nil {
			return err
		}
		before, err := saved.incident()
		before.Code = code
		found.Know(before)
		return err
	}, string(kind), account)
	if err != nil {
		return err
	}
	return Save(ctx, t, found.News(db.At(t.Now)))
}

// UpdateUncancelled counts the orders of an account that are cancelled here and that a person has to cancel on the channel, by the codes
// of the channel's refusals; of those that are not sent the code is empty.
func UpdateUncancelled(t *db.Tx, account string) {
	Alone(t, incident.Uncancelled, account, func(ctx context.Context) error { return countUncancelled(ctx, t, account) })
}

func countUncancelled(ctx context.Context, t *db.Tx, account string) error {
	found := incident.NewByCode(incident.Uncancelled, account)
	err := t.Query(ctx, `SELECT o.reference, c.state, COALESCE(f.code, ''), COALESCE(f.class, '') FROM channel_cancels c JOIN orders o ON o.id = c.order_id
			LEFT JOIN faults f ON f.id = c.fault_id
		WHERE c.account = $1 AND c.declines = 0 AND c.state IN `+db.Words(order.CancelStates(), order.CancelState.ForPerson)+` ORDER BY c.asked_at, c.order_id`, func(rows *sql.Rows) error {
		var reference, code, class string
		var state order.CancelState
		err := rows.Scan(&reference, &state, &code, &class)
		if state == order.CancelByHand {
			found.Add("", reference)
		} else {
			found.Add(incident.CodeOf(code, class), reference)
		}
		return err
	}, account)
	if err != nil {
		return err
	}
	return SaveByCode(ctx, t, incident.Uncancelled, account, found)
}

// UndecidedOrder is order.Order.Undecided in SQL, of an order o: it is contradicted, or it is held.
var UndecidedOrder = `(` + contradictedOrder + ` OR o.hold <> '' AND o.hold NOT IN ` + db.Words(order.Holds(), order.Hold.Passes) + ` AND ` + HeldOrder + `)`

const contradictedOrder = `o.contradiction <> '' AND o.contradiction <> o.kept`

// NotLifted is true of a hold of an order o that is not among those that a person has lifted (order.HoldSet).
const NotLifted = `',' || o.allowed || ',' NOT LIKE '%,' || o.hold || ',%'`

// HeldOrder is the condition of an order o whose hold counts: no person has lifted it, and something is to be packed.
var HeldOrder = NotLifted + ` AND o.state IN ` + db.Words(order.States(), order.State.ToBePacked)

// codeOf returns the code of an incident about a contradiction.
func codeOf(contradiction string) string {
	if order.OnlyAfterPacking(contradiction) {
		return incident.CodeAfterPacking
	}
	return ""
}

// UpdateUndecided counts the orders of an account about which a person has to decide. What a person holds is no incident: he knows it.
func UpdateUndecided(t *db.Tx, account string) {
	Alone(t, incident.OnHold, account, func(ctx context.Context) error { return countUndecided(ctx, t, account) })
}

func countUndecided(ctx context.Context, t *db.Tx, account string) error {
	contradicted, held := incident.NewByCode(incident.Contradicted, account), incident.NewByCode(incident.OnHold, account)
	err := t.Query(ctx, `SELECT o.reference, '', o.contradiction FROM orders o WHERE o.account = $1 AND `+contradictedOrder+`
		UNION ALL SELECT o.reference, o.hold, '' FROM orders o WHERE o.account = $1 AND o.hold IN `+db.Words(order.Holds(), order.Hold.Asks)+` AND `+HeldOrder+`
		ORDER BY 1`, func(rows *sql.Rows) error {
		var reference, hold, contradiction string
		err := rows.Scan(&reference, &hold, &contradiction)
		if hold == "" {
			contradicted.Add(codeOf(contradiction), reference)
		} else {
			held.Add(hold, reference)
		}
		return err
	}, account)
	if err == nil {
		err = SaveByCode(ctx, t, incident.Contradicted, account, contradicted)
	}
	if err == nil {
		err = SaveByCode(ctx, t, incident.OnHold, account, held)
	}
	return err
}
