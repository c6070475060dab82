package console

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/starter"
)

// liveTimeout bounds what Temporal is asked for one page; each question has its own second at most.
const liveTimeout = 3 * time.Second

// overview answers what is running, what is queued, what went wrong, what to do about it, what happens next.
type overview struct {
	Headline  string
	Tone      tone
	Needs     []incident.Need // that wait for a person, parked packages apart: these follow one by one
	Good      []incident.Need // good to know
	Parked    []parkedRow
	ParkedAll int
	Accounts  []accountCard
	Sweep     starter.ScheduleNow
	SweepLink string
	Detached  bool
	Notice    string
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
	now.Parked = slices.DeleteFunc(slices.Clone(now.Parked), starter.HeldUntilLive)
	o := overview{
		ParkedAll: len(now.Parked), Parked: c.parkedRows(ctx, now), Sweep: now.Sweep, Detached: !live,
		SweepLink: c.scheduleLink(message.SweepScheduleID), Notice: notices[r.URL.Query().Get("notice")],
		Accounts: make([]accountCard, len(now.Accounts)),
	}
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
		case n.Acts != incident.You:
			o.Good = append(o.Good, n)
		case n.Kind != incident.Parked:
			o.Needs = append(o.Needs, n)
		}
	}
	o.Headline, o.Tone = headline(now, glance.needs)
	return view{Title: "Overview", Section: "Overview", Template: "overview", Data: o}, nil
}

// now is the starter's word, or the store's alone while Temporal does not answer.
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
	now.Parked = g.parked
	for _, a := range g.accounts {
		now.Accounts = append(now.Accounts, starter.AccountNow{AccountSummary: a})
	}
	return now, false, nil
}

// headline sums up what is, by the judge's word.
func headline(now starter.Now, needs []incident.Need) (string, tone) {
	faults, dirty, running, ending := 0, 0, 0, 0
	for _, a := range now.Accounts {
		ending += min(len(a.Warnings(time.Now())), 1)
		faults += a.Faults
		dirty += a.Dirty
		if len(a.Orders.Running) > 0 && (a.Scan == nil || a.Scan.State != stateDone) {
			running++
		}
	}
	var parts []string
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, plural(n, one, many))
		}
	}
	t := toneOK
	forYou := len(incident.ForYou(needs))
	add(forYou, "thing needs you", "things need you")
	add(ending, "account's access ends soon", "accounts' access ends soon")
	add(faults, "error in the last hour", "errors in the last hour")
	switch {
	case len(now.Accounts) == 0:
		return "No account is connected yet: write the accounts file and start a worker.", toneWarn
	case forYou > 0:
		t = toneBad
	case faults > 0 || ending > 0:
		t = toneWarn
	default:
		parts = append(parts, "Nothing needs you")
	}
	add(running, "scan is running", "scans are running")
	add(dirty, "stock level is queued", "stock levels are queued")
	return strings.Join(parts, " · "), t
}

// parkedRow is something that waits for a person, with what to do about it.
type parkedRow struct {
	incidents.Parked
	Advice    *advice
	OrderHref string
	Workflow  string
}

// parkedRows shows the longest waiting first; the raw words of their faults only help to find the remedy.
func (c *console) parkedRows(ctx context.Context, now starter.Now) []parkedRow {
	kinds := map[string]channel.Kind{}
	for _, a := range now.Accounts {
		kinds[a.ID] = a.Channel
	}
	var rows []parkedRow
	for _, p := range now.Parked[:min(len(now.Parked), pageSize)] {
		rows = append(rows, parkedRow{
			Parked: p, Advice: c.adviseParked(ctx, kinds[p.Account], p), Workflow: c.workflowLink(p.WorkflowID),
			OrderHref: "/orders?" + url.Values{"account": {p.Account}, "reference": {p.Reference}}.Encode(),
		})
	}
	return rows
}
