package console

import (
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/orders"
)

// step is one stage of an order's life.
type step struct {
	Label   string
	Done    bool
	Current bool
}

// steps returns the order's life as a line of stages; an order that is skipped or cancelled has none.
func steps(d orders.OrderDetail) []step {
	at, ok := map[order.State]int{
		order.AwaitingPayment: 1, order.Open: 2, order.Processing: 2, order.Processed: 3, order.Shipped: 4, order.Completed: 5,
	}[d.State]
	if !ok {
		return nil
	}
	var all []step
	for i, label := range []string{"Saved and reserved", "Paid", "Packed", "Confirmed by the channel", "Closed"} {
		done := i < at
		if label == "Paid" {
			done = d.Paid
		}
		all = append(all, step{label, done, i == at})
	}
	return all
}
