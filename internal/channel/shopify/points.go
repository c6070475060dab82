package shopify

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// points is what the answers have taught of the shop's bucket of points. Every worker draws on the same bucket,
// and the Temporal server alone shares it out; this is no limiter, but saves calls that are sure to be refused:
// the points that Shopify last told, with all that was restored since, are the most that there can be now,
// whatever the other workers have spent. Only calls under way give points back when they cost less than they asked
// for, so nothing is refused while this process has one.
type points struct {
	mu    sync.Mutex
	under int     // calls under way
	held  float64 // for the products that are being published: see hold
	most  float64
	left  float64
	rate  float64 // restored per second
	at    time.Time
	calls map[string]price
}

// price is what an operation's last answer told of it.
type price struct {
	requested float64
	actual    float64 // 0 when it was not carried out
	spent     float64 // by all of this process
	at        time.Time
}

// short is how long until the operation's next call can be paid; 0 when it may be made.
func (p *points) short(operation string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	asks := p.calls[operation].requested
	if p.under > 0 || asks > p.most || p.rate <= 0 { // more than the bucket holds: Shopify says so better
		return 0
	}
	missing := asks - p.left - p.rate*max(0, now.Sub(p.at).Seconds())
	return time.Duration(max(0, missing/p.rate) * float64(time.Second))
}

// reserve is the part of the bucket that a publication leaves to orders and levels, which may not wait for it.
const reserve = 0.2

// usual is what a call is taken to ask for as long as no answer has told, in points.
const usual = 50

// asks is what a call of each of these operations asks for.
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

// costs is what a call of the operation last cost.
func (p *points) costs(operation string) float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.calls[operation]; c.actual > 0 {
		return c.actual
	}
	return usual
}

// hold sets so many points aside for calls that are about to be made, which release gives back when they were made; or it says how
// long until the bucket pays for them with the reserve untouched.
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

// end notes what a call's answer told; nothing when no answer came.
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

// spent is what all calls of these operations have cost.
func (p *points) spent(operations ...string) (points float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, op := range operations {
		points += p.calls[op].spent
	}
	return points
}

// learned is the same in calls per operation.
func (p *points) learned() []channel.LearnedRate {
	p.mu.Lock()
	defer p.mu.Unlock()
	rates := make([]channel.LearnedRate, 0, len(p.calls))
	for _, call := range slices.Sorted(maps.Keys(p.calls)) {
		c := p.calls[call]
		paid := c.requested
		if c.actual > 0 {
			paid = c.actual // what it asked for beyond that is given back
		}
		rates = append(rates, channel.LearnedRate{
			Call: call, PerSecond: p.rate / paid, Burst: p.most / c.requested, Left: p.left / c.requested, At: c.at, Restores: p.rate,
		})
	}
	return rates
}

// Learned tells what Shopify's answers to this process said of the shop's points (extensions.cost).
func (c *Connection) Learned() []channel.LearnedRate { return c.points.learned() }
