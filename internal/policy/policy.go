// Package policy has the declarative retry policies: which failures are retried, how often, and with what waits. The
// policies are data (policies.yaml); workflows get theirs in their input, so that a changed file never changes a
// running workflow.
package policy

import (
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// Growth is how the wait grows between attempts.
type Growth string

// The growths: base, base; base, 2*base, 3*base; base, 2*base, 4*base.
const (
	Constant    Growth = "constant"
	Linear      Growth = "linear"
	Exponential Growth = "exponential"
)

// Policy is how often and with what waits a kind of call is retried.
type Policy struct {
	Attempts int             `json:"attempts"` // calls in all, the first included; 0 = no limit
	Growth   Growth          `json:"growth"`
	Base     time.Duration   `json:"base"`
	Ceiling  time.Duration   `json:"ceiling"` // no computed wait is longer; a channel's own Retry-After may be
	Retry    []channel.Class `json:"retry"`   // classes worth another attempt
	// Longest is the longest wait that a job makes itself; 0 = no limit. When the channel asks for more, the job ends with the
	// fault, so that nothing queues behind it, and the next one of its kind asks only when that time is over (runs.Wait).
	Longest time.Duration `json:"longest,omitempty"`
}

// Next returns the wait before the next call, after `made` calls of which the last ended in fault. ok is false when
// the policy is exhausted, the class is not retried, or the channel asks for more than the longest wait. A longer Retry-After of
// the channel replaces the computed wait.
func (p Policy) Next(calls int, fault *channel.Fault) (wait time.Duration, ok bool) {
	if fault == nil || !slices.Contains(p.Retry, fault.Class) {
		return 0, false
	}
	if p.Attempts > 0 && calls >= p.Attempts {
		return 0, false
	}
	if p.Longest > 0 && fault.RetryAfter > p.Longest {
		return 0, false
	}
	return max(p.wait(calls), fault.RetryAfter), true
}

func (p Policy) wait(calls int) time.Duration {
	w := p.Base
	switch p.Growth {
	case Linear:
		w = p.Base * time.Duration(calls)
	case Exponential:
		w = p.Base << min(calls-1, 20)
	case Constant:
	}
	if p.Ceiling > 0 {
		w = min(w, p.Ceiling)
	}
	return w
}

// shortestLongest is the least longest wait of a faster simulation: channels ask for whole seconds.
const shortestLongest = 5 * time.Second

// Scaled returns the policy with its waits divided by speed, for a faster simulation. No wait becomes shorter than 10
// ms.
func (p Policy) Scaled(speed float64) Policy {
	if speed <= 1 {
		return p
	}
	scale := func(d time.Duration) time.Duration {
		return max(time.Duration(float64(d)/speed), 10*time.Millisecond)
	}
	p.Base, p.Ceiling = scale(p.Base), scale(p.Ceiling)
	if p.Longest > 0 {
		p.Longest = max(scale(p.Longest), min(p.Longest, shortestLongest))
	}
	return p
}
