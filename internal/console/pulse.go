package console

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// How long an answer of Temporal and the store's figures are reused, so that many open pages cost as much as one, and
// how long Temporal may take for its answer.
const (
	pulseHolds   = 2 * time.Second
	pulseTimeout = 700 * time.Millisecond
	glanceHolds  = time.Second
)

// silentBefore is how long Temporal has to be silent before a person is needed: one answer that is late, because the machine is busy, needs nobody.
const silentBefore = 5 * time.Second

// pulse remembers whether Temporal answered a moment ago, and since when it does not.
type pulse struct {
	mu     sync.Mutex
	at     time.Time
	ok     bool
	silent time.Time // the first question without an answer of those asked in a row; zero: the last one was answered
}

// heard notes whether a question was answered.
func (p *pulse) heard(ok bool, now time.Time) {
	switch {
	case ok:
		p.silent = time.Time{}
	case p.silent.IsZero(), now.Sub(p.at) > 6*silentBefore: // nobody has asked meanwhile
		p.silent = now
	}
	p.ok, p.at = ok, now
}

// silence returns what is wrong with Temporal if that needs a person, or empty.
func (p *pulse) silence(now time.Time) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.silent.IsZero() || now.Sub(p.silent) < silentBefore {
		return ""
	}
	return wording.NoTemporal
}

// reachable reports whether Temporal answers. If not, pages show the store's data without querying workflows.
func (c *console) reachable(ctx context.Context) bool {
	c.pulse.mu.Lock()
	defer c.pulse.mu.Unlock()
	if time.Since(c.pulse.at) < pulseHolds {
		return c.pulse.ok
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pulseTimeout)
	defer cancel()
	_, err := c.starter.Temporal.CheckHealth(ctx, &client.CheckHealthRequest{})
	c.pulse.heard(err == nil, time.Now())
	return c.pulse.ok
}

// glance is the store's figures of a moment ago.
type glance struct {
	accounts []store.AccountSummary
	parked   []incidents.Parked
	waiting  []incidents.Parked // of these, what waits for a person
	needs    []incident.Need
}

// glance returns the store's figures, at most glanceHolds old unless the store is slow. The result must not be changed.
func (c *console) glance(ctx context.Context) (*glance, error) {
	return c.glimpse.get(ctx, glanceHolds, func(ctx context.Context) (*glance, error) {
		accounts, err := c.starter.Store.Summaries(ctx)
		if err != nil {
			return nil, err
		}
		parked, err := c.starter.Store.Incidents.ParkedList(ctx, "")
		if err != nil {
			return nil, err
		}
		var builds incident.Builds
		if c.reachable(ctx) {
			builds = c.starter.RunningBuilds(ctx)
		}
		needs, err := c.starter.NeedsYou(ctx, c.pulse.silence(time.Now()), builds)
		if err != nil {
			return nil, err
		}
		return &glance{accounts, parked, starter.WaitsForYou(parked, needs), needs}, nil
	})
}

// find returns the account with the id, or nil.
func (g *glance) find(id string) *store.AccountSummary {
	for i := range g.accounts {
		if g.accounts[i].ID == id {
			return &g.accounts[i]
		}
	}
	return nil
}

// waits reports whether one of the order's packages waits for a person: not for its account to go live, nor for the end of
// a pause.
func (g *glance) waits(k message.OrderKey) bool {
	return slices.ContainsFunc(g.waiting, func(p incidents.Parked) bool { return p.OrderRow == k.RowID })
}

// waitingOf returns how much of an account waits for a person.
func (g *glance) waitingOf(account string) (n int) {
	for _, p := range g.waiting {
		if p.Account == account {
			n++
		}
	}
	return n
}

func (g *glance) ids() []string {
	var list []string
	for i := range g.accounts {
		list = append(list, g.accounts[i].ID)
	}
	return list
}

// countsHold is how long the counts of a whole list are reused: counting reads every SKU.
const countsHold = 10 * time.Second

// counted are the counts of a whole list of a moment ago.
type counted struct {
	mu     sync.Mutex
	at     time.Time
	counts map[string]int
}

// get returns the counts, at most countsHold old. Searches are always counted.
func (c *counted) get(search string, count func() (map[string]int, error)) (map[string]int, error) {
	if search != "" {
		return count()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.at) < countsHold {
		return c.counts, nil
	}
	counts, err := count()
	if err == nil {
		c.counts, c.at = counts, time.Now()
	}
	return counts, err
}
