package publication

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Request is a run that somebody asks for.
type Request struct {
	ID       string // sorts by the time it was asked for
	Account  string
	Through  string // the account that makes the calls; empty: Account
	Endpoint string
	By       string    // who asks
	AskedAt  time.Time // zero: now
}

// errIncomplete means that a request lacks something.
var errIncomplete = errors.New("an id, an account, an endpoint and who asks must be given")

// Complete returns the request with its defaults, or an error if something is missing.
func (r Request) Complete(now time.Time) (Request, error) {
	if r.ID == "" || r.Account == "" || r.Endpoint == "" || r.By == "" {
		return r, errIncomplete
	}
	r.Through = cmp.Or(r.Through, r.Account)
	if r.AskedAt.IsZero() {
		r.AskedAt = now
	}
	return r, nil
}

// Accounts returns the accounts that the run needs, each once.
func (r Request) Accounts() []string { return slices.Compact([]string{r.Account, r.Through}) }

// NeedsAccount returns an error if an account that a run needs is switched off.
func NeedsAccount(id string, enabled bool) error {
	if !enabled {
		return fmt.Errorf("account %s is switched off: set enabled: true in the accounts file first", id)
	}
	return nil
}

// Course is how far a run has come. Of the runs of an account's endpoint the one that was asked for first is next, as long as it
// has not ended.
type Course struct {
	StartedAt time.Time // zero: it is queued
	EndedAt   time.Time // zero: it has not ended
	StoppedBy string    // who has asked for its end; empty: nobody
}

// Begun reports whether the run has begun. Only such a run counts as an account's last one.
func (c Course) Begun() bool { return !c.StartedAt.IsZero() }

// Ended reports whether the run has ended.
func (c Course) Ended() bool { return !c.EndedAt.IsZero() }

// Stopped reports whether somebody has asked for the run's end.
func (c Course) Stopped() bool { return c.StoppedBy != "" }

// Begin begins the run, and reports whether it had not begun before.
func (c *Course) Begin(at time.Time) bool {
	if c.Begun() {
		return false
	}
	c.StartedAt = at
	return true
}

// errNobody means that it is not said who stops a run.
var errNobody = errors.New("a name must be given")

// Stop records that a person wants the run to end, and reports whether this changes anything: a run that has ended or was
// stopped stays as it is.
func (c *Course) Stop(by string) (bool, error) {
	switch {
	case by == "":
		return false, errNobody
	case c.Ended() || c.Stopped():
		return false, nil
	}
	c.StoppedBy = by
	return true, nil
}

// End ends the run, and reports whether it had not ended before. One that never began began when it ended.
func (c *Course) End(at time.Time) bool {
	if c.Ended() {
		return false
	}
	c.Begin(at)
	c.EndedAt = at
	return true
}
