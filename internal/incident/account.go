package incident

import (
	"fmt"
	"time"
)

// RefusedLevels are the levels that an account's channel refused with one code and that are not sent again before something changes.
type RefusedLevels struct {
	Code   string // of the channel's fault, or its class
	Levels int
	Sample []string // channel SKUs
	Since  time.Time
	Test   bool // of a test endpoint: nobody can buy there
}

// FailingRuns are the runs of one kind that fail again and again.
type FailingRuns struct {
	Kind  string // the runs' kind
	Work  string // the kind of work that they belong to
	Words string // how many have failed of how many, and why that needs attention
	Runs  int    // failed ones of those looked at
	Since time.Time
	Fault string // class and code of the last fault; empty: the runs had items in error
	Code  string // of that fault, or its class
}

// need returns refused levels as a Need.
func (r RefusedLevels) need(a Account) Need {
	n := Need{Kind: Refused, Account: a.ID, Code: r.Code, Subjects: r.Levels, Sample: r.Sample, Since: r.Since, Acts: You,
		Title:   counted(r.Levels, "level was refused by the channel", "levels were refused by the channel") + with(r.Code) + ": it lists other quantities",
		Command: "towpath links list --refused --account " + a.ID, Page: "/accounts/" + a.ID + "/levels"}
	if r.Test {
		n.Acts = Towpath
	}
	return n
}

// need returns failing runs as a Need. While their work is paused, the pause is the problem.
func (f FailingRuns) need(a Account) Need {
	n := Need{Kind: Failing, Account: a.ID, Code: f.Kind, Fault: f.Code, Subjects: f.Runs, Since: f.Since, Acts: You,
		Title:   fmt.Sprintf("runs of kind %s keep failing%s: %s", f.Kind, after(f.Fault), f.Words),
		Command: fmt.Sprintf("towpath runs --errors --account %s --kind %s", a.ID, f.Kind),
		Page:    fmt.Sprintf("/runs?account=%s&kind=%s&errors=1", a.ID, f.Kind)}
	return a.whilePaused(n, f.Work)
}

// LateOrders are the orders of an account that are not shipped, and whose ship-by date has passed.
type LateOrders struct {
	Orders int
	Sample []string
	Since  time.Time // the first date that has passed
	Test   bool      // of the test endpoint
}

// need returns late orders as a Need. While the account observes, somebody else ships.
func (l LateOrders) need(a Account) (Need, bool) {
	if l.Orders == 0 {
		return Need{}, false
	}
	n := Need{Kind: Late, Account: a.ID, Subjects: l.Orders, Sample: l.Sample, Since: l.Since, Acts: You,
		Title:   counted(l.Orders, "order is late: its ship-by date has passed", "orders are late: their ship-by dates have passed"),
		Command: "towpath orders --at-risk --account " + a.ID, Page: "/orders?at-risk=1&account=" + a.ID}
	if l.Test || a.Observing {
		n.Acts = Towpath
	}
	return n, true
}
