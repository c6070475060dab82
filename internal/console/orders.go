package console

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/wording"
)

// The orders' sorts.
const (
	newestFirst = "newest-first"
	oldestFirst = "oldest-first"
	shipByFirst = "ship-by-first" // those to be shipped
)

// orderRow is an order with whether it waits for a person.
type orderRow struct {
	orders.OrderRow
	Parked bool
	Zone   *time.Location
}

func (c *console) orders(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	l, states := newList[orderRow](in, "orders"), words(order.States())
	f := orders.OrderFilter{
		Account: l.account(g), Reference: l.search("reference", "Reference or channel order id"),
		State: order.State(in.choice("state", states)), Undecided: l.tick("undecided", "Only those to decide"), Uncancelled: l.tick("uncancelled", "Only those to cancel on the channel"), AtRisk: l.tick("at-risk", "Only late or at risk"), SameAddress: l.tick("same-address", "Only those for the same address"),
		Shipments: shipment.Progress(l.choose("shipments", "Shipments", words(shipment.Progresses()), "any shipments")),
		After:     in.position(), Limit: l.limit(),
	}
	sort := l.sort(newestFirst, oldestFirst, shipByFirst)
	f.Oldest, f.ShipByFirst = sort == oldestFirst, sort == shipByFirst
	if in.err != nil {
		return view{}, in.err
	}
	l.tabs("state", string(f.State), "all", states, g.ordersByState(f.Account))
	found, err := c.starter.Store.Orders.Find(ctx, f)
	if err != nil {
		return view{}, err
	}
	rows, zones := make([]orderRow, len(found)), g.zones()
	for i, row := range found {
		rows[i] = orderRow{row, g.waits(row.Key), zones.Of(row.Key.Account.ID)}
	}
	l.fill(rows, func(o orderRow) string { return strconv.FormatInt(o.Key.RowID, 10) })
	return view{Title: "Orders", Section: "Orders", Template: "orders", Data: l}, nil
}

// ordersByState counts the orders of an account, or of all.
func (g *frameCache) ordersByState(account string) map[string]int {
	counts := map[string]int{}
	for _, a := range g.accounts {
		if account != "" && a.ID != account {
			continue
		}
		for state, n := range a.Orders {
			counts[string(state)] += n
			counts[""] += n
		}
	}
	return counts
}

// zones returns the time zones of the accounts.
func (g *frameCache) zones() wording.Zones {
	zones := wording.Zones{}
	for _, a := range g.accounts {
		zones[a.ID] = a.Zone()
	}
	return zones
}
