package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/publications"
)

// Affected is what an incident affects, and what is at stake.
type Affected struct {
	Items     int              `json:"items"`
	More      bool             `json:"more,omitempty"`     // there may be more, and older ones: only so many were counted
	FirstSeen time.Time        `json:"firstSeen,omitzero"` // of what is affected now
	LastSeen  time.Time        `json:"lastSeen,omitzero"`
	Sample    []AffectedItem   `json:"sample,omitempty"` // the longest first
	Trend     incident.Trend   `json:"trend"`
	Orders    int              `json:"orders,omitempty"` // at stake: 0 where it is about SKUs
	SKUs      int              `json:"skus,omitempty"`   // at stake: 0 where it is about orders
	Values    map[string]int64 `json:"values,omitempty"` // of the orders, by currency, in its minor units
	ShipBy    time.Time        `json:"shipBy,omitzero"`  // the earliest of the orders; zero: none has such a date
	FaultID   string           `json:"faultId,omitempty"`
}

// AffectedItem is one thing that an incident affects.
type AffectedItem struct {
	Item      string    `json:"item"`      // what a retry of it names
	Reference string    `json:"reference"` // as people know it: an order's reference, a SKU, a run
	OrderRow  int64     `json:"-"`         // row of the order; 0: it is of no saved order
	At        time.Time `json:"at,omitzero"`
}

// affectedRows is SQL for the rows of what an incident affects, by its kind. $1 is the account, $2 the code.
type affectedRows struct {
	text   string // reference, item, order_id, at
	skus   bool   // they are SKUs, not orders
	faults bool   // each has faults with the incident's code
}

const faultIs = `CASE WHEN COALESCE(f.code, '') <> '' THEN f.code ELSE COALESCE(f.class, '') END = CAST($2 AS TEXT)`

// mostFailing is how many of the newest runs are looked at for those that have failed since the last one that went well: an account may have failed for years.
const mostFailing = 500

// failingRuns is SQL for the runs of an account, $1, and a kind, $2, that have failed since one went well, among its newest.
var failingRuns = `WITH newest AS MATERIALIZED (SELECT id, started_at, ended_at, errors, fault_id FROM runs
			WHERE account = CAST($1 AS TEXT) AND kind = CAST($2 AS TEXT) ORDER BY started_at DESC, id DESC LIMIT ` + strconv.Itoa(mostFailing) + `)
		SELECT id, started_at, fault_id FROM newest WHERE (errors > 0 OR fault_id <> '') AND ended_at > 0
			AND started_at > COALESCE((SELECT MAX(w.started_at) FROM newest w WHERE w.ended_at > 0 AND w.errors = 0 AND w.fault_id = ''), 0)`

var affectedBy = map[incident.Kind]affectedRows{
	incident.Parked: {text: `SELECT COALESCE(o.reference, p.reference) AS reference, p.workflow_id AS item, p.order_id, p.since AS at
		FROM parked p LEFT JOIN orders o ON o.id = p.order_id LEFT JOIN faults f ON f.id = p.fault_id
		WHERE p.account = CAST($1 AS TEXT) AND ` + faultIs, faults: true},
	incident.Refused: {text: `SELECT channel_sku AS reference, channel_sku AS item, 0 AS order_id, refused_at AS at
		FROM links WHERE account = CAST($1 AS TEXT) AND refused_code = CAST($2 AS TEXT) AND ` + levels.RefusedLinks, skus: true, faults: true},
	incident.Unpublished: {text: `SELECT sku AS reference, sku AS item, 0 AS order_id, failed_at AS at
		FROM published WHERE account = CAST($1 AS TEXT) AND failed_at > 0
			AND CASE WHEN failed_code = '' THEN endpoint ELSE endpoint || '/' || failed_code END = CAST($2 AS TEXT)
		UNION ALL SELECT i.reference, i.reference AS item, 0 AS order_id, i.at FROM ` + publications.LastNotInCatalogue + `
			WHERE i.account = CAST($1 AS TEXT) AND i.endpoint || '/' || i.code = CAST($2 AS TEXT)`, skus: true},
	incident.Late: {text: `SELECT o.reference, o.channel_order_id AS item, o.id AS order_id, o.ship_by AS at
		FROM orders o WHERE o.account = CAST($1 AS TEXT) AND CAST($2 AS TEXT) = '' AND ` + orders.ShipBy + `{{now}}`},
	incident.OnHold: {text: `SELECT o.reference, o.channel_order_id AS item, o.id AS order_id, o.hold_since AS at
		FROM orders o WHERE o.account = CAST($1 AS TEXT) AND o.hold = CAST($2 AS TEXT) AND ` + incidents.HeldOrder},
	incident.Uncancelled: {text: `SELECT o.reference, o.channel_order_id AS item, o.id AS order_id, c.asked_at AS at
		FROM channel_cancels c JOIN orders o ON o.id = c.order_id LEFT JOIN faults f ON f.id = c.fault_id
		WHERE c.account = CAST($1 AS TEXT) AND c.declines = 0 AND c.state IN ` + db.Words(order.CancelStates(), order.CancelState.ForPerson) + `
			AND CASE WHEN c.state = '` + string(order.CancelByHand) + `' THEN '' WHEN COALESCE(f.code, '') <> '' THEN f.code ELSE COALESCE(f.class, '') END = CAST($2 AS TEXT)`},
	incident.Backordered: {text: `SELECT DISTINCT o.reference, o.channel_order_id AS item, o.id AS order_id, o.placed_at AS at
		FROM order_lines l CROSS JOIN orders o WHERE o.id = l.order_id AND o.account = CAST($1 AS TEXT) AND CAST($2 AS TEXT) = '' AND l.backordered > 0`},
	incident.Unlinked: {text: `SELECT DISTINCT o.reference, l.channel_sku AS item, o.id AS order_id, o.placed_at AS at
		FROM order_lines l CROSS JOIN orders o WHERE o.id = l.order_id AND o.account = CAST($1 AS TEXT) AND CAST($2 AS TEXT) = '' AND l.unlinked > 0 AND l.sku = ''`},
	incident.Failing: {text: `SELECT id AS reference, id AS item, 0 AS order_id, started_at AS at FROM (` + failingRuns + `) failing`},
}

// Affected returns what an incident affects, with a sample of so many, and whether it can be said for its kind.
func (s *Store) Affected(ctx context.Context, n incident.Name, sample int) (a Affected, known bool, err error) {
	rows, known := affectedBy[n.Kind]
	if !known {
		return a, false, nil
	}
	now := time.Now()
	text := `WITH hit AS (` + strings.ReplaceAll(rows.text, "{{now}}", fmt.Sprint(now.UnixMicro())) + `) `
	hour := now.Add(-time.Hour).UnixMicro()
	err = s.Read(ctx, text+`SELECT COUNT(*), COUNT(DISTINCT order_id), COALESCE(MIN(at), 0), COALESCE(MAX(at), 0),
			COUNT(CASE WHEN at >= $3 THEN 1 END), COUNT(CASE WHEN at < $3 AND at >= $4 THEN 1 END) FROM hit`, func(r *sql.Rows) error {
		var first, last int64
		err := r.Scan(&a.Items, &a.Orders, &first, &last, &a.Trend.LastHour, &a.Trend.HourBefore)
		a.FirstSeen, a.LastSeen = db.At(first), db.At(last)
		return err
	}, n.Account, n.Code, hour, hour-time.Hour.Microseconds())
	if err == nil {
		err = s.Read(ctx, text+`SELECT item, reference, order_id, at FROM hit ORDER BY at, reference, item LIMIT $3`, func(r *sql.Rows) error {
			var one AffectedItem
			var at int64
			err := r.Scan(&one.Item, &one.Reference, &one.OrderRow, &at)
			one.At = db.At(at)
			a.Sample = append(a.Sample, one)
			return err
		}, n.Account, n.Code, sample)
	}
	switch {
	case err != nil:
	case rows.skus:
		a.Orders, a.SKUs = 0, a.Items
	case n.Kind == incident.Failing:
		a.Orders, a.More = 0, a.Items >= mostFailing
	default:
		err = s.atStake(ctx, text, n, &a)
	}
	if err == nil {
		err = s.lastFault(ctx, n, &a)
	}
	if err == nil && rows.faults {
		err = s.faultTrend(ctx, n, &a, hour)
	}
	if err != nil {
		return a, true, fmt.Errorf("read what %s affects: %w", n, err)
	}
	return a, true, nil
}

// atStake adds what the affected orders are worth, and when the first of them is to be shipped.
func (s *Store) atStake(ctx context.Context, text string, n incident.Name, a *Affected) error {
	a.Values = map[string]int64{}
	return s.Read(ctx, text+`SELECT o.currency, CAST(COALESCE(SUM(o.total), 0) AS BIGINT), COALESCE(MIN(CASE WHEN o.ship_by > 0 THEN o.ship_by END), 0)
			FROM (SELECT DISTINCT order_id FROM hit WHERE order_id > 0) h JOIN orders o ON o.id = h.order_id GROUP BY o.currency ORDER BY o.currency`, func(r *sql.Rows) error {
		var currency string
		var total, shipBy int64
		err := r.Scan(&currency, &total, &shipBy)
		a.Values[currency] = total
		if at := db.At(shipBy); shipBy > 0 && (a.ShipBy.IsZero() || at.Before(a.ShipBy)) {
			a.ShipBy = at
		}
		return err
	}, n.Account, n.Code)
}

// faultWith is the condition of a fault f with the code of an incident: its own, or where it has none its class. Its parts are two searches of one index.
const faultWith = `f.account = CAST($1 AS TEXT) AND (f.code = CAST($2 AS TEXT) OR f.code = '' AND f.class = CAST($2 AS TEXT))`

// lastFaultOfRuns is SQL for the fault of the newest failing run: the one that ended it, or else the newest that one of its items met.
var lastFaultOfRuns = `SELECT fault FROM (SELECT o.started_at, COALESCE(NULLIF(o.fault_id, ''),
		(SELECT f.id FROM faults f WHERE f.run_id = o.id AND f.run_id <> '' ORDER BY f.at DESC, f.id LIMIT 1), '') AS fault
	FROM (` + failingRuns + `) o) failed
	WHERE fault <> '' ORDER BY started_at DESC LIMIT 1`

// lastFault adds the newest fault with the incident's code; of failing runs, that of the newest run.
func (s *Store) lastFault(ctx context.Context, n incident.Name, a *Affected) error {
	text, code := `SELECT f.id FROM faults f WHERE `+faultWith+` ORDER BY f.at DESC LIMIT 1`, n.Code
	switch n.Kind {
	case incident.Failing:
		text = lastFaultOfRuns
	case incident.Unpublished:
		_, code = incident.PublicationCode(n.Code)
	}
	if code == "" {
		return nil
	}
	return s.Read(ctx, text, func(r *sql.Rows) error { return r.Scan(&a.FaultID) }, n.Account, code)
}

// faultTrend counts how many things faults with the incident's code hit of late: what was tried again and failed again has new faults.
func (s *Store) faultTrend(ctx context.Context, n incident.Name, a *Affected, hour int64) error {
	return s.Read(ctx, `SELECT COUNT(DISTINCT CASE WHEN f.at >= $3 THEN f.order_id || '/' || f.package_id || '/' || f.channel_sku END),
			COUNT(DISTINCT CASE WHEN f.at < $3 THEN f.order_id || '/' || f.package_id || '/' || f.channel_sku END)
		FROM faults f WHERE `+faultWith+` AND f.at >= $4`, func(r *sql.Rows) error {
		return r.Scan(&a.Trend.LastHour, &a.Trend.HourBefore)
	}, n.Account, n.Code, hour, hour-time.Hour.Microseconds())
}
