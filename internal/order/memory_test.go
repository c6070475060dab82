package order_test

import (
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/order/ordertest"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
)

// memory is an implementation of the books in memory. It opens no more than the store does, calls the rules, and
// saves what the store would write: nothing of a line that the rules have not marked as changed.
type memory struct {
	kits     map[string]order.Item
	links    map[string]string // by channel SKU
	records  []*record         // by row id
	rows     map[ordertest.Ref]*record
	queue    []*order.Line   // all lines: who came first
	keys     map[string]bool // of entries
	done     map[request]bool
	changes  map[string]stock.Done
	dirty    map[string]bool
	observe  map[string]bool // by account
	position ordertest.Contents
}

// record is an order with everything that belongs to it. The order's own lines are not used.
type record struct {
	order.Order
	lines    []*order.Line
	packages []*shipment.Known
	buyer    *order.KnownBuyer
	goes     map[string]string // by package: the address for which it was packed
}

// request is a cancellation or a return that was carried out.
type request struct {
	ordertest.Ref
	id string
}

func newMemory() ordertest.Books {
	return &memory{
		kits: map[string]order.Item{}, links: map[string]string{}, rows: map[ordertest.Ref]*record{}, keys: map[string]bool{},
		done: map[request]bool{}, changes: map[string]stock.Done{}, dirty: map[string]bool{}, observe: map[string]bool{},
		position: ordertest.Contents{
			States: map[string]order.State{}, Against: map[string]bool{}, Held: map[string]bool{},
			Units: map[ordertest.LineRef]order.Units{}, Packed: map[ordertest.LineRef]int{}, At: map[ordertest.LineRef]string{},
			Levels: map[stock.Place]ordertest.Level{}, Entries: map[stock.Place]stock.Level{}, Dirty: map[string]int{},
		},
	}
}

func (m *memory) record(rowID int64) *record { return m.records[rowID-1] }

func (m *memory) Kits(t *ordertest.T, kits []catalogue.Kit) {
	leaves, err := catalogue.Leaves(kits)
	require.NoError(t, err)
	for sku, leaf := range leaves {
		var parts []order.Part
		for _, p := range leaf {
			parts = append(parts, order.Part{SKU: p.SKU, Per: p.Quantity})
		}
		if known := m.kits[sku]; !slices.Equal(parts, known.Parts) {
			m.kits[sku] = order.Item{SKU: sku, Parts: parts, Version: known.Version + 1}
		}
	}
}

func (m *memory) Observe(_ *ordertest.T, account string, so bool) { m.observe[account] = so }

// item returns what a channel SKU is linked to, or nothing.
func (m *memory) item(channelSKU string) order.Item {
	sku := m.links[channelSKU]
	if kit, ok := m.kits[sku]; ok {
		return kit
	}
	return order.Item{SKU: sku}
}

func (m *memory) Link(t *ordertest.T, links []ordertest.Link) {
	linked := map[string]bool{}
	for _, l := range links {
		m.links[l.ChannelSKU], linked[l.ChannelSKU] = l.SKU, true
	}
	var rowIDs []int64
	var places []stock.Place
	for _, l := range m.queue {
		if l.Unmapped() && linked[l.ChannelSKU] {
			rowIDs = append(rowIDs, l.OrderID)
			places = append(places, m.item(l.ChannelSKU).Places(l.Location)...)
		}
	}
	slices.Sort(rowIDs)
	g := m.ledger()
	lines := g.openLines(slices.Compact(rowIDs), nil, places)
	slices.SortFunc(lines, order.FirstCome)
	for _, l := range lines {
		if l.Unmapped() && linked[l.ChannelSKU] {
			g.Map(l, m.item(l.ChannelSKU))
		}
	}
	require.NoError(t, g.demote())
	g.fillFreed()
	g.flush(t)
}

func (m *memory) Stock(t *ordertest.T, c stock.Change) error {
	changes, err := stock.CheckChanges([]stock.Change{c})
	if err != nil {
		return err
	}
	g := m.ledger()
	g.open(c.Place())
	done, err := g.Apply(changes, stock.Known{Before: m.changes})
	if err != nil {
		return err
	}
	if err := g.demote(); err != nil {
		return err
	}
	g.fillFreed()
	g.flush(t)
	require.Empty(t, done[0].Refused)
	m.changes[c.EntryKey()] = stock.Done{Place: c.Place(), Kind: c.Kind, Stated: c.Quantity, At: epoch}
	return nil
}

func (m *memory) Look(*ordertest.T, string) ordertest.Contents {
	clear(m.position.Dirty)
	for _, sku := range m.links {
		dirty := m.dirty[sku]
		for _, p := range m.kits[sku].Parts {
			dirty = dirty || m.dirty[p.SKU]
		}
		if dirty {
			m.position.Dirty[sku]++
		}
	}
	clear(m.dirty)
	return m.position
}
