package console

import (
	"bytes"
	"context"
	"net/http"

	"github.com/towpath/towpath/internal/store/orders"
)

// exportOrders answers a form of the list of orders with those that it picks, or all that match, as CSV without anything of their buyers. It is
// made whole before its first byte is sent: a file that ends too early looks complete.
func (c *console) exportOrders(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := limitForm(w, r, goLiveTimeout)
	defer cancel()
	var file bytes.Buffer
	if err := c.writeOrders(ctx, &file, r); err != nil {
		c.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="orders.csv"`)
	_, _ = w.Write(file.Bytes())
}

func (c *console) writeOrders(ctx context.Context, file *bytes.Buffer, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm("it can't be read", "/orders")
	}
	back := listAddress(r.PostForm.Get("query"))
	if r.PostForm.Get("all") != "" {
		f, err := c.filterOf(ctx, r.PostForm.Get("query"))
		if err != nil {
			return err
		}
		return refusedAs(c.starter.WriteOrderList(ctx, file, f), back)
	}
	ids, err := c.pickedOrders(ctx, r.PostForm, back)
	if err != nil {
		return err
	}
	var rows []orders.OrderRow
	if rows, err = c.starter.Store.Orders.Rows(ctx, ids); err != nil {
		return err
	}
	return c.starter.WriteOrders(file, rows)
}
