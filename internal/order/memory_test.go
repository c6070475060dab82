package order_test

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/order/ordertest"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
)

// memory are books in memory: they load, ask the rules and keep, as the store does in a transaction.
type memory struct {
	kits     map[string][]order.Part
	links    map[string]string // by channel SKU
	levels   map[stock.Place]ordertest.Level
	entries  map[stock.Place]stock.Level
	orders   map[ordertest.Ref]*order.Order
	packages map[int64][]*shipment.Known
	done     map[string]bool       // cancellations and returns that were carried out
	changes  map[string]stock.Done // stock changes that were carried out
	dirty    map[string]bool
}

func newMemory() *memory {
	return &memory{kits: map[string][]order.Part{}, links: map[string]string{}, levels: map[stock.Place]ordertest.Level{},
		entries: map[stock.Place]stock.Level{}, orders: map[ordertest.Ref]*order.Order{}, packages: map[int64][]*shipment.Known{},
		done: map[string]bool{}, changes: map[string]stock.Done{}, dirty: map[string]bool{}}
}

// open takes all levels, and a copy of all lines but those of the changing orders, into hand.
func (m *memory) open(changing ...*order.Order) *order.Allocation {
	a := order.NewAllocation()
	for p, l := range m.levels {
		a.Open(p, l.Level, l.Short)
	}
	for _, o := range m.orders {
		if !slices.ContainsFunc(changing, func(c *order.Order) bool { return c.RowID == o.RowID }) {
			a.Put(clone(o).Lines...)
		}
	}
	for _, o := range changing {
		a.Put(o.Lines...)
	}
	return a
}

func clone(o *order.Order) *order.Order {
	out := *o
	out.Lines = make([]*order.Line, len(o.Lines))
	for i, l := range o.Lines {
		line := *l
		out.Lines[i] = &line
	}
	return &out
}

// keep writes what a change did.
func (m *memory) keep(t *rapid.T, a *order.Allocation, changing ...*order.Order) {
	a.Fill(a.Freed())
	require.NoError(t, a.Err())
	for _, o := range changing {
		m.orders[ref(o)] = o
	}
	fresh, changed := a.Written()
	for _, l := range slices.Concat(fresh, changed) {
		l.Was, l.New, l.Changed, l.NewParts = l.Units, false, false, false
		for _, o := range m.orders {
			if i := slices.IndexFunc(o.Lines, func(k *order.Line) bool { return k.LineKey == l.LineKey }); i >= 0 {
				o.Lines[i] = l
			}
		}
	}
	for _, d := range a.Deltas() {
		l := m.levels[d.Place]
		m.levels[d.Place] = ordertest.Level{Level: stock.Level{OnHand: l.OnHand + d.OnHand, Reserved: l.Reserved + d.Reserved}, Short: l.Short + d.Short}
	}
	for _, e := range a.Entries() {
		l := m.entries[e.Place]
		m.entries[e.Place] = stock.Level{OnHand: l.OnHand + e.OnHand, Reserved: l.Reserved + e.Reserved}
	}
	for sku := range a.Touched() {
		m.dirty[sku] = true
	}
}

// ref names an order of a game: its reference is its account.
func ref(o *order.Order) ordertest.Ref { return ordertest.Ref{Account: o.Reference, ID: o.ID} }

func (m *memory) Kits(t *rapid.T, kits []catalogue.Kit) {
	leaves, err := catalogue.Leaves(kits)
	require.NoError(t, err)
	for sku, parts := range leaves {
		m.kits[sku] = nil
		for _, p := range parts {
			m.kits[sku] = append(m.kits[sku], order.Part{SKU: p.SKU, Per: p.Quantity})
		}
	}
}

func (m *memory) Link(_ *rapid.T, skus []string) {
	for _, account := range ordertest.Sellers {
		for _, sku := range skus {
			m.links[ordertest.ChannelSKU(account, sku)] = sku
		}
	}
}

func (m *memory) policy(account string) order.Policy {
	p := order.Policy{Account: account, OrderLocation: "main", ReserveAt: order.AtPlaced, TakeAt: order.AtPaid}
	if account == ordertest.Sellers[0] {
		p.ShipFrom = map[string]string{"DE": "depot"}
	}
	return p
}

func (m *memory) Page(t *rapid.T, account string, orders []order.Snapshot) {
	orders = slices.Clone(orders)
	for i := range orders {
		orders[i].Reference = account
	}
	in := order.NewIntake(m.policy(account), orders)
	known := map[string]*order.Order{}
	lines := map[int64][]*order.Line{}
	for _, id := range in.IDs() {
		if o := m.orders[ordertest.Ref{Account: account, ID: id}]; o != nil {
			known[id] = clone(o)
			lines[o.RowID], known[id].Lines = known[id].Lines, nil
		}
	}
	in.Judge(known, 0)
	for i, a := range in.New() {
		a.Order.RowID = int64(len(m.orders) + i + 1)
	}
	in.Items = map[string]order.Item{}
	for _, sku := range in.ChannelSKUs() {
		in.Items[sku] = order.Item{SKU: m.links[sku], Parts: m.kits[m.links[sku]]}
	}
	var changing []*order.Order
	packages := order.Packages{}
	rowIDs, _ := in.KnownOrders()
	var read []*order.Line
	for _, id := range rowIDs {
		read = append(read, lines[id]...)
	}
	for _, id := range in.SetLines(read) {
		packages[id] = shipment.NewUnsent(m.packages[id]...)
	}
	for _, a := range in.Arrivals {
		changing = append(changing, a.Order)
	}
	books := m.open(changing...)
	in.GiveBack(books, packages)
	books.Fill(books.Freed())
	in.Take(books)
	in.Settle()
	m.keep(t, books, changing...)
}

func (m *memory) Stock(t *rapid.T, c stock.Change) error {
	if _, ok := m.levels[c.Place()]; !ok {
		m.levels[c.Place()] = ordertest.Level{}
	}
	changes, err := stock.CheckChanges([]stock.Change{c})
	if err != nil {
		return err
	}
	a := m.open()
	if _, err := a.Apply(changes, stock.Known{Before: m.changes}); err != nil {
		return err
	}
	if err := a.Demote(a.Missing()); err != nil {
		return err
	}
	m.changes[c.EntryKey()] = stock.Done{Place: c.Place(), Kind: c.Kind, Told: c.Quantity, At: time.Unix(1, 0)}
	m.keep(t, a)
	return nil
}

// change runs fn on copies of one order and its packages, and keeps them unless fn refuses.
func (m *memory) change(t *rapid.T, r ordertest.Ref, fn func(o *order.Order, a *order.Allocation, unsent *shipment.Unsent) string) string {
	o := clone(m.orders[r])
	packages := make([]*shipment.Known, len(m.packages[o.RowID]))
	for i, k := range m.packages[o.RowID] {
		p := *k
		p.Reversed = maps.Clone(k.Reversed)
		packages[i] = &p
	}
	a := m.open(o)
	if refused := fn(o, a, shipment.NewUnsent(packages...)); refused != "" {
		return refused
	}
	m.keep(t, a, o)
	m.orders[r].Settle()
	m.packages[o.RowID] = packages
	return ""
}

func (m *memory) known(r ordertest.Ref, id string) *shipment.Known {
	list := m.packages[m.orders[r].RowID]
	if i := slices.IndexFunc(list, func(k *shipment.Known) bool { return k.ID == id }); i >= 0 {
		return list[i]
	}
	return nil
}

func (m *memory) Pack(t *rapid.T, r ordertest.Ref, p shipment.Package) string {
	o := m.orders[r]
	fresh, _, err := shipment.Sort([]shipment.Package{p}, m.packages[o.RowID], o.LineIDs())
	require.NoError(t, err)
	for _, p := range fresh {
		m.packages[o.RowID] = append(m.packages[o.RowID], &shipment.Known{Package: p, Number: len(m.packages[o.RowID]) + 1, State: shipment.Saved})
	}
	k := m.known(r, p.ID)
	if !k.State.Waiting() {
		return ""
	}
	refused := m.change(t, r, func(o *order.Order, a *order.Allocation, _ *shipment.Unsent) string {
		if refused := o.RefusePackage(k.Left()); refused != "" {
			return refused
		}
		for _, c := range k.Left() {
			a.Pack(o.Line(c.LineID), c.Quantity, p.ID)
		}
		return ""
	})
	if k = m.known(r, p.ID); refused != "" {
		k.Refuse()
	} else {
		k.Process()
	}
	return refused
}

func (m *memory) Prepare(t *rapid.T, r ordertest.Ref, id string) []shipment.Content {
	k := m.known(r, id)
	require.False(t, k.Attempted())
	_, err := k.Prepare()
	require.NoError(t, err)
	return k.Left()
}

func (m *memory) Confirm(t *rapid.T, r ordertest.Ref, id string) {
	shipped, err := m.known(r, id).Confirm()
	require.NoError(t, err)
	m.change(t, r, func(o *order.Order, a *order.Allocation, _ *shipment.Unsent) string {
		for _, c := range shipped {
			a.Ship(o.Line(c.LineID), c.Quantity)
		}
		return ""
	})
}

// once runs fn unless it was carried out under the id before.
func (m *memory) once(r ordertest.Ref, id string, fn func() string) string {
	key := strings.Join([]string{r.Account, r.ID, id}, "/")
	if m.done[key] {
		return ""
	}
	refused := fn()
	m.done[key] = refused == ""
	return refused
}

func (m *memory) Cancel(t *rapid.T, r ordertest.Ref, id string, lines []order.LineQuantity) string {
	asked, err := order.Quantities(lines)
	require.NoError(t, err)
	return m.once(r, id, func() string {
		return m.change(t, r, func(o *order.Order, a *order.Allocation, unsent *shipment.Unsent) string {
			return o.Cancel(a, unsent, asked)
		})
	})
}

func (m *memory) Return(t *rapid.T, r ordertest.Ref, id string, restock bool, lines []order.LineQuantity) string {
	back, err := order.Quantities(lines)
	require.NoError(t, err)
	return m.once(r, id, func() string {
		return m.change(t, r, func(o *order.Order, a *order.Allocation, _ *shipment.Unsent) string {
			return o.Return(a, back, restock, nil)
		})
	})
}

func (m *memory) Look(*rapid.T, string) ordertest.Stand {
	s := ordertest.Stand{States: map[string]order.State{}, Units: map[string]order.Units{}, Packed: map[string]int{}, Levels: maps.Clone(m.levels),
		Entries: m.entries, Dirty: map[string]int{}}
	for _, o := range m.orders {
		s.States[o.ID] = o.State
		for _, l := range o.Lines {
			s.Units[l.LineID] = l.Units
		}
		for _, k := range m.packages[o.RowID] {
			for _, c := range k.Left() {
				if k.State.Unsent() {
					s.Packed[c.LineID] += c.Quantity
				}
			}
		}
	}
	for sku := range m.dirty {
		s.Dirty[sku] = len(ordertest.Sellers)
		for kit, parts := range m.kits {
			if slices.ContainsFunc(parts, func(p order.Part) bool { return p.SKU == sku }) {
				s.Dirty[kit] = len(ordertest.Sellers)
			}
		}
	}
	m.dirty = map[string]bool{}
	return s
}
