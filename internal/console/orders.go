package console

import (
	"context"
	"net/http"
	"strconv"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
)

// orderList is the list of orders.
type orderList struct {
	Rows      []orderRow
	Accounts  []option
	States    []option
	Reference string
	Filtered  bool
	Later     bool // not the first rows
	paging
}

// orderRow is an order with whether it waits for a person.
type orderRow struct {
	store.OrderRow
	Parked bool
}

func (c *console) orders(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	f := store.OrderFilter{
		Account: in.choice("account", g.ids()), State: order.State(in.choice("state", words(order.States()))),
		Reference: in.text("reference"), After: in.position(), Limit: pageSize + 1,
	}
	if in.err != nil {
		return view{}, in.err
	}
	rows, err := c.starter.Store.FindOrders(ctx, f)
	if err != nil {
		return view{}, err
	}
	l := orderList{
		Accounts: options(g.ids(), f.Account, "all accounts"), States: options(order.States(), f.State, "all states"),
		Reference: f.Reference, Filtered: len(in.filter) > 0, Later: f.After > 0,
	}
	last := ""
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		last = strconv.FormatInt(rows[pageSize-1].Key.RowID, 10)
	}
	for _, row := range rows {
		l.Rows = append(l.Rows, orderRow{row, g.waits(row.Key)})
	}
	l.paging = in.paging(last)
	return view{Title: "Orders", Section: "Orders", Template: "orders", Data: l}, nil
}
