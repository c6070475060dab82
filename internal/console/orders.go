package console

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/wording"
)

// ordersPage is the list of orders with its views, and the form of what can be done to several at once.
type ordersPage struct {
	*list[orderRow]
	Views   []option // the views that every installation has
	Own     []ownView
	Keeps   string // the filters in force as an address has them: they can be kept as a view; empty: there are none
	Span    string // the usual span of days among them, which can move on with the calendar; empty: there is none
	Query   string // the same, for what is done to all that match
	All     int    // how many match, at most one more than are counted
	AllMost int    // how many of them one action takes
	Notice  string
	Command string // lists the same on the command line
}

// Actions are what can be done to several orders at once.
func (p ordersPage) Actions() []order.Action { return order.Actions() }

// orderRow is an order with whether it waits for a person.
type orderRow struct {
	orders.OrderRow
	Parked bool
	Zone   *time.Location
}

// orderColumns are the columns that the orders can be sorted by.
var orderColumns = map[string]columnWays{
	"Total":   {first: string(orders.HighestTotal), other: string(orders.LowestTotal), num: true},
	"Placed":  {first: string(orders.PlacedLast), other: string(orders.PlacedFirst)},
	"Ship by": {first: string(orders.ShipByFirst), rising: true},
	"Saved":   {first: string(orders.NewestFirst), other: string(orders.OldestFirst)},
}

// orderFilter reads the filters of a list of orders, and adds them to its form.
func orderFilter(l *list[orderRow], g *glance) orders.OrderFilter {
	in := l.in
	f := orders.OrderFilter{
		View: order.View(in.choice("view", words(order.Views()))), State: order.State(in.choice("state", words(order.States()))),
		Account: l.account(g), Reference: l.search("reference", "Reference or channel order id"),
	}
	if f.View != "" {
		l.filter(field{Name: "view", Value: string(f.View), Hidden: true})
	}
	zone := g.zoneOf(f.Account)
	now := time.Now()
	f.From, f.To = l.days(zone, now)
	f.Today = wording.DayEnds(now, zone)
	f.Shipments = shipment.Progress(l.choose("shipments", "Shipments", words(shipment.Progresses()), "any shipments"))
	f.Undecided, f.Uncancelled = l.tick("undecided", "Only those to decide"), l.tick("uncancelled", "Only those to cancel on the channel")
	f.AtRisk, f.SameAddress = l.tick("at-risk", "Only late or at risk"), l.tick("same-address", "Only those for the same address")
	l.columns = orderColumns
	f.Sort = orders.Sort(l.sort(words(orders.Sorts())...))
	f.After, f.Limit = in.position(), l.limit()
	return f
}

func (c *console) orders(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	p := ordersPage{list: newList[orderRow](in, "orders"), Notice: saidOf(r), AllMost: mostAtOnce}
	f := orderFilter(p.list, g)
	if in.err != nil {
		return view{}, in.err
	}
	var counts orderCounts
	var found []orders.OrderRow
	all, asked := errgroup.WithContext(ctx)
	all.Go(func() (err error) { counts, err = c.orderCounts(asked, f); return err })
	all.Go(func() (err error) { found, err = c.starter.Store.Orders.Find(asked, f); return badCursor(err) })
	if err := all.Wait(); err != nil {
		return view{}, err
	}
	p.count(f, counts)
	if p.Own, err = c.ownViews(ctx, in); err != nil {
		return view{}, err
	}
	rows, zones := make([]orderRow, len(found)), g.zones()
	for i, row := range found {
		rows[i] = orderRow{row, g.waits(row.Key), zones.Of(row.Key.Account.ID)}
	}
	p.fill(rows, func(o orderRow) string { return strconv.FormatInt(o.Key.RowID, 10) })
	return view{Title: "Orders", Section: "Orders", Template: "orders", Data: p}, nil
}

// count adds what was counted: totals, tabs and views.
func (p *ordersPage) count(f orders.OrderFilter, counts orderCounts) {
	states := map[string]int{"": counts.Orders}
	for state, n := range counts.States {
		states[string(state)] = n
	}
	if f.State != "" { // all is what the other filters leave
		states[""] = 0
		for _, n := range counts.States {
			states[""] += n
		}
	}
	if counts.States == nil {
		states = nil
	}
	p.tabs("state", string(f.State), "all", words(order.States()), states)
	p.atMost(order.MostCounted)
	p.counts("shipments", byWord(counts.Shipments), order.MostCounted)
	p.Totals, p.All = wording.OrderTotals(counts.Totals), counts.Orders
	p.Query = p.in.filter.Encode()
	p.Keeps = p.Query
	_, p.Span = p.in.moving()
	for _, v := range order.Views() {
		o := option{Value: string(v), Label: spaced(v), Title: v.Means(), Href: p.in.path + "?view=" + string(v), Chosen: f.View == v, Counted: true, Count: counts.Views[v]}
		if o.Chosen {
			o.Href = p.in.with("view", "")
		}
		o.capped(order.MostCounted)
		p.Views = append(p.Views, o)
	}
}

// zones returns the time zones of the accounts.
func (g *glance) zones() wording.Zones {
	zones := wording.Zones{}
	for _, a := range g.accounts {
		zones[a.ID] = a.Zone()
	}
	return zones
}

// zoneOf returns the zone in which somebody who looks at an account, or at all of them, counts his days.
func (g *glance) zoneOf(account string) *time.Location {
	if account != "" {
		return g.zones().Of(account)
	}
	return g.zones().Shared()
}
