package starter

import (
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/backfills"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// Reason is why something is queued.
type Reason string

// The reasons.
const (
	Throttled Reason = "throttled" // the channel has asked to wait
	Behind    Reason = "behind"    // another run has to end first
	Paused    Reason = "paused"    // the account, or the backfill
	Observing Reason = "observing" // the account is not live
	Next      Reason = "next"      // it begins in a moment
)

// Queued is work that waits, with the reason.
type Queued struct {
	Account  string           `json:"account"`
	Endpoint channel.Endpoint `json:"endpoint"`
	Kind     runs.RunKind     `json:"kind"`
	What     string           `json:"what"` // "34 levels"
	Reason   Reason           `json:"reason"`
	Why      string           `json:"why"` // the reason in words
	Until    time.Time        `json:"until,omitzero"`
	Behind   string           `json:"behind,omitempty"`  // the run before it
	RunID    string           `json:"runId,omitempty"`   // its own, if it has one
	Command  string           `json:"command,omitempty"` // what starts it; empty: it starts by itself
	Page     string           `json:"page,omitempty"`    // the console's page about it
}

// queue collects what waits.
type queue struct {
	now      time.Time
	accounts []store.AccountSummary
	list     []Queued
}

func (q *queue) of(id string) store.AccountSummary {
	for i := range q.accounts {
		if q.accounts[i].ID == id {
			return q.accounts[i]
		}
	}
	return store.AccountSummary{}
}

func (q *queue) add(a store.AccountSummary, kind runs.RunKind, what string, more Queued) {
	more.Account, more.Kind, more.What = a.ID, kind, what
	if more.Endpoint == "" {
		more.Endpoint = a.Endpoint
	}
	q.list = append(q.list, more)
}

// until is what waits because the channel has asked for it.
func (q *queue) until(a store.AccountSummary, kind runs.RunKind, at time.Time) Queued {
	return Queued{Reason: Throttled, Until: at, Why: "throttled until " + wording.ClockIn(at, q.now, a.Zone()),
		Command: "towpath runs now " + string(kind) + " --account " + invocation.ShellWord(a.ID), Page: "/activity?account=" + a.ID}
}

// paused is what waits because its account is paused.
func (q *queue) paused(a store.AccountSummary) Queued {
	reason, _ := incident.FaultOf(a.PausedReason)
	return Queued{Reason: Paused, Why: "paused: " + reason, Command: "towpath accounts resume " + invocation.ShellWord(a.ID), Page: "/accounts/" + a.ID}
}

// pausedWork is what waits because its kind of work is paused by itself; false: it is not paused.
func (q *queue) pausedWork(a store.AccountSummary, w account.Work) (Queued, bool) {
	p, is := a.Pauses(w)
	reason, _ := incident.FaultOf(p.Reason)
	return Queued{Reason: Paused, Why: string(w) + " paused: " + reason, Command: "towpath accounts resume " + invocation.ShellWord(a.ID) + " --only " + string(w),
		Page: "/accounts/" + a.ID}, is
}

// throttled adds a run that has begun and waits because the channel throttles it; false: it does not.
func (q *queue) throttled(w Working) bool {
	if w.Status == nil || w.Status.Fault == nil || !w.Status.Fault.Class.OverBudget() || !w.Status.NextAttempt.After(q.now) {
		return false
	}
	a := q.of(w.Account)
	more := q.until(a, w.Kind, w.Status.NextAttempt)
	more.RunID, more.Endpoint, more.Page = w.RunID, w.Endpoint, "/runs/"+w.RunID
	if !slices.Contains(AskableNow, w.Kind) {
		more.Command = ""
	}
	q.add(a, w.Kind, "a run that has begun", more)
	return true
}

// AskableNow are the kinds of runs that RunNow starts, and whose waits it ends.
var AskableNow = []runs.RunKind{runs.RunOrders, runs.RunStock, runs.RunLinks, runs.RunLevels}

// account adds what of an account waits without a run of its own. held is how many packages wait for it to go live.
func (q *queue) account(a store.AccountSummary, held int, running []Working) {
	if !a.Enabled {
		return
	}
	levels := wording.Plural(a.Dirty, "level")
	if a.Paused {
		q.add(a, runs.RunOrders, "scans", q.paused(a))
		if a.Dirty > 0 {
			q.add(a, runs.RunStock, levels, q.paused(a))
		}
		return
	}
	if more, paused := q.pausedWork(a, account.Orders); paused {
		q.add(a, runs.RunOrders, "scans", more)
	}
	if more, paused := q.pausedWork(a, account.Stock); paused && a.Dirty > 0 {
		q.add(a, runs.RunStock, levels, more)
	}
	if a.Observing && (held > 0 || !a.SendsLevels()) {
		q.observing(a, held)
	}
	for _, kind := range runs.RunKinds() {
		if w, asked := a.Waits[kind]; asked && !busy(running, a.ID, kind) && !q.has(a.ID, kind) {
			what := "the next run"
			if kind == runs.RunStock && a.Dirty > 0 {
				what = levels
			}
			q.add(a, kind, what, q.until(a, kind, w.Until))
		}
	}
	if a.Dirty > 0 && !busy(running, a.ID, runs.RunStock) && !q.has(a.ID, runs.RunStock) {
		q.add(a, runs.RunStock, levels, Queued{Reason: Next, Why: "the next push takes " + wording.It(a.Dirty), Page: "/accounts/" + a.ID + "/levels"})
	}
}

// observing adds what is not sent before the account is live: everything, or the packages alone.
func (q *queue) observing(a store.AccountSummary, held int) {
	kind, what := runs.RunStock, "levels"
	switch {
	case a.SendsLevels():
		kind, what = runs.RunShipments, wording.Plural(held, "package")
	case held > 0:
		what += " and " + wording.Plural(held, "package")
	}
	q.add(a, kind, what, Queued{Reason: Observing, Why: "observing: nothing is sent until the account is live",
		Command: "towpath levels diff --account " + invocation.ShellWord(a.ID), Page: "/accounts/" + a.ID + "/levels"})
}

func (q *queue) has(account string, kind runs.RunKind) bool {
	return slices.ContainsFunc(q.list, func(o Queued) bool { return o.Account == account && o.Kind == kind })
}

func busy(running []Working, account string, kind runs.RunKind) bool {
	return slices.ContainsFunc(running, func(w Working) bool { return w.Account == account && w.Kind == kind })
}

func (q *queue) publication(p store.QueuedRun) {
	a := q.of(p.Account)
	more := Queued{Reason: Next, Why: "it begins in a moment"}
	only, pausedAlone := q.pausedWork(a, account.Listings)
	switch {
	case a.Paused:
		more = q.paused(a)
	case pausedAlone:
		more = only
	case p.Behind != "":
		more = Queued{Reason: Behind, Behind: p.Behind, Why: "behind run " + p.Behind, Command: "towpath items --run " + p.Behind}
	}
	more.RunID, more.Endpoint, more.Page = p.ID, p.Endpoint, "/listings?run="+p.ID
	q.add(a, runs.RunListings, fmt.Sprintf("a publication, asked for by %s", p.By), more)
}

func (q *queue) backfill(b backfills.Backfill) {
	q.add(q.of(b.Account), runs.RunBackfill, "a backfill, "+wording.Percent(b.Share())+" done", Queued{Reason: Paused, RunID: b.ID, Why: "paused by a person",
		Command: "towpath backfill resume " + invocation.ShellWord(b.Account), Page: "/runs/" + b.ID})
}
