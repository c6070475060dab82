package order_test

import (
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/order/ordertest"
	"github.com/towpath/towpath/internal/shipment"
)

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func (m *memory) Page(t *ordertest.T, account string, orders []order.Snapshot) {
	policy := ordertest.Policy(account)
	policy.Observing = m.observe[account]
	in := order.NewIntake(policy, orders)
	known := map[string]*order.Order{}
	for _, id := range in.IDs() {
		if r := m.rows[ordertest.Ref{Account: account, ID: id}]; r != nil {
			o := r.Order
			known[id] = &o
		}
	}
	in.Classify(known, 0)
	for _, a := range in.New() {
		r := &record{Order: order.Order{ID: a.Order.ID}, goes: map[string]string{}}
		m.records = append(m.records, r)
		m.rows[ordertest.Ref{Account: account, ID: a.Order.ID}] = r
		a.Order.RowID = int64(len(m.records))
	}
	in.Items = map[string]order.Item{}
	for _, sku := range in.ChannelSKUs() {
		in.Items[sku] = m.item(sku)
	}
	in.Others = m.others(in, account)
	g, packages := m.ledger(), order.Packages{}
	for _, id := range in.SetLines(g.openLines(in.KnownOrders(), in.MayGo, in.Places())) {
		packages[id] = unsent(m.record(id))
	}
	m.compare(in)
	in.Release(g.Allocation, packages)
	require.NoError(t, g.demote())
	g.fillFreed()
	in.AddUnits(g.Allocation)
	in.UpdateStates()
	g.flush(t)
	for _, a := range in.Arrivals {
		r := m.record(a.Order.RowID)
		r.Order = *a.Order
		r.Lines = nil
		m.keepUnsent(r, packages[r.RowID])
		if b := a.Shown.Buyer; b != nil && r.buyer.Saved(r.State) {
			r.buyer = &order.KnownBuyer{Address: addressOf(b)}
		}
		m.show(r)
	}
	for _, o := range in.Others {
		r := m.record(o.RowID)
		r.Order = *o
		r.Lines = nil
		m.show(r)
	}
}

// show notes the state of an order.
func (m *memory) show(r *record) {
	m.position.States[r.ID], m.position.Against[r.ID], m.position.Held[r.ID] = r.State, r.Contradicts(), r.OnHold()
}

// others returns the account's orders outside the page that have units of its lines.
func (m *memory) others(in *order.Intake, account string) (others []*order.Order) {
	ids := in.MetAgain()
	for _, r := range m.records {
		inPage := slices.ContainsFunc(in.Arrivals, func(a *order.Arrival) bool { return a.Order.RowID == r.RowID })
		has := slices.ContainsFunc(r.lines, func(l *order.Line) bool { return l.Units.Alive() > 0 && slices.Contains(ids, l.LineID) })
		if m.rows[ordertest.Ref{Account: account, ID: r.ID}] == r && has && !inPage {
			o := r.Order
			others = append(others, &o)
		}
	}
	return others
}

// unsent returns copies of the order's unsent packages.
func unsent(r *record) *shipment.Unsent {
	var packages []*shipment.Known
	for _, k := range r.packages {
		p := *k
		p.Reversed = map[string]int{}
		for id, n := range k.Reversed {
			p.Reversed[id] = n
		}
		packages = append(packages, &p)
	}
	return shipment.NewUnsent(packages...)
}

// keepUnsent saves what was taken out of packages, and counts what they hold.
func (m *memory) keepUnsent(r *record, unsent *shipment.Unsent) {
	for _, out := range unsent.Reversals() {
		k := r.known(out.PackageID)
		if k.Reversed == nil {
			k.Reversed = map[string]int{}
		}
		k.Reversed[out.LineID] = out.Reversed
	}
	for _, id := range unsent.Voided() {
		r.known(id).State = shipment.Voided
	}
	for _, id := range unsent.Elsewhere() {
		r.known(id).State = shipment.Confirmed
	}
	for _, l := range r.lines {
		n := 0
		for _, k := range r.packages {
			if k.State.Unsent() {
				n += k.LeftOf(l.LineID)
			}
		}
		m.position.Packed[ordertest.LineRef{Order: r.ID, Line: l.LineID}] = n
	}
}

func (r *record) known(id string) *shipment.Known {
	i := slices.IndexFunc(r.packages, func(k *shipment.Known) bool { return k.ID == id })
	return r.packages[i]
}

// change runs fn on one order, and saves the result unless fn refuses.
func (m *memory) change(t *ordertest.T, ref ordertest.Ref, fn func(o *order.Order, g ledger, unsent *shipment.Unsent) string) string {
	return m.changeRecord(t, m.rows[ref], fn)
}

func (m *memory) changeRecord(t *ordertest.T, r *record, fn func(o *order.Order, g ledger, unsent *shipment.Unsent) string) string {
	g, o, packages := m.ledger(), r.Order, unsent(r)
	o.Lines = g.openLines([]int64{o.RowID}, nil, nil)
	slices.SortFunc(o.Lines, order.CompareLines)
	if refused := fn(&o, g, packages); refused != "" {
		return refused
	}
	g.fillFreed()
	o.UpdateState()
	g.flush(t)
	r.State, r.Contradiction, r.Kept, r.DeletedVersion = o.State, o.Contradiction, o.Kept, o.DeletedVersion
	r.Holds, r.Hold, r.HoldSince, r.Allowed, r.NotBefore = o.Holds, o.Hold, o.HoldSince, o.Allowed, o.NotBefore
	m.show(r)
	m.keepUnsent(r, packages)
	return ""
}

func (m *memory) Pack(t *ordertest.T, ref ordertest.Ref, p shipment.Package) string {
	r := m.rows[ref]
	var lines []string
	for _, l := range r.lines {
		lines = append(lines, l.LineID)
	}
	require.NoError(t, p.Storable())
	fresh, _, err := shipment.Sort([]shipment.Package{p}, r.packages, lines, false)
	require.NoError(t, err)
	for _, p := range fresh {
		r.packages = append(r.packages, &shipment.Known{Package: p, Number: len(r.packages) + 1, State: shipment.Saved})
	}
	k := r.known(p.ID)
	if !k.State.Waiting() {
		return ""
	}
	return m.change(t, ref, func(o *order.Order, g ledger, _ *shipment.Unsent) string {
		if refused := o.RefusePackage(k.Left(), epoch.UnixMicro(), order.Anyway{}); refused != "" {
			k.Refuse()
			return refused
		}
		if r.buyer != nil {
			r.goes[p.ID] = r.buyer.Address
		}
		for _, c := range k.Process() {
			g.Pack(o.Line(c.LineID), c.Quantity, p.ID)
		}
		return ""
	})
}

func (m *memory) Prepare(t *ordertest.T, ref ordertest.Ref, id string) ([]shipment.Content, bool) {
	k := m.rows[ref].known(id)
	attempted := k.Attempted()
	_, err := k.Prepare("order/1")
	require.NoError(t, err)
	return k.Left(), attempted
}

func (m *memory) Confirm(t *ordertest.T, ref ordertest.Ref, id string) {
	m.change(t, ref, func(o *order.Order, g ledger, _ *shipment.Unsent) string {
		shipped, err := m.rows[ref].known(id).Confirm()
		require.NoError(t, err)
		for _, c := range shipped {
			g.Ship(o.Line(c.LineID), c.Quantity)
		}
		return ""
	})
}

// once runs fn unless it was carried out with this id before.
func (m *memory) once(ref ordertest.Ref, id string, fn func() string) string {
	if m.done[request{ref, id}] {
		return ""
	}
	refused := fn()
	m.done[request{ref, id}] = refused == ""
	return refused
}

func (m *memory) Cancel(t *ordertest.T, ref ordertest.Ref, id string, lines []order.LineQuantity) string {
	asked, err := order.Quantities(lines)
	require.NoError(t, err)
	return m.once(ref, id, func() string {
		return m.change(t, ref, func(o *order.Order, g ledger, unsent *shipment.Unsent) string {
			return o.Cancel(g.Allocation, unsent, asked)
		})
	})
}

func (m *memory) Reopen(t *ordertest.T, ref ordertest.Ref, restock bool) string {
	return m.change(t, ref, func(o *order.Order, g ledger, _ *shipment.Unsent) string { return o.Reopen(g.Allocation, restock) })
}

func (m *memory) Keep(t *ordertest.T, ref ordertest.Ref) string {
	return m.change(t, ref, func(o *order.Order, _ ledger, _ *shipment.Unsent) string { return o.Keep() })
}

func (m *memory) Hold(t *ordertest.T, ref ordertest.Ref) string {
	return m.change(t, ref, func(o *order.Order, _ ledger, _ *shipment.Unsent) string { return o.HoldByHand(0) })
}

func (m *memory) Allow(t *ordertest.T, ref ordertest.Ref, holds []order.Hold) string {
	return m.change(t, ref, func(o *order.Order, _ ledger, _ *shipment.Unsent) string { return o.Allow(holds, 0) })
}

func (m *memory) Wait(t *ordertest.T) {
	for _, r := range m.records {
		m.changeRecord(t, r, func(o *order.Order, g ledger, _ *shipment.Unsent) string {
			if !o.ReleaseRefunded(g.Allocation, order.RefundGrace.Microseconds()) {
				return "it is not due"
			}
			return ""
		})
	}
}

func (m *memory) Delete(t *ordertest.T, ref ordertest.Ref) string {
	return m.change(t, ref, func(o *order.Order, _ ledger, _ *shipment.Unsent) string {
		if o.State == order.Deleted {
			return ""
		}
		return o.Delete()
	})
}

func (m *memory) Restore(t *ordertest.T, ref ordertest.Ref) string {
	return m.change(t, ref, func(o *order.Order, _ ledger, _ *shipment.Unsent) string { return o.Restore() })
}

func (m *memory) Return(t *ordertest.T, ref ordertest.Ref, id string, restock bool, lines []order.LineQuantity) string {
	back, err := order.Quantities(lines)
	require.NoError(t, err)
	return m.once(ref, id, func() string {
		return m.change(t, ref, func(o *order.Order, g ledger, _ *shipment.Unsent) string {
			kits := map[string]bool{}
			for _, l := range o.Lines {
				kits[l.SKU] = m.kits[l.SKU].SKU != ""
			}
			return o.Return(g.Allocation, back, restock, kits, order.Shelf{})
		})
	})
}

// addressOf returns what tells two addresses of a buyer apart; empty: it is not known.
func addressOf(b *order.Buyer) string {
	if b.Line1 == "" {
		return ""
	}
	return b.Line1 + ", " + b.CountryCode
}
