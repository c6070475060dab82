package faults

import (
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Shape makes injected faults look like the channel's own.
type Shape interface {
	// Throttled answers as the channel does when a budget is used up.
	Throttled(w http.ResponseWriter, r *http.Request)
	// Unavailable answers as the channel does when it has a problem of its own.
	Unavailable(w http.ResponseWriter, r *http.Request)
	// Failed answers with a server error in one of the ways that the channel, or a gateway in front of it, has; n counts
	// them.
	Failed(w http.ResponseWriter, r *http.Request, n int64)
	// Operation returns the name of the call. If it reads the body, it restores it.
	Operation(r *http.Request) string
	// Operations returns the names of all calls, sorted.
	Operations() []string
}

// Injector decides which calls fail. Each operation has its own random stream, so that the nth call of an operation
// has the same fault, or none, in every run with the same seed and rates, whatever other calls come between. It is
// safe for concurrent use; a nil Injector injects nothing.
type Injector struct {
	mu     sync.Mutex
	seed   uint64
	random map[string]*rand.Rand // by operation, and by handler fault and operation
	rates  Rates
	known  []string // the names of the channel's operations
	speed  float64
	next   []planned
	counts map[Kind]int64
	once   sync.Once
	stop   chan struct{}
}

// planned is a fault that was requested independently of the rates.
type planned struct {
	kind      Kind
	operation string
	calls     int
}

// New returns an injector with the seed. Invalid rates count as no faults; Set returns the error.
func New(seed uint64, rates Rates) *Injector {
	i := &Injector{seed: seed, random: map[string]*rand.Rand{}, speed: 1, counts: map[Kind]int64{}, stop: make(chan struct{})}
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
	i.rates.Operations, i.rates.Orders = slices.Clone(rates.Operations), maps.Clone(rates.Orders)
	return nil
}

// Known returns the names of the channel's operations, sorted; none before Wrap.
func (i *Injector) Known() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.known)
}

// Rates returns the rates in force.
func (i *Injector) Rates() Rates {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.rates
}

// Rate returns the rate of one kind; a nil Injector has none.
func (i *Injector) Rate(k Kind) float64 {
	if i == nil {
		return 0
	}
	return i.Rates().Of(k)
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

// Next makes the next calls of one operation ("" = any) fail, whatever the rates. A handler fault waits until the
// handler calls Strikes.
func (i *Injector) Next(kind Kind, operation string, calls int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.next = append(i.next, planned{kind: kind, operation: operation, calls: calls})
}

// Stop ends all hanging or slow calls, now and later, so that a server can stop.
func (i *Injector) Stop() { i.once.Do(func() { close(i.stop) }) }

// Counts returns the number of faults injected so far, by kind.
func (i *Injector) Counts() map[Kind]int64 {
	i.mu.Lock()
	defer i.mu.Unlock()
	return maps.Clone(i.counts)
}

// decide draws whether one call fails, and how.
func (i *Injector) decide(operation string) (k Kind, delay time.Duration, n int64, faulty bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	k, faulty = i.planned(operation, func(k Kind) bool { return !slices.Contains(HandlerFaults, k) })
	if drawn := i.draw(operation); !faulty {
		k, faulty = i.rates.pick(drawn, operation)
	}
	if faulty && k == Late && operation == tokenOperation {
		faulty = false // a late exchange of a token would end the grant that the retry brought
	}
	if faulty {
		i.counts[k]++
	}
	return k, time.Duration(float64(i.rates.delay(k)) / i.speed), i.counts[k], faulty
}

// tokenOperation is the name of the token endpoint on every channel.
const tokenOperation = "token"

// Strikes reports whether a handler fault happens at this point of a call, and counts it. A nil Injector has no
// handler faults.
func (i *Injector) Strikes(k Kind, operation string) bool {
	if i == nil {
		return false
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	_, planned := i.planned(operation, func(wanted Kind) bool { return wanted == k })
	drawn := i.draw(string(k) + " " + operation)
	if !planned && (!i.rates.concerns(operation) || drawn >= i.rates.Of(k)) {
		return false
	}
	i.counts[k]++
	return true
}

// Chosen reports whether a handler fault concerns a subject, a SKU for example, and counts it: the rate is the share of
// subjects, and the same subject is chosen again by every call.
func (i *Injector) Chosen(k Kind, operation, subject string) bool {
	if i == nil {
		return false
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	share := i.rates.Of(k)
	if share == 0 || !i.rates.concerns(operation) || share < 1 && i.stream(string(k)+" "+subject).Float64() >= share {
		return false
	}
	i.counts[k]++
	return true
}

// draw returns the next number of a stream, from 0 to 1.
func (i *Injector) draw(stream string) float64 {
	r := i.random[stream]
	if r == nil {
		r = i.stream(stream)
		i.random[stream] = r
	}
	return r.Float64()
}

// stream returns a random stream from its beginning.
func (i *Injector) stream(name string) *rand.Rand {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name))
	return rand.New(rand.NewPCG(i.seed, hash.Sum64()))
}

// planned removes and returns the first planned fault of the wanted kinds for an operation.
func (i *Injector) planned(operation string, wanted func(Kind) bool) (Kind, bool) {
	for n, p := range i.next {
		if !wanted(p.kind) || p.operation != "" && p.operation != operation {
			continue
		}
		if i.next[n].calls--; i.next[n].calls <= 0 {
			i.next = slices.Delete(i.next, n, n+1)
		}
		return p.kind, true
	}
	return "", false
}
