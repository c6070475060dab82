package orders

import (
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
)

// OrderFilter selects orders. Zero fields do not filter. Pages are keyset: After is the RowID of the last row shown.
type OrderFilter struct {
	Account   string
	State     order.State
	Reference string     // exact reference or channel order id
	View      order.View // only those that it has
	Today     time.Time  // when the operator's day ends, of order.ViewToShipToday; zero: at midnight UTC
	From      time.Time  // only those placed at this moment or later
	To        time.Time  // only those placed before this moment
	Undecided bool       // only those about which a person has to decide
	// Uncancelled: only those that are cancelled here and that a person has to cancel on the channel.
	Uncancelled bool
	Shipments   shipment.Progress // only those whose packages are so far
	SameAddress bool              // only those that wait to be packed and are not the only one for their address
	AtRisk      bool              // only those that are late or at risk, by ShipByFirst
	Sort        Sort              // empty: NewestFirst
	After       int64             // rows behind this one, in the list's order
	Limit       int
}

// byShipBy reports whether the list is one of those to be shipped, by their ship-by dates.
func (f OrderFilter) byShipBy() bool { return f.AtRisk || f.Sort == ShipByFirst }

// dated reports whether the list has a first or a last day.
func (f OrderFilter) dated() bool { return !f.From.IsZero() || !f.To.IsZero() }

// looksUp reports whether few orders match whatever else is asked for, which have an index of their own.
func (f OrderFilter) looksUp() bool {
	return f.View != "" || f.Undecided || f.Uncancelled || f.Reference != "" || waits(f.Shipments)
}

// walksCompleted reports whether the list is read from its end: nearly all orders of a shop that has worked for long are completed, and their index by state
// would have all of them sorted for the newest.
func (f OrderFilter) walksCompleted() bool {
	return f.State == order.Completed && f.Account == "" && f.Sort.key() == "" && !f.dated()
}

// nothing reports whether no order can match.
func (f OrderFilter) nothing() bool {
	return f.byShipBy() && f.State != "" && !f.State.ToBeShipped()
}

// where returns the conditions on orders o. walks: their rows come by the index of the list's order, so no condition may draw another one to
// itself: SQLite would read all that it has and sort it.
func (f OrderFilter) where(walks bool) db.Where {
	w := db.Where{}
	is := func(column, value string) {
		if walks { // PostgreSQL reads it as an equation, SQLite finds no index for it
			w.And(`NOT `+column+` <> %s`, value)
			return
		}
		w.And(column+` = %s`, value)
	}
	switch {
	case f.Account == "":
	case !walks && (f.byShipBy() || f.dated()): // not by the index of all the account's orders
		w.And(`o.account || '' = %s`, f.Account)
	default:
		is(`o.account`, f.Account)
	}
	switch {
	case f.State != "" && (f.looksUp() || f.walksCompleted()):
		w.And(`NOT o.state <> %s`, string(f.State))
	case f.State != "":
		is(`o.state`, string(f.State))
	case f.dated() && !walks && !f.looksUp(): // the days have an index by state
		w.Conditions = append(w.Conditions, `o.state IN `+db.Words(order.States(), func(order.State) bool { return true }))
	}
	placed := `o.placed_at`
	if walks && f.Sort.key() != placed || f.looksUp() {
		placed += ` + 0`
	}
	if !f.From.IsZero() {
		w.And(placed+` >= %s`, f.From.UnixMicro())
	}
	if !f.To.IsZero() {
		w.And(placed+` < %s`, f.To.UnixMicro())
	}
	f.only(&w)
	return w
}

// only adds the conditions of what is looked up.
func (f OrderFilter) only(w *db.Where) {
	add := func(conditions ...string) { w.Conditions = append(w.Conditions, conditions...) }
	f.viewed(w)
	if f.Undecided {
		// The orders that may be undecided are looked up: behind the newest ones there may be none for long.
		add(mayBeUndecided, incidents.UndecidedOrder)
	}
	if f.Shipments != "" {
		add(soFar(f.Shipments)...)
	}
	if f.SameAddress {
		add(buyers.SharedAddress)
	}
	if f.Uncancelled {
		add(`o.id IN (SELECT c.order_id FROM channel_cancels c
			WHERE c.declines = 0 AND c.state IN ` + db.Words(order.CancelStates(), order.CancelState.ForPerson) + `)`)
	}
	if f.Reference != "" {
		w.And(`o.id IN (SELECT x.id FROM orders x WHERE x.reference = %s UNION SELECT x.id FROM orders x WHERE x.channel_order_id = %s)`, f.Reference, f.Reference)
	}
	if f.AtRisk {
		w.And(promised+` <= %s`, atRiskBefore())
	}
	if f.byShipBy() {
		add(toBeShipped)
	}
}

const (
	mayBeUndecided   = `o.id IN (SELECT x.id FROM orders x WHERE x.contradiction <> '' UNION ALL SELECT x.id FROM orders x WHERE x.hold <> '')`
	hasBackordered   = `o.id IN (SELECT l.order_id FROM order_lines l WHERE l.backordered > 0)`
	hasNothingToPack = `NOT EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.reserved > 0)`
)

// viewed adds the conditions of a view.
func (f OrderFilter) viewed(w *db.Where) {
	toBePacked := `NOT o.state NOT IN ` + db.Words(order.States(), order.State.ToBePacked) // no search by it: fewer are looked up
	now := time.Now()
	add := func(conditions ...string) { w.Conditions = append(w.Conditions, conditions...) }
	switch f.View {
	case order.ViewToShipToday:
		ends := f.Today
		if ends.IsZero() {
			ends = now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
		}
		add(toBeShipped)
		w.And(promised+` > %s AND `+promised+` < %s`, now.UnixMicro(), ends.UnixMicro())
	case order.ViewLate:
		w.And(ShipBy+`%s`, now.UnixMicro())
	case order.ViewWaitingForStock:
		add(hasBackordered, hasNothingToPack, toBePacked)
	case order.ViewNeedsDecision:
		add(mayBeUndecided, incidents.UndecidedOrder)
	case order.ViewOnHold:
		add(`o.id IN (SELECT x.id FROM orders x WHERE x.hold <> '')`, incidents.HeldOrder)
	case order.ViewBackordered:
		add(hasBackordered, toBePacked)
	case order.ViewUnconfirmed:
		add(`o.id IN (SELECT p.order_id FROM packages p WHERE p.state IN ('processed', 'parked'))`)
	}
}
