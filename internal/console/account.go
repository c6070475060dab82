package console

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/starter"
)

// healthRuns is how many of the newest runs of a kind are judged.
const healthRuns = 100

// accountCard is one account.
type accountCard struct {
	accounts.Account
	Condition     string
	ConditionTone tone
	Orders        []stateCount
	Scan, Push    activity
	Schedule      starter.ScheduleNow
	ScheduleLink  string
	Dirty, Parked int
	Faults        int
	ErrorsHref    string
	Warnings      []channel.Expiry // what ends within 30 days, or has ended
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
	runs.Run
	Health health
}

func (c *console) card(ctx context.Context, a starter.AccountNow, live bool) (accountCard, error) {
	card := accountCard{
		Account: a.Account, Schedule: a.Orders, ScheduleLink: c.scheduleLink(message.OrdersScheduleID(a.ID)),
		Dirty: a.Dirty, Parked: a.Parked, Faults: a.Faults,
		ErrorsHref: "/errors?" + url.Values{"account": {a.ID}}.Encode(), Warnings: a.Warnings(time.Now()),
		Scan: c.scan(a, live), Push: c.push(a, live),
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
		list, err := c.starter.Store.Runs.List(ctx, runs.RunFilter{Account: a.ID, Kind: kind, Limit: healthRuns})
		if err != nil {
			return card, err
		}
		card.Runs = append(card.Runs, lastRun{last, healthOf(list)})
	}
	return card, nil
}

func condition(a accounts.Account) (string, tone) {
	switch {
	case !a.Enabled:
		return "switched off", toneQuiet
	case a.Paused:
		return "paused", toneBad
	case a.Observing:
		return "observing", toneQuiet
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
	case a.Observing:
		return activity{Text: "observing: nothing is sent", Tone: toneQuiet}
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

// stateDone is what a workflow calls itself that has ended a moment ago.
const stateDone = "done"

// spoken is a workflow's own word.
func (c *console) spoken(s message.Status, workflowID string) activity {
	a := activity{Text: s.State, Tone: toneBusy, Next: s.NextAttempt, Link: c.workflowLink(workflowID)}
	if s.Step != "" {
		a.Text += ", " + s.Step
	}
	if p := s.Progress; p.Total > 0 {
		a.Text += fmt.Sprintf(", %s of %s", grouped(p.Done), grouped(p.Total))
	} else if p.Done > 0 {
		a.Text += fmt.Sprintf(", %s so far", grouped(p.Done))
	}
	if s.State == stateDone {
		a.Tone = toneOK
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
		a.Text += " after " + s.Fault.Brief()
		a.Tone = toneWarn
	}
	return a
}
