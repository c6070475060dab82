package console

import (
	"context"
	"net/http"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// errorPage lists faults with their remedies. The channels' own texts are on each fault's page.
type errorPage struct {
	List     *list[faultView]
	LastHour int
}

// faultView is a fault with what to do about it.
type faultView struct {
	starter.FaultShown
	Advice *advice
	Times  int // how many there are alike: one refused call can fail many levels
}

// Short returns the fault in few words.
func (f faultView) Short() string { return f.Fault.Brief() }

func (c *console) errors(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	p := errorPage{List: newList[faultView](in, "errors")}
	f := faultFilter(p.List, g)
	if in.err != nil {
		return view{}, in.err
	}
	for _, a := range g.accounts {
		if f.Account == "" || a.ID == f.Account {
			p.LastHour += a.Faults
		}
	}
	totals, err := c.starter.Store.Runs.FaultTotals(ctx, f)
	if err != nil {
		return view{}, err
	}
	countFaults(p.List, f, totals)
	found, err := c.starter.Faults(ctx, f)
	if err != nil {
		return view{}, err
	}
	views := make([]faultView, len(found))
	for i, f := range found {
		views[i] = viewOf(f)
	}
	p.List.fill(views, func(f faultView) string { return f.ID })
	p.List.Rows = alike(p.List.Rows)
	return view{Title: "Errors", Section: "Errors", Template: "errors", Data: p}, nil
}

// faultFilter reads the filters of a list of errors, and adds them to its form.
func faultFilter(l *list[faultView], g *glance) runs.FaultFilter {
	f := runs.FaultFilter{Class: channel.Class(l.in.choice("class", words(channel.Classes()))), Account: l.account(g)}
	f.From, f.To = l.days(g.zoneOf(f.Account), time.Now())
	f.Before, f.Limit = l.in.mark(), l.limit()
	return f
}

// countFaults adds what was counted: by class, and all.
func countFaults(l *list[faultView], f runs.FaultFilter, t runs.FaultTotals) {
	classes := byWord(t.Classes)
	for _, n := range t.Classes {
		classes[""] += n
	}
	l.tabs("class", string(f.Class), "all", words(channel.Classes()), classes)
	l.atMost(store.MostCounted)
	l.Totals = wording.Counted(t.Faults, store.MostCounted, "error", "errors")
}

// alike groups faults that come from one answer of the channel.
func alike(rows []faultView) (out []faultView) {
	for _, row := range rows {
		if n := len(out); n > 0 && sameCall(out[n-1].FaultRow, row.FaultRow) {
			out[n-1].Times++
			continue
		}
		out = append(out, row)
	}
	return out
}

// sameCall reports whether two faults come from one answer of the channel.
func sameCall(a, b runs.FaultRow) bool {
	return a.RequestID != "" && a.RequestID == b.RequestID && a.Account == b.Account && a.Class == b.Class && a.Code == b.Code && a.Operation == b.Operation
}

func viewOf(f starter.FaultShown) faultView {
	return faultView{FaultShown: f, Advice: advised(f.Remedy), Times: 1}
}

func (c *console) fault(ctx context.Context, r *http.Request) (view, error) {
	id := r.PathValue("id")
	if id == "" || !plainText(id) {
		return view{}, store.ErrNotFound
	}
	found, err := c.starter.Fault(ctx, id)
	if err != nil {
		return view{}, err
	}
	f := viewOf(found)
	return view{Title: "Error " + f.Short(), Section: "Errors", Template: "fault", Data: f}, nil
}
