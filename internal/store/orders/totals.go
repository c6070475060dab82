package orders

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
)

// Totals counts the orders of a filter, by state, and sums them up while they are at most order.MostSummed. Sort, After and Limit don't matter.
func (s *Store) Totals(ctx context.Context, f OrderFilter) (order.Totals, error) {
	f.Sort, f.After = "", 0
	t := order.Totals{Value: []order.Value{}}
	var err error
	if (f.Shipments == "" || waits(f.Shipments)) && !f.SameAddress { // their conditions look into every order of a state
		t.States, err = s.countStates(ctx, f)
		if t.Orders = t.States[f.State]; f.State == "" {
			for _, n := range t.States {
				t.Orders += n
			}
		}
	} else {
		t.Orders, err = s.countUpTo(ctx, f)
	}
	if t.Orders = min(t.Orders, order.MostCounted+1); err == nil && t.Summed() && t.Orders > 0 {
		err = s.sumUp(ctx, f, &t)
	}
	if err != nil {
		return t, fmt.Errorf("count orders: %w", err)
	}
	return t, nil
}

func (s *Store) countUpTo(ctx context.Context, f OrderFilter) (n int, err error) {
	w := f.where(false)
	err = s.Read(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM orders o`+w.Text()+` LIMIT `+w.Arg(order.MostCounted+1)+`) x`,
		func(rows *sql.Rows) error { return rows.Scan(&n) }, w.Args...)
	return n, err
}

// countStates counts by state. What few orders match is counted at once; else each state by itself, because one may have a million.
func (s *Store) countStates(ctx context.Context, f OrderFilter) (map[order.State]int, error) {
	f.State = ""
	out := map[order.State]int{}
	if f.looksUp() || f.byShipBy() {
		w := f.where(false)
		text := `SELECT x.state, COUNT(*) FROM (SELECT o.state FROM orders o` + w.Text() + ` LIMIT ` + w.Arg(order.MostCounted+1) + `) x GROUP BY x.state`
		return out, s.Read(ctx, text, func(rows *sql.Rows) error {
			var state order.State
			var n int
			err := rows.Scan(&state, &n)
			out[state] = n
			return err
		}, w.Args...)
	}
	for _, state := range order.States() {
		f.State = state
		n, err := s.countUpTo(ctx, f)
		if err != nil {
			return out, err
		}
		if n > 0 {
			out[state] = n
		}
	}
	return out, nil
}

// sumUp adds units and values.
func (s *Store) sumUp(ctx context.Context, f OrderFilter, t *order.Totals) error {
	w := f.where(false)
	found := `WITH found AS (SELECT o.id, o.currency, o.total FROM orders o` + w.Text() + ` LIMIT ` + w.Arg(order.MostSummed) + `) `
	err := s.Read(ctx, found+`SELECT f.currency, COUNT(*), CAST(SUM(f.total) AS BIGINT) FROM found f GROUP BY f.currency ORDER BY COUNT(*) DESC, f.currency`, func(rows *sql.Rows) error {
		var v order.Value
		err := rows.Scan(&v.Currency, &v.Orders, &v.Total)
		t.Value = append(t.Value, v)
		return err
	}, w.Args...)
	if err != nil {
		return err
	}
	return s.Read(ctx, found+`SELECT CAST(COALESCE(SUM(l.quantity), 0) AS BIGINT) FROM found f CROSS JOIN order_lines l WHERE l.order_id = f.id`,
		func(rows *sql.Rows) error { return rows.Scan(&t.Units) }, w.Args...)
}

// ShipmentCounts counts the orders of a filter whose packages wait for something, by what they wait for, whatever its Shipments. Nobody has to
// know how many have none that wait, which are most. Counts end at order.MostCounted + 1.
func (s *Store) ShipmentCounts(ctx context.Context, f OrderFilter) (map[shipment.Progress]int, error) {
	f.Sort, f.After = "", 0
	out := map[shipment.Progress]int{}
	for _, f.Shipments = range shipment.Progresses() {
		if !waits(f.Shipments) {
			continue
		}
		n, err := s.countUpTo(ctx, f)
		if err != nil {
			return out, fmt.Errorf("count orders with shipments %s: %w", f.Shipments, err)
		}
		out[f.Shipments] = n
	}
	return out, nil
}

// ViewCounts counts the orders of every view; today ends the operator's day. Counts end at order.MostCounted + 1.
func (s *Store) ViewCounts(ctx context.Context, today time.Time) (map[order.View]int, error) {
	out := map[order.View]int{}
	for _, v := range order.Views() {
		n, err := s.countUpTo(ctx, OrderFilter{View: v, Today: today})
		if err != nil {
			return out, fmt.Errorf("count orders %s: %w", v, err)
		}
		out[v] = n
	}
	return out, nil
}
