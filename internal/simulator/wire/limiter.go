package wire

import (
	"math"
	"time"

	"golang.org/x/time/rate"
)

// Plan is a published budget: a rate and the burst that may be saved up.
type Plan struct {
	Rate  float64 // per second, at speed 1
	Burst int
}

// Limiter enforces the published budgets, one token bucket per operation, at a marketplace's speed. It is safe for
// concurrent use.
type Limiter struct {
	buckets map[string]*rate.Limiter
	now     func() time.Time
}

// NewLimiter returns a limiter with the plans scaled by o.Speed. At speed 1 they are exactly the published ones. At
// higher speeds the burst is at least one real second's worth: Towpath's own budgets, which the Temporal server keeps
// in real time, allow that much, and a burst of 5 is too small beside 5,000 calls a second.
func NewLimiter(o Options, plans map[string]Plan) *Limiter {
	o = o.Defaults()
	l := &Limiter{buckets: make(map[string]*rate.Limiter, len(plans)), now: o.Now}
	for operation, plan := range plans {
		perSecond := plan.Rate * o.Speed
		if math.IsInf(perSecond, 1) {
			l.buckets[operation] = rate.NewLimiter(rate.Inf, plan.Burst)
			continue
		}
		burst := plan.Burst
		if o.Speed > 1 {
			burst = max(burst, int(math.Ceil(min(perSecond, math.MaxInt32))))
		}
		l.buckets[operation] = rate.NewLimiter(rate.Limit(perSecond), burst)
	}
	return l
}

// Allow takes one token of the operation; false means: throttle. An operation without a plan is not limited.
func (l *Limiter) Allow(operation string) bool { return l.AllowN(operation, 1) }

// AllowN takes n tokens at once, all or none.
func (l *Limiter) AllowN(operation string, n int) bool {
	bucket, ok := l.buckets[operation]
	return !ok || bucket.AllowN(l.now(), n)
}

// Available returns how many tokens the operation has left, and the maximum.
func (l *Limiter) Available(operation string) (left float64, most int) {
	bucket, ok := l.buckets[operation]
	if !ok {
		return math.Inf(1), math.MaxInt32
	}
	return bucket.TokensAt(l.now()), bucket.Burst()
}
