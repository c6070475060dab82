package starter

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/wording"
)

// orderListColumns are the columns of a list of orders as a file. It has nothing of a buyer.
var orderListColumns = []string{"account", "channel", "endpoint", "order", "order id", "state", "placed", "ship by", "currency", "total",
	"units", "reserved", "backordered", "unlinked", "packed", "shipped", "cancelled"}

// WriteOrderList writes the orders of a filter as CSV, without anything of their buyers. Times are in UTC. More than order.MostCounted are
// refused: a file that has a part of them looks complete.
func (s *Starter) WriteOrderList(ctx context.Context, to io.Writer, f orders.OrderFilter) error {
	totals, err := s.Store.Orders.Totals(ctx, f)
	if err != nil {
		return err
	}
	if totals.Many() {
		return tooManyOrders()
	}
	w := csv.NewWriter(to)
	if err := w.Write(orderListColumns); err != nil {
		return fmt.Errorf("write orders: %w", err)
	}
	f.Limit = exportPage
	for n := 0; ; {
		page, err := s.Store.Orders.Find(ctx, f)
		if err != nil {
			return err
		}
		if err := writeOrders(w, page); err != nil {
			return err
		}
		if n += len(page); n > order.MostCounted { // more came in meanwhile
			return tooManyOrders()
		}
		if len(page) < f.Limit {
			break
		}
		f.After = page[len(page)-1].Key.RowID
	}
	w.Flush()
	return w.Error()
}

func tooManyOrders() error {
	most := wording.Number(order.MostCounted)
	return &RefusedError{Reason: "more than " + most + " orders match, and a file has at most " + most + ": filter them, by days for example, and export each part"}
}

// WriteOrders writes orders as WriteOrderList does.
func (s *Starter) WriteOrders(to io.Writer, list []orders.OrderRow) error {
	w := csv.NewWriter(to)
	err := w.Write(orderListColumns)
	if err == nil {
		err = writeOrders(w, list)
	}
	w.Flush()
	if err == nil {
		err = w.Error()
	}
	return err
}

func writeOrders(w *csv.Writer, list []orders.OrderRow) error {
	for _, o := range list {
		total := ""
		if o.Currency != "" { // not known, which is not 0
			total = money.Format(o.Total, o.Currency)
		}
		row := []string{o.Key.Account.ID, string(o.Key.Account.Channel), string(o.Key.Account.Endpoint), o.Reference, o.Key.OrderID, string(o.State),
			moment(o.PlacedAt), moment(o.ShipBy), o.Currency, total}
		u := o.Units
		for _, n := range []int{u.Total(), u.Reserved, u.Backordered, u.Unlinked, u.Packed, u.Shipped, u.Cancelled} {
			row = append(row, strconv.Itoa(n))
		}
		for i := range row {
			row[i] = merchantfile.Guard(row[i])
		}
		if err := w.Write(row); err != nil {
			return fmt.Errorf("write orders: %w", err)
		}
	}
	return nil
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
