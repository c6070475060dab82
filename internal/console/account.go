package console

import (
	"context"
	"net/url"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// accountCard is one account.
type accountCard struct {
	accounts.Account
	Condition     wording.Said
	Orders        []stateCount
	Scan, Push    activity
	Schedule      starter.ScheduleNow
	ScheduleLink  string
	Dirty, Parked int
	Refused       int    // levels
	Faults        int    // calls that failed in the last hour
	Errors        string // the same in words: how many of them cured themselves
	ErrorsHref    string
	Warnings      []channel.Expiry // what ends within 30 days, or has ended
	Runs          []lastRun
	Bars          []*runBars // of each kind of runs, the one that asks for most attention first
	Busy          busy
	Health        *accountHealth // of the kind that asks for most attention; nil: nothing has run, or nothing is wrong
}

// accountHealth is the health of an account's worst kind of runs.
type accountHealth struct {
	health
	Text string
}

type stateCount struct {
	State order.State
	N     int
	Href  string
}

// activity is an activity of the account at this moment, in words.
type activity struct {
	wording.Said
	Next time.Time // of the next attempt
	Link string
}

type lastRun struct {
	runs.Run
	Health health
}

// withIncidents returns an account's condition with how many of its incidents wait for a person: then it is not as it should be.
func withIncidents(s wording.Said, account string, needs []incident.Need) wording.Said {
	n := 0
	for _, need := range incident.ForYou(needs) {
		if need.Account == account {
			n++
		}
	}
	if n == 0 || s.Tone == wording.Bad {
		return s
	}
	return wording.Said{Text: s.Text + ", " + wording.Count(n, "incident", "incidents"), Tone: wording.Bad}
}

func (c *console) card(ctx context.Context, a starter.AccountNow, live bool) (accountCard, error) {
	words := a.Words(live)
	card := accountCard{
		Account: a.Account, Schedule: a.Orders, ScheduleLink: c.scheduleLink(message.OrdersScheduleID(a.ID)),
		Dirty: a.Dirty, Refused: a.Refused, Faults: a.Faults,
		ErrorsHref: "/runs?" + url.Values{"account": {a.ID}, "errors": {"1"}}.Encode(), Warnings: a.Warnings(time.Now()),
		Condition: words.Condition(), Push: c.said(words.StockPush(), a.Stock, message.StockWorkflowID(a.ID)),
	}
	g, err := c.glance(ctx)
	if err != nil {
		return card, err
	}
	card.Parked = g.waitingOf(a.ID)
	card.Condition = withIncidents(card.Condition, a.ID, g.needs)
	card.Errors = wording.Errors(a.Faults, starter.Uncured(a.AccountSummary, g.needs))
	scan := ""
	if n := len(a.Orders.Running); n > 0 {
		scan = a.Orders.Running[n-1]
	}
	card.Scan = c.said(words.OrderScan(), a.Scan, scan)
	for _, s := range order.States() {
		if n := a.AccountSummary.Orders[s]; n > 0 {
			card.Orders = append(card.Orders, stateCount{s, n, "/orders?" + url.Values{"account": {a.ID}, "state": {string(s)}}.Encode()})
		}
	}
	kinds, err := c.starter.AccountHealth(ctx, a.Account)
	if err != nil {
		return card, err
	}
	for _, k := range kinds {
		card.Runs = append(card.Runs, lastRun{k.Last, health{k.Health}})
	}
	if card.Busy, err = c.busyOf(ctx, a.ID, a.Expiries(time.Now())); err != nil {
		return card, err
	}
	worst, found := starter.Worst(kinds)
	card.Bars = barsByKind(kinds, worst.Kind, time.Now())
	if found && worst.State != remedy.OK && worst.State != remedy.Paused { // the condition says that it is paused
		card.Health = &accountHealth{health{worst.Health}, string(worst.Kind) + " " + string(worst.State)}
	}
	return card, nil
}

// said is a text about a workflow, with a link to the workflow if it runs or is parked.
func (c *console) said(words wording.Said, live *message.Status, workflowID string) activity {
	a := activity{Said: words}
	if live != nil {
		a.Next = live.NextAttempt
	}
	if words.Tone == wording.Busy || words.Tone == wording.Warn || live != nil {
		a.Link = c.workflowLink(workflowID)
	}
	return a
}

// fromWorkflow returns a workflow's own status in words.
func (c *console) fromWorkflow(s message.Status, workflowID string) activity {
	return c.said(wording.Live(s), &s, workflowID)
}
