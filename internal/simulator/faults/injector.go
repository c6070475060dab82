package faults

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Shape is what the injector needs to know of a channel, so that its faults look like the channel's own.
type Shape interface {
	// Throttled answers as the channel does when a budget is used up.
	Throttled(w http.ResponseWriter, r *http.Request)
	// Unavailable answers as the channel does when it has a problem of its own.
	Unavailable(w http.ResponseWriter, r *http.Request)
	// Operation names the call. Where it has to look into the body, it puts the body back.
	Operation(r *http.Request) string
}

// Injector decides which calls go wrong. It is safe for concurrent use; a nil Injector injects nothing.
type Injector struct {
	mu     sync.Mutex
	random *rand.Rand
	rates  Rates
	speed  float64
	next   []planned
	counts map[Kind]int64
	once   sync.Once
	stop   chan struct{}
}

// planned is a fault that was asked for, whatever the rates.
type planned struct {
	kind      Kind
	operation string
	calls     int
}

// New makes an injector that draws from seed. Rates that Check refuses are taken as no faults at all; use Set to see the error.
func New(seed uint64, rates Rates) *Injector {
	i := &Injector{random: rand.New(rand.NewPCG(seed, 0x746f7770617468)), speed: 1, counts: map[Kind]int64{}, stop: make(chan struct{})}
	_ = i.Set(rates)
	return i
}

// Set changes the rates from the next call on.
func (i *Injector) Set(rates Rates) error {
	if err := rates.Check(); err != nil {
		return err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.rates = rates
	return nil
}

// Rates are the rates in force.
func (i *Injector) Rates() Rates {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.rates
}

// SetSpeed divides the delays of Slow by speed.
func (i *Injector) SetSpeed(speed float64) {
	if speed <= 0 {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.speed = speed
}

// Next makes the next calls of one operation ("" = any) go wrong, whatever the rates.
func (i *Injector) Next(kind Kind, operation string, calls int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.next = append(i.next, planned{kind: kind, operation: operation, calls: calls})
}

// Stop lets go of the calls that hang or are slow, now and later, so that a server can stop.
func (i *Injector) Stop() { i.once.Do(func() { close(i.stop) }) }

// Counts is how many faults of each kind were injected so far.
func (i *Injector) Counts() map[Kind]int64 {
	i.mu.Lock()
	defer i.mu.Unlock()
	return maps.Clone(i.counts)
}

// decide draws the fate of one call.
func (i *Injector) decide(operation string) (k Kind, slow time.Duration, faulty bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	k, faulty = i.planned(operation)
	if !faulty {
		k, faulty = i.rates.pick(i.random.Float64(), operation)
	}
	if faulty {
		i.counts[k]++
	}
	return k, time.Duration(float64(i.rates.slowFor()) / i.speed), faulty
}

// Strikes draws whether a quirk happens at this point of a call, and counts it. A nil Injector has no quirks.
func (i *Injector) Strikes(k Kind, operation string) bool {
	if i == nil {
		return false
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	p := i.rates.Of(k)
	if p == 0 || len(i.rates.Operations) > 0 && !slices.Contains(i.rates.Operations, operation) || i.random.Float64() >= p {
		return false
	}
	i.counts[k]++
	return true
}

func (i *Injector) planned(operation string) (Kind, bool) {
	for n, p := range i.next {
		if p.operation != "" && p.operation != operation {
			continue
		}
		if i.next[n].calls--; i.next[n].calls <= 0 {
			i.next = append(i.next[:n], i.next[n+1:]...)
		}
		return p.kind, true
	}
	return "", false
}
