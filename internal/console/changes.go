package console

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// How an open page learns that there is something new. Its script asks /changes, which answers when something has changed, and says how long the page rests
// until it is its turn to be fetched. So a page that has nothing new costs next to nothing, and however many are open, they cost no more than a small share
// of one processor.
const (
	looksEvery  = 2 * time.Second       // the store is asked for its mark at most so often, for all open pages together
	soonest     = 2 * time.Second       // between two renewals of a page
	latest      = time.Minute           // the same, however many pages are open
	holdsAsking = 50 * time.Second      // a question is answered by then: proxies cut what takes a minute
	asksHealth  = 15 * time.Second      // Temporal is asked so often whether it answers
	share       = 0.03                  // of one processor, for making all open pages
	dearest     = 50 * time.Millisecond // what a page counts at most: one that waited for Temporal cost no processor
)

// changes has the version of what pages show.
type changes struct {
	began time.Time // of this process: what another one has said is another version

	mu      sync.Mutex
	version int
	mark    string // of the store
	at      time.Time
	health  time.Time
	answers bool          // Temporal
	running bool          // what runs goes on without being written down
	asking  int           // pages whose question is held
	looking bool          // somebody looks for them
	moved   chan struct{} // closed when the version goes up; nil: nobody has asked since
	cost    time.Duration // of making one page, as it was lately
	next    time.Time     // the turn of the next page that has something new
}

// newest returns the version of what pages show. It goes up when the store was written to, while something runs, and when Temporal or the store come or go.
func (c *console) newest(ctx context.Context) string {
	n := &c.changes
	n.mu.Lock()
	defer n.mu.Unlock()
	// From here on: who waited for the lock has time left, and a page that was left asks for all others.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), healthTimeout)
	defer cancel()
	now := time.Now()
	if now.Sub(n.at) >= looksEvery {
		mark, err := c.starter.Store.Mark(ctx)
		if err != nil {
			mark = "the store does not answer"
		}
		answers := n.answers
		if now.Sub(n.health) >= asksHealth {
			answers, n.health = c.reachable(ctx), now
		}
		if mark != n.mark || answers != n.answers || n.running {
			n.version++
			if n.moved != nil {
				close(n.moved)
				n.moved = nil
			}
		}
		n.mark, n.answers, n.at = mark, answers, now
	}
	return fmt.Sprintf("%x-%d", n.began.UnixNano(), n.version)
}

// made notes what making a page took.
func (n *changes) made(took time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.cost += (min(took, dearest) - n.cost) / 8
}

// runs notes whether a page shows something that runs.
func (n *changes) runs(running bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.running = running
}

// turn gives a page that has something new its turn, and returns how long it rests until then. One after the other, as far apart as the share allows.
func (n *changes) turn(now time.Time) (rest time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.next.Before(now) {
		n.next = now
	}
	rest = min(max(soonest, n.next.Sub(now)), latest)
	if n.next.Sub(now) < latest {
		n.next = n.next.Add(time.Duration(float64(n.cost) / share))
	}
	return rest
}

// wait returns a channel that is closed when the version goes up, and a function to be called once that is not waited for any more. One look at the store every
// two seconds is enough for all who wait.
func (c *console) wait() (moved <-chan struct{}, done func()) {
	n := &c.changes
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.moved == nil {
		n.moved = make(chan struct{})
	}
	n.asking++
	if !n.looking {
		n.looking = true
		go c.look()
	}
	return n.moved, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.asking--
	}
}

// look looks for changes as long as somebody waits for them.
func (c *console) look() {
	tick := time.NewTicker(looksEvery)
	defer tick.Stop()
	for range tick.C {
		c.newest(context.Background())
		if c.changes.leave() {
			return
		}
	}
}

// leave reports whether nobody waits any more, so that nobody looks.
func (n *changes) leave() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.looking = n.asking > 0
	return !n.looking
}

// changed is the answer to a page that asks whether there is something new.
type changed struct {
	Version string `json:"version"`
	Rest    int64  `json:"rest"` // milliseconds until the page is to be fetched, or to ask again
}

// askChanges answers when what the asking page shows is no longer the version since, or after a while anyway.
func (c *console) askChanges(w http.ResponseWriter, r *http.Request) {
	since := r.URL.Query().Get("since")
	moved, done := c.wait()
	defer done()
	version := c.newest(r.Context())
	if version == since {
		held := time.NewTimer(holdsAsking)
		defer held.Stop()
		select {
		case <-moved:
			version = c.newest(r.Context())
		case <-held.C:
		case <-r.Context().Done():
			return
		case <-c.ending:
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
	}
	answer := changed{Version: version}
	if version != since && r.URL.Query().Get("still") == "" { // a page that somebody uses is not fetched: it takes no other page's turn
		answer.Rest = c.changes.turn(time.Now()).Milliseconds()
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}
