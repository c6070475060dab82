package console

import (
	"cmp"
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
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// liveTimeout limits the queries of Temporal for one page; each query has at most one second.
const liveTimeout = 3 * time.Second

// overview shows what is running, what is queued, what went wrong, what to do about it, and what happens next.
type overview struct {
	Headline  wording.Said
	Promises  string             // the orders that are late or at risk; empty: there are none
	Needs     []incident.AtStake // that wait for a person, by what is at stake; parked packages apart: these follow one by one
	Charts    charts
	Good      []incident.Need // good to know
	Parked    []parkedRow
	ParkedAll int
	ParkedFor []incident.Need // what the parked packages wait for
	Accounts  []accountCard
	Rest      []accountCard // those without a card: of many accounts, the ones that are as they should be
	Sweep     starter.ScheduleNow
	SweepLink string
	Detached  bool
	Notice    string
	Asked     bool // the notice is about packages that are sent again
}

func (c *console) overview(ctx context.Context, r *http.Request) (view, error) {
	glance, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	now, live := c.now(ctx, glance)
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
	hours, err := c.hours.get(ctx, time.Now(), c.starter.Hours)
	if err != nil {
		return view{}, err
	}
	o.Charts = chartsOf(hours)
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
	o.spread()
	o.sort(glance.needs)
	o.Headline = now.Summary(glance.needs, time.Now()).Headline()
	return view{Title: "Overview", Section: "Overview", Template: "overview", Data: o}, nil
}

// sort sorts what needs a person, and what is good to know.
func (o *overview) sort(needs []incident.Need) {
	var waiting []incident.Need
	for _, n := range needs {
		switch {
		case !n.Waits():
			o.Good = append(o.Good, n)
		case n.Kind != incident.Parked:
			waiting = append(waiting, n)
		default:
			o.ParkedFor = append(o.ParkedFor, n)
		}
	}
	o.Needs = incident.ByStake(waiting)
}

// Up to cardsShown accounts all have a card of their own on the overview; of more, cardsOfMany have: those that ask for most attention. The others are rows, or
// the page would grow beyond what a browser gets at once.
const (
	cardsShown  = 12
	cardsOfMany = 6
)

// spread leaves the card's first row of bars, and moves accounts to the rows where they are many.
func (o *overview) spread() {
	for i := range o.Accounts {
		a := &o.Accounts[i]
		a.Bars = a.Bars[:min(len(a.Bars), 1)]
	}
	if len(o.Accounts) <= cardsShown {
		return
	}
	slices.SortStableFunc(o.Accounts, func(a, b accountCard) int { return cmp.Compare(b.attention(), a.attention()) })
	o.Accounts, o.Rest = o.Accounts[:cardsOfMany], o.Accounts[cardsOfMany:]
}

// attention is how much an account asks for it.
func (a accountCard) attention() int {
	switch {
	case a.Condition.Tone == wording.Bad:
		return 3
	case a.Health != nil && a.Health.Tone() != wording.Quiet:
		return 2
	case len(a.Warnings) > 0:
		return 1
	}
	return 0
}

// latelyHolds is how long what the workflows say of themselves is reused: at many accounts it takes seconds to ask all. The first page waits latelyFirst for it.
const (
	latelyHolds = 2 * time.Second
	latelyFirst = 2 * time.Second
)

// now returns the starter's overview, or only the store's data while Temporal does not answer.
func (c *console) now(ctx context.Context, g *glance) (now starter.Now, live bool) {
	if !c.reachable(ctx) {
		return c.starter.Stored(g.accounts, g.parked), false
	}
	waiting, cancel := context.WithTimeout(ctx, latelyFirst)
	defer cancel()
	now, err := c.lately.get(waiting, latelyHolds, func(ctx context.Context) (starter.Now, error) {
		ctx, cancel := context.WithTimeout(ctx, liveTimeout)
		defer cancel()
		return c.starter.Ask(ctx, g.accounts, g.parked)
	})
	if waiting.Err() != nil { // the first answer of all takes longer: the page is fetched again for it
		noteAsOf(ctx, time.Now(), "")
		return c.starter.Stored(g.accounts, g.parked), true
	}
	if err != nil {
		return c.starter.Stored(g.accounts, g.parked), false
	}
	if now, ok := now.With(g.accounts, g.parked); ok {
		return now, true
	}
	c.lately.forget() // accounts have come or gone
	return c.starter.Stored(g.accounts, g.parked), true
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
