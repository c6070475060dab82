package shopify

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// points is the shop's bucket of points as known from the answers. Every worker uses the same bucket, and only the
// Temporal server divides it. This is not a limiter; it only avoids calls that are certain to be refused: the points
// in the last answer, plus all restored since, are the maximum now, whatever the other workers have used. Calls in
// progress may give points back when they cost less than requested, so nothing is refused while this process has one.
type points struct {
	mu    sync.Mutex
	under int     // calls in progress
	held  float64 // reserved for the products being published: see hold
	most  float64
	left  float64
	rate  float64 // restored per second
	at    time.Time
	calls map[string]price
}

// price is the cost of an operation in its last answer.
type price struct {
	requested float64
	actual    float64 // 0 when it failed
	spent     float64 // total of this process
	at        time.Time
}

// missingFor returns how long until there are enough points for the operation's next call; 0 when it may be made.
func (p *points) missingFor(operation string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	asks := p.calls[operation].requested
	if p.under > 0 || asks > p.most || p.rate <= 0 { // more than the bucket can hold: Shopify's own error is better
		return 0
	}
	missing := asks - p.left - p.rate*max(0, now.Sub(p.at).Seconds())
	return time.Duration(max(0, missing/p.rate) * float64(time.Second))
}

// reserve is the part of the bucket that publications leave for orders and levels, which must not wait.
const reserve = 0.2

// usual is the assumed cost of a call, in points, before the first answer.
const usual = 50

// asks returns the requested points of one call of each of these operations.
func (p *points) asks(operations ...string) (points float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, op := range operations {
		if c := p.calls[op]; c.requested > 0 {
			points += c.requested
		} else {
			points += usual
		}
	}
	return points
}

// costs returns the actual cost of the operation's last call.
func (p *points) costs(operation string) float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.calls[operation]; c.actual > 0 {
		return c.actual
	}
	return usual
}

// hold reserves points for calls about to be made, until release frees them; otherwise it returns how long until the
// bucket has them without using the reserve.
func (p *points) hold(now time.Time, wanted float64) (held float64, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.rate > 0 {
		has := min(p.most, p.left+p.rate*max(0, now.Sub(p.at).Seconds())) - p.held
		missing := min(p.most, wanted+p.most*reserve) - has
		if wait = time.Duration(max(0, missing/p.rate) * float64(time.Second)); wait > 0 {
			return 0, wait
		}
	}
	p.held += wanted
	return wanted, 0
}

func (p *points) release(held float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held -= held
}

func (p *points) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.under++
}

// end records the points in a call's answer; nothing when there was no answer.
func (p *points) end(operation string, c cost, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.under--
	if !(c.Throttle.RestoreRate > 0) || !(c.Requested > 0) {
		return
	}
	p.most, p.left, p.rate, p.at = c.Throttle.Maximum, c.Throttle.Available, c.Throttle.RestoreRate, now
	if p.calls == nil {
		p.calls = map[string]price{}
	}
	p.calls[operation] = price{requested: c.Requested, actual: c.Actual, spent: p.calls[operation].spent + max(0, c.Actual), at: now}
}

// spent returns the total cost of all calls of these operations.
func (p *points) spent(operations ...string) (points float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, op := range operations {
		points += p.calls[op].spent
	}
	return points
}

// observed returns the observed rates in calls per operation.
func (p *points) observed() []channel.ObservedRate {
	p.mu.Lock()
	defer p.mu.Unlock()
	rates := make([]channel.ObservedRate, 0, len(p.calls))
	for _, call := range slices.Sorted(maps.Keys(p.calls)) {
		c := p.calls[call]
		paid := c.requested
		if c.actual > 0 {
			paid = c.actual // points requested beyond that are given back
		}
		rates = append(rates, channel.ObservedRate{
			Call: call, PerSecond: p.rate / paid, Burst: p.most / c.requested, Left: p.left / c.requested, At: c.at, Restores: p.rate,
		})
	}
	return rates
}

// ObservedRates returns the rates in Shopify's answers to this process (extensions.cost).
func (c *Connection) ObservedRates() []channel.ObservedRate { return c.points.observed() }
