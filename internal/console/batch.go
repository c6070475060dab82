package console

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

// mostAtOnce is how many orders are acted on at once; processing needs two texts for each, of which a form holds fewer.
const mostAtOnce, mostProcessed = starter.MostInBatch, 200

// batchPlan is what an action would do to the orders that were picked. Nothing is done yet.
type batchPlan struct {
	Action  order.Action
	Key     string            // of the form: sent twice, it does it once
	Fit     []starter.Planned // to which it would be done
	LeftOut []starter.Planned
	Picked  int
	More    bool     // more match than one action takes
	Back    string   // the list, or the order's page
	Of      bool     // it was chosen on an order's page
	Sends   []string // accounts whose orders are cancelled on their channel too
	Keeps   []string // accounts whose orders are not
}

// Commands are the commands that do the same, a line each.
func (p batchPlan) Commands() string {
	var b strings.Builder
	for _, o := range p.Fit {
		b.WriteString(o.Command + "\n")
	}
	return b.String()
}

// planBatch shows what an action would do to the orders that a form picks: those that are ticked, or all that match its list.
func (c *console) planBatch(ctx context.Context, r *http.Request) (view, error) {
	if err := r.ParseForm(); err != nil {
		return view{}, badForm("it can't be read", "/orders")
	}
	p := batchPlan{Action: order.Action(r.PostForm.Get("action")), Key: uuid.NewString(), Back: backOf(r.PostForm)}
	if !slices.Contains(order.Actions(), p.Action) {
		return view{}, badForm("the action is none of those that the page offers", p.Back)
	}
	ids, err := c.pickedOrders(ctx, r.PostForm, p.Back)
	if err != nil {
		return view{}, err
	}
	p.Of = r.PostForm.Get("of") != ""
	most := mostAtOnce
	if p.Action == order.ActProcess {
		most = mostProcessed
	}
	if len(ids) > most {
		ids, p.More = ids[:most], true
	}
	planned, err := c.starter.PlanBatch(ctx, p.Action, ids)
	if err != nil {
		return view{}, err
	}
	p.Picked = len(planned)
	for _, o := range planned {
		if o.LeftOut == "" {
			p.Fit = append(p.Fit, o)
		} else {
			p.LeftOut = append(p.LeftOut, o)
		}
	}
	if err := c.reaches(ctx, &p); err != nil {
		return view{}, err
	}
	return view{Title: "Before it is done", Section: "Orders", Template: "batchplan", Data: p}, nil
}

// backOf returns the page from which an action was chosen: an order's own, or the list with its filters.
func backOf(form url.Values) string {
	if id, err := strconv.ParseInt(form.Get("of"), 10, 64); err == nil && id > 0 {
		return "/orders/" + strconv.FormatInt(id, 10)
	}
	return listAddress(form.Get("query"))
}

// reaches notes of a cancellation which accounts send it to their channel.
func (c *console) reaches(ctx context.Context, p *batchPlan) error {
	if p.Action != order.ActCancel || len(p.Fit) == 0 {
		return nil
	}
	g, err := c.glance(ctx)
	if err != nil {
		return err
	}
	sends := map[string]bool{}
	for _, a := range g.accounts {
		sends[a.ID] = a.SendsCancels()
	}
	for _, o := range p.Fit {
		to := &p.Keeps
		if sends[o.Key.Account.ID] {
			to = &p.Sends
		}
		if !slices.Contains(*to, o.Key.Account.ID) {
			*to = append(*to, o.Key.Account.ID)
		}
	}
	return nil
}

// listAddress returns the list of orders with the filters that a form names.
func listAddress(query string) string {
	if query == "" || len(query) > maxQuery {
		return "/orders"
	}
	return "/orders?" + query
}

// pickedOrders returns the rows of the orders that a form picks, one more than an action takes at most.
func (c *console) pickedOrders(ctx context.Context, form url.Values, back string) ([]int64, error) {
	if form.Get("all") != "" {
		f, err := c.filterOf(ctx, form.Get("query"))
		if err != nil {
			return nil, err
		}
		f.Limit = mostAtOnce + 1
		found, err := c.starter.Store.Orders.Find(ctx, f)
		ids := make([]int64, len(found))
		for i, o := range found {
			ids[i] = o.Key.RowID
		}
		if err == nil && len(ids) == 0 {
			err = notDone("no order fits the filters any more", back)
		}
		return ids, err
	}
	ids := map[int64]bool{}
	for _, value := range form["order"] {
		id, err := strconv.ParseInt(value, 10, 64)
		if err != nil || id < 1 {
			return nil, badForm("an order is none of those that the page offers", back)
		}
		ids[id] = true
	}
	if len(ids) == 0 {
		return nil, notDone("no order is selected: tick some, or choose all that match", back)
	}
	return slices.Sorted(maps.Keys(ids)), nil
}

// filterOf reads the filters of a list of orders from its address.
func (c *console) filterOf(ctx context.Context, query string) (orders.OrderFilter, error) {
	g, err := c.glance(ctx)
	if err != nil {
		return orders.OrderFilter{}, err
	}
	l := newList[orderRow](inputsOf("/orders", query), "orders")
	f := orderFilter(l, g)
	f.After = 0
	return f, l.in.err
}

// runBatch does what was shown, and leads to what became of each order. The same form, sent again, leads there too.
func (c *console) runBatch(ctx context.Context, r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", badForm("it can't be read", "/orders")
	}
	text := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
	b := orders.Batch{ID: text("key"), Action: order.Action(text("action")), By: text("by"), Reason: text("reason")}
	if _, err := uuid.Parse(b.ID); err != nil || !plainText(b.By) || !plainText(b.Reason) {
		return "", badForm("it is not one of this page, or a text in it is too long", "/orders")
	}
	ids, err := c.pickedOrders(ctx, url.Values{"order": r.PostForm["order"]}, "/orders")
	if err != nil {
		return "", err
	}
	rows, err := c.starter.Store.Orders.Rows(ctx, ids)
	if err != nil {
		return "", err
	}
	for _, row := range rows {
		id := strconv.FormatInt(row.Key.RowID, 10)
		o := orders.BatchOrder{OrderRow: row.Key.RowID, Reference: row.Reference, Shown: text("shown-" + id)}
		if !plainText(o.Shown) {
			return "", badForm("what was shown of an order is none of what the page shows", "/orders")
		}
		if b.Action == order.ActProcess {
			o.Carrier, o.Tracking = text("carrier-"+id), text("tracking-"+id)
			if o.Carrier == "" && o.Tracking == "" {
				continue // left out: its label is not printed yet
			}
			o.Carrier = cmp.Or(o.Carrier, text("carrier-all"))
			if !plainText(o.Carrier) || !plainText(o.Tracking) {
				return "", notDone("carrier or tracking number of order "+row.Reference+" is too long, or not plain text", "/orders")
			}
		}
		b.Orders = append(b.Orders, o)
	}
	if len(b.Orders) == 0 && len(rows) > 0 {
		return "", notDone("no order has a tracking number", "/orders")
	}
	// The one who clicks twice, or leaves, does not stop it half way.
	doing, cancel := context.WithTimeout(context.WithoutCancel(ctx), goLiveTimeout)
	defer cancel()
	if err := c.starter.RunBatch(doing, b); err != nil {
		return "", refusedAs(err, "/orders")
	}
	return "/batches/" + b.ID, nil
}

// continueBatch does what is still to be done of a batch.
func (c *console) continueBatch(ctx context.Context, r *http.Request) (string, error) {
	doing, cancel := context.WithTimeout(context.WithoutCancel(ctx), goLiveTimeout)
	defer cancel()
	if err := c.starter.ContinueBatch(doing, r.PathValue("id")); err != nil {
		return "", err
	}
	return "/batches/" + r.PathValue("id"), nil
}

// batchPage is what became of a batch.
type batchPage struct {
	orders.Batch
	Commands string
}

func (c *console) batch(ctx context.Context, r *http.Request) (view, error) {
	id := r.PathValue("id")
	if !plainText(id) {
		return view{}, store.ErrNotFound
	}
	b, err := c.starter.Store.Orders.Batch(ctx, id)
	if err != nil {
		return view{}, err
	}
	p := batchPage{Batch: b}
	for _, o := range b.Orders {
		p.Commands += starter.BatchCommand(b.Action, o.Account, o.OrderID, b.Reason) + "\n"
	}
	return view{Title: "Done at once", Section: "Orders", Template: "batch", Data: p}, nil
}

func (c *console) batches(ctx context.Context, _ *http.Request) (view, error) {
	list, err := c.starter.Store.Orders.Batches(ctx, 2*pageSize)
	return view{Title: "Done at once", Section: "Orders", Template: "batches", Data: list}, err
}
