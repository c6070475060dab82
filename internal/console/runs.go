package console

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/towpath/towpath/internal/store"
)

var (
	runKinds     = []store.RunKind{store.RunOrders, store.RunStock, store.RunShipments, store.RunLinks, store.RunLevels}
	itemStatuses = []store.ItemStatus{store.ItemError, store.ItemPending, store.ItemDone, store.ItemSkipped}
)

// runList is the activity register.
type runList struct {
	Rows     []runRow
	Kinds    []option
	Accounts []option
	Errors   bool
	Filtered bool
	paging
}

type runRow struct{ store.Run }

// Took is how long the run took, empty while it runs.
func (r runRow) Took() string {
	if r.EndedAt.IsZero() {
		return ""
	}
	return took(max(0, r.EndedAt.Sub(r.StartedAt)).Round(time.Millisecond))
}

// Outcome is how it ended.
func (r runRow) Outcome() string {
	switch {
	case r.EndedAt.IsZero():
		return "running"
	case r.FaultID != "":
		return "failed"
	case r.Counts.Errors > 0:
		return "with errors"
	}
	return "done"
}

// Tone is the outcome's.
func (r runRow) Tone() tone {
	return map[string]tone{"running": toneBusy, "failed": toneBad, "with errors": toneWarn, "done": toneOK}[r.Outcome()]
}

// FaultWords is the class and code of the fault that ended it.
func (r runRow) FaultWords() string {
	if r.FaultCode == "" {
		return string(r.FaultClass)
	}
	return string(r.FaultClass) + " " + r.FaultCode
}

func (c *console) runs(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	f := store.RunFilter{
		Kind: store.RunKind(in.choice("kind", words(runKinds))), Account: in.choice("account", g.ids()),
		Errors: in.choice("errors", []string{"1"}) == "1", Before: in.mark(), Limit: pageSize + 1,
	}
	if in.err != nil {
		return view{}, in.err
	}
	rows, err := c.starter.Store.Runs(ctx, f)
	if err != nil {
		return view{}, err
	}
	l := runList{
		Kinds: options(runKinds, f.Kind, "all kinds"), Accounts: options(g.ids(), f.Account, "all accounts"),
		Errors: f.Errors, Filtered: len(in.filter) > 0,
	}
	last := ""
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		last = rows[pageSize-1].ID
	}
	for _, r := range rows {
		l.Rows = append(l.Rows, runRow{r})
	}
	l.paging = in.paging(last)
	return view{Title: "Runs", Section: "Runs", Template: "runs", Data: l}, nil
}

// runPage is one run with its items.
type runPage struct {
	runRow
	Items    []itemRow
	Calls    []callRow // the latest
	Tabs     []option
	Status   string
	Fault    *faultView
	Workflow string
	paging
}

type itemRow struct {
	store.Item
	Href string
}

func (c *console) run(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	status := store.ItemStatus(in.choice("status", words(itemStatuses)))
	after, id := in.mark(), r.PathValue("id")
	if in.err != nil {
		return view{}, in.err
	}
	if id == "" || !plainText(id) {
		return view{}, store.ErrNotFound
	}
	found, err := c.starter.Store.Runs(ctx, store.RunFilter{ID: id, Limit: 1})
	if err != nil {
		return view{}, err
	}
	if len(found) == 0 {
		return view{}, store.ErrNotFound
	}
	run := found[0]
	items, err := c.starter.Store.Items(ctx, run.ID, status, after, pageSize+1)
	if err != nil {
		return view{}, err
	}
	calls, err := c.starter.Store.RunCalls(ctx, run.ID, callsShown)
	if err != nil {
		return view{}, err
	}
	p := runPage{runRow: runRow{run}, Calls: callRows(calls), Status: string(status), Workflow: c.workflowLink(run.WorkflowID), Tabs: options(itemStatuses, status, "all")}
	for i := range p.Tabs {
		p.Tabs[i].Href = in.with("status", p.Tabs[i].Value)
	}
	last := ""
	if len(items) > pageSize {
		items = items[:pageSize]
		last = items[pageSize-1].Reference
	}
	for _, i := range items {
		p.Items = append(p.Items, itemRow{i, itemLink(run.Account, i)})
	}
	p.paging = in.paging(last)
	if run.FaultID != "" {
		if f, err := c.faultView(ctx, run.FaultID); err == nil {
			p.Fault = &f
		}
	}
	return view{Title: "Run of " + string(run.Kind), Section: "Runs", Template: "run", Data: p}, nil
}

// itemLink leads from an item to the order it is about.
func itemLink(account string, i store.Item) string {
	if i.Type != "order" && i.Type != "package" {
		return ""
	}
	return "/orders?" + url.Values{"account": {account}, "reference": {i.Reference}}.Encode()
}
