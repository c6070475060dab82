package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/starter"
)

// liveTimeout bounds what Temporal is asked for one page; each question has its own second at most.
const liveTimeout = 3 * time.Second

// healthRuns is how many of the newest runs of a kind are judged.
const healthRuns = 100

// overview answers what is running, what is queued, what went wrong, what to do about it, what happens next.
type overview struct {
	Headline  string
	Tone      tone
	Parked    []parkedRow
	ParkedAll int
	Accounts  []accountCard
	Sweep     starter.ScheduleNow
	SweepLink string
	Detached  bool
	Notice    string
}

// accountCard is one account.
type accountCard struct {
	store.Account
	Condition     string
	ConditionTone tone
	Orders        []stateCount
	Scan, Push    activity
	Schedule      starter.ScheduleNow
	ScheduleLink  string
	Dirty, Parked int
	Faults        int
	ErrorsHref    string
	Runs          []lastRun
}

type stateCount struct {
	State order.State
	N     int
	Href  string
}

// activity is what goes on at this moment, in words.
type activity struct {
	Text string
	Tone tone
	Next time.Time // of the next attempt
	Link string
}

type lastRun struct {
	store.Run
	Health health
}

func (c *console) overview(ctx context.Context, r *http.Request) (view, error) {
	now, live, err := c.now(ctx)
	if err != nil {
		return view{}, err
	}
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
	o.Headline, o.Tone = headline(now)
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

func headline(now starter.Now) (string, tone) {
	paused, faults, dirty, running := 0, 0, 0, 0
	for _, a := range now.Accounts {
		if a.Paused {
			paused++
		}
		faults += a.Faults
		dirty += a.Dirty
		running += len(a.Orders.Running)
	}
	var parts []string
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, plural(n, one, many))
		}
	}
	t := toneOK
	add(len(now.Parked), "thing waits for you", "things wait for you")
	add(paused, "account is paused", "accounts are paused")
	add(faults, "error in the last hour", "errors in the last hour")
	switch {
	case len(now.Accounts) == 0:
		return "No account is connected yet: write the accounts file and start a worker.", toneWarn
	case len(now.Parked) > 0 || paused > 0:
		t = toneBad
	case faults > 0:
		t = toneWarn
	default:
		parts = append(parts, "Nothing needs you")
	}
	add(running, "scan is running", "scans are running")
	add(dirty, "stock level is queued", "stock levels are queued")
	return strings.Join(parts, " · "), t
}

func (c *console) card(ctx context.Context, a starter.AccountNow, live bool) (accountCard, error) {
	card := accountCard{
		Account: a.Account, Schedule: a.Orders, ScheduleLink: c.scheduleLink(message.OrdersScheduleID(a.ID)),
		Dirty: a.Dirty, Parked: a.Parked, Faults: a.Faults,
		ErrorsHref: "/errors?" + url.Values{"account": {a.ID}}.Encode(),
		Scan:       c.scan(a, live), Push: c.push(a, live),
	}
	card.Condition, card.ConditionTone = condition(a.Account)
	for _, s := range order.States() {
		if n := a.AccountSummary.Orders[s]; n > 0 {
			card.Orders = append(card.Orders, stateCount{s, n, "/orders?" + url.Values{"account": {a.ID}, "state": {string(s)}}.Encode()})
		}
	}
	for _, kind := range runKinds {
		last, ok := a.LastRun[kind]
		if !ok {
			continue
		}
		runs, err := c.starter.Store.Runs(ctx, store.RunFilter{Account: a.ID, Kind: kind, Limit: healthRuns})
		if err != nil {
			return card, err
		}
		card.Runs = append(card.Runs, lastRun{last, healthOf(runs)})
	}
	return card, nil
}

func condition(a store.Account) (string, tone) {
	switch {
	case !a.Enabled:
		return "switched off", toneQuiet
	case a.Paused:
		return "paused", toneBad
	}
	return "ok", toneOK
}

// scan is the account's order scan at this moment.
func (c *console) scan(a starter.AccountNow, live bool) activity {
	switch {
	case !live:
		return activity{Text: "not known", Tone: toneQuiet}
	case a.Scan != nil:
		return c.spoken(*a.Scan, a.Orders.Running[len(a.Orders.Running)-1])
	case len(a.Orders.Running) > 0:
		return activity{Text: "running, but no worker answers for it", Tone: toneWarn, Link: c.workflowLink(a.Orders.Running[0])}
	case a.Paused || a.Orders.Paused:
		return activity{Text: "stopped until the account is resumed", Tone: toneBad}
	}
	return activity{Text: "idle", Tone: toneQuiet}
}

// push is the account's stock push at this moment.
func (c *console) push(a starter.AccountNow, live bool) activity {
	id := message.StockWorkflowID(a.ID)
	switch {
	case a.Dirty == 0:
		return activity{Text: "every level has been sent", Tone: toneOK}
	case a.Paused:
		return activity{Text: "held until the account is resumed", Tone: toneBad}
	case a.Stock != nil:
		return c.spoken(*a.Stock, id)
	case !live:
		return activity{Text: "not known", Tone: toneQuiet}
	}
	return activity{Text: "waits to be sent", Tone: toneBusy, Link: c.workflowLink(id)}
}

// spoken is a workflow's own word.
func (c *console) spoken(s message.Status, workflowID string) activity {
	a := activity{Text: s.State, Tone: toneBusy, Next: s.NextAttempt, Link: c.workflowLink(workflowID)}
	if p := s.Progress; p.Total > 0 {
		a.Text += fmt.Sprintf(", %s of %s", grouped(p.Done), grouped(p.Total))
	} else if p.Done > 0 {
		a.Text += fmt.Sprintf(", %s so far", grouped(p.Done))
	}
	if s.Progress.Errors > 0 {
		a.Text += ", " + plural(s.Progress.Errors, "error", "errors")
		a.Tone = toneWarn
	}
	if s.WaitingFor != "" {
		a.Text += ", waiting for " + s.WaitingFor
	}
	if s.Attempt > 1 {
		a.Text += fmt.Sprintf(", attempt %d", s.Attempt)
	}
	if s.Fault != nil {
		a.Text += " after " + faultText(s.Fault)
		a.Tone = toneWarn
	}
	return a
}

// parkedRow is something that waits for a person, with what to do about it.
type parkedRow struct {
	store.Parked
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
