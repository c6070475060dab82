package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// liveTimeout limits the queries of Temporal for one page; each query has at most one second.
const liveTimeout = 3 * time.Second

// overview shows what is running, what is queued, what went wrong, what to do about it, and what happens next.
type overview struct {
	Headline  wording.Said
	Promises  string          // the orders that are late or at risk; empty: there are none
	Needs     []incident.Need // that wait for a person, parked packages apart: these follow one by one
	Good      []incident.Need // good to know
	Parked    []parkedRow
	ParkedAll int
	ParkedFor []incident.Need // what the parked packages wait for
	Accounts  []accountCard
	Sweep     starter.ScheduleNow
	SweepLink string
	Detached  bool
	Notice    string
	Asked     bool // the notice is about packages that are sent again
}

func (c *console) overview(ctx context.Context, r *http.Request) (view, error) {
	now, live, err := c.now(ctx)
	if err != nil {
		return view{}, err
	}
	glance, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	now.Parked = starter.WaitsForYou(now.Parked, glance.needs)
	promises, err := c.starter.Promises(ctx)
	if err != nil {
		return view{}, err
	}
	o := overview{
		Promises:  promises.Line(),
		ParkedAll: len(now.Parked), Parked: c.parkedRows(ctx, now), Sweep: now.Sweep, Detached: !live,
		SweepLink: c.scheduleLink(message.SweepScheduleID), Notice: notices[r.URL.Query().Get("notice")],
		Accounts: make([]accountCard, len(now.Accounts)),
	}
	o.Asked = o.Notice != "" && strings.HasPrefix(r.URL.Query().Get("notice"), "shipments") && o.Notice != notices["shipments-none"]
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for i, a := range now.Accounts {
		g.Go(func() error {
			var err error
			o.Accounts[i], err = c.card(ctx, a, live)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return view{}, err
	}
	for _, n := range glance.needs {
		switch {
		case !n.Waits():
			o.Good = append(o.Good, n)
		case n.Kind != incident.Parked:
			o.Needs = append(o.Needs, n)
		default:
			o.ParkedFor = append(o.ParkedFor, n)
		}
	}
	o.Headline = now.Summary(glance.needs, time.Now()).Headline()
	return view{Title: "Overview", Section: "Overview", Template: "overview", Data: o}, nil
}

// now returns the starter's overview, or only the store's data while Temporal does not answer.
func (c *console) now(ctx context.Context) (now starter.Now, live bool, err error) {
	if c.reachable(ctx) {
		ctx, cancel := context.WithTimeout(ctx, liveTimeout)
		defer cancel()
		if now, err := c.starter.Now(ctx); err == nil {
			return now, true, nil
		}
	}
	g, err := c.glance(ctx)
	if err != nil {
		return now, false, err
	}
	return c.starter.Stored(g.accounts, g.parked), false, nil
}

// parkedRow is something that waits for a person, with what to do about it.
type parkedRow struct {
	incidents.Parked
	Advice    *advice // nil: there is none, or a row before has the same
	Above     string  // its title, if a row before has the same
	OrderHref string
	Workflow  string
}

// parkedRows returns what is parked, the longest waiting first. The channel's own message is used only to find the
// remedy.
func (c *console) parkedRows(ctx context.Context, now starter.Now) []parkedRow {
	kinds := map[string]channel.Kind{}
	for _, a := range now.Accounts {
		kinds[a.ID] = a.Channel
	}
	var rows []parkedRow
	shown := map[string]bool{}
	for _, p := range now.Parked[:min(len(now.Parked), pageSize)] {
		row := parkedRow{
			Parked: p, Advice: c.adviseParked(ctx, kinds[p.Account], p), Workflow: c.workflowLink(p.WorkflowID),
			OrderHref: "/orders?" + url.Values{"account": {p.Account}, "reference": {p.Reference}}.Encode(),
		}
		if row.Advice != nil {
			same := p.Account + "\n" + strings.Join(row.Advice.Lines(), "\n")
			if shown[same] {
				row.Above, row.Advice = row.Advice.Title, nil
			}
			shown[same] = true
		}
		rows = append(rows, row)
	}
	return rows
}
