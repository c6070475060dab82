package console

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

var (
	runKinds     = runs.RunKinds()
	itemStatuses = []runs.ItemStatus{runs.ItemError, runs.ItemPending, runs.ItemDone, runs.ItemSkipped}
)

type runRow struct{ runs.Run }

// Took returns how long the run took, or an empty string while it runs.
func (r runRow) Took() string { return wording.Between(r.StartedAt, r.EndedAt) }

// Outcome returns how it ended.
func (r runRow) Outcome() wording.Said { return starter.RunWords(r.Run).Outcome() }

// Result returns how it ended, with its counts.
func (r runRow) Result() wording.Said { return starter.RunWords(r.Run).Result() }

// Sum returns what it did.
func (r runRow) Sum() string { return starter.RunWords(r.Run).Sum(string(r.Kind)) }

// FaultWords returns the class and code of the fault that ended it.
func (r runRow) FaultWords() string { return wording.Fault(r.FaultClass, r.FaultCode) }

func (c *console) runs(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	l := newList[runRow](in, "runs")
	f := runFilter(l, g)
	if in.err != nil {
		return view{}, in.err
	}
	totals, err := c.starter.Store.Runs.Totals(ctx, f)
	if err != nil {
		return view{}, err
	}
	countRuns(l, f, totals)
	found, err := c.starter.Store.Runs.List(ctx, f)
	if err != nil {
		return view{}, err
	}
	rows := make([]runRow, len(found))
	for i, run := range found {
		rows[i] = runRow{run}
	}
	l.fill(rows, func(r runRow) string { return r.ID })
	return view{Title: "Runs", Section: "Activity", Template: "runs", Data: l}, nil
}

// runColumns are the columns that the runs can be sorted by.
var runColumns = map[string]columnWays{"Started": {first: newestFirst, other: oldestFirst}}

// runFilter reads the filters of a list of runs, and adds them to its form.
func runFilter(l *list[runRow], g *glance) runs.RunFilter {
	f := runs.RunFilter{Kind: runs.RunKind(l.in.choice("kind", words(runKinds))), Account: l.account(g)}
	f.From, f.To = l.days(g.zoneOf(f.Account), time.Now())
	f.Errors = l.tick("errors", "only with errors")
	l.columns = runColumns
	f.Oldest = l.sort(newestFirst, oldestFirst) == oldestFirst
	f.Before, f.Limit = l.in.mark(), l.limit()
	return f
}

// countRuns adds what was counted: by kind, all, and what failed.
func countRuns(l *list[runRow], f runs.RunFilter, t runs.RunTotals) {
	kinds := byWord(t.Kinds)
	for _, n := range t.Kinds {
		kinds[""] += n
	}
	l.tabs("kind", string(f.Kind), "all", words(runKinds), kinds)
	l.atMost(store.MostCounted)
	l.Totals = wording.Counted(t.Runs, store.MostCounted, "run", "runs")
	if !f.Errors && t.Runs > 0 {
		l.Totals += " · " + wording.Counted(t.Failed, store.MostCounted, "with errors", "with errors")
	}
}

// runPage is one run with its items.
type runPage struct {
	runRow
	Items    *list[itemRow]
	Calls    []callRow // the latest
	Fault    *faultView
	Workflow string
	Detail   starter.RunDetail
	InError  []logRow
	Log      []logRow // its end
}

type itemRow struct {
	runs.Item
	Href string
}

func (c *console) run(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	status := runs.ItemStatus(in.choice("status", words(itemStatuses)))
	after, id := in.mark(), r.PathValue("id")
	if in.err != nil {
		return view{}, in.err
	}
	if id == "" || !plainText(id) {
		return view{}, store.ErrNotFound
	}
	found, err := c.starter.Store.Runs.List(ctx, runs.RunFilter{ID: id, Limit: 1})
	if err != nil {
		return view{}, err
	}
	if len(found) == 0 {
		return view{}, store.ErrNotFound
	}
	run := found[0]
	l, err := c.items(ctx, in, run, status, after)
	if err != nil {
		return view{}, err
	}
	calls, err := c.starter.Store.Runs.RunCalls(ctx, run.ID, callsShown)
	if err != nil {
		return view{}, err
	}
	detail, err := c.starter.RunDetail(ctx, run.ID)
	if err != nil {
		return view{}, err
	}
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	p := runPage{Detail: detail, InError: c.logRows(g, detail.InError, run.ID), Log: c.logRows(g, detail.Log.Lines, run.ID), runRow: runRow{run}, Items: l, Calls: callRows(calls), Workflow: c.workflowLink(run.WorkflowID)}
	if run.FaultID != "" {
		if f, err := c.starter.Fault(ctx, run.FaultID); err == nil {
			v := viewOf(f)
			p.Fault = &v
		}
	}
	return view{Title: "Run of " + string(run.Kind), Section: "Activity", Template: "run", Data: p}, nil
}

// Faults are the faults that the run met, apart from the one that ended it, with what to do.
func (p runPage) Faults() (list []faultView) {
	for _, f := range p.Detail.Faults {
		if f.ID != p.FaultID {
			list = append(list, viewOf(f))
		}
	}
	return list
}

// items returns a run's items, with counts by status.
func (c *console) items(ctx context.Context, in *inputs, run runs.Run, status runs.ItemStatus, after string) (*list[itemRow], error) {
	counts, err := c.starter.Store.Runs.ItemCounts(ctx, run.ID)
	if err != nil {
		return nil, err
	}
	l := newList[itemRow](in, "items")
	l.tabs("status", string(status), "all", words(itemStatuses), byWord(counts))
	found, err := c.starter.Store.Runs.Items(ctx, run.ID, status, after, l.limit())
	if err != nil {
		return nil, err
	}
	rows := make([]itemRow, len(found))
	for i, item := range found {
		rows[i] = itemRow{item, itemLink(run.Account, item)}
	}
	l.fill(rows, func(i itemRow) string { return i.Reference })
	return l, nil
}

// itemLink returns the link from an item to its order.
func itemLink(account string, i runs.Item) string {
	if i.Type != "order" && i.Type != register.ItemPackage {
		return ""
	}
	reference := i.Reference
	if i.Type == register.ItemPackage {
		reference = register.OrderOf(reference)
	}
	return "/orders?" + url.Values{"account": {account}, "reference": {reference}}.Encode()
}
