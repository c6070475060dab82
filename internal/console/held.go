package console

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
)

// How long a page waits for the newer of two answers. While the one before is not old it only waits as long as nobody notices. Once it is, it waits longer, and
// longest where a person has done something since; and then shows what it has.
const (
	hurried   = 20 * time.Millisecond
	patient   = 700 * time.Millisecond
	afterWork = 3 * time.Second
	oldAfter  = 10               // times as long as an answer is held
	asksUntil = 30 * time.Second // a question has no longer
)

// held is an answer that all pages share, such as what the store's figures are or what Temporal says. It is asked anew in the background, one question at a time,
// so that a source that is slow holds up no page for long, however many are open.
type held[T any] struct {
	last   atomic.Pointer[heldAnswer[T]]
	epoch  atomic.Int64 // counts forget
	asking singleflight.Group
}

type heldAnswer[T any] struct {
	value   T
	at      time.Time // when it was asked for
	version string    // of what pages showed then (changes)
	epoch   int64
}

// get returns the answer, which must not be changed. holds is how long it is good for; that an older one is shown is noted in the page of ctx.
func (h *held[T]) get(ctx context.Context, holds time.Duration, ask func(context.Context) (T, error)) (T, error) {
	epoch, last := h.epoch.Load(), h.last.Load()
	if last != nil && last.epoch == epoch && time.Since(last.at) < holds {
		return last.value, nil
	}
	answered := h.asking.DoChan(strconv.FormatInt(epoch, 10), func() (any, error) { return h.ask(context.WithoutCancel(ctx), epoch, ask) })
	var tired <-chan time.Time // never, while there is nothing to show instead
	if last != nil {
		timer := time.NewTimer(last.patience(epoch, holds))
		defer timer.Stop()
		tired = timer.C
	}
	var none T
	select {
	case r := <-answered:
		if r.Err != nil {
			return none, r.Err
		}
		return r.Val.(*heldAnswer[T]).value, nil //nolint:forcetypeassert // it is what ask returns
	case <-tired:
		noteAsOf(ctx, last.at, last.version)
		return last.value, nil
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// ask asks, and keeps the answer unless something was done meanwhile.
func (h *held[T]) ask(ctx context.Context, epoch int64, ask func(context.Context) (T, error)) (*heldAnswer[T], error) {
	ctx, cancel := context.WithTimeout(ctx, asksUntil)
	defer cancel()
	answer := &heldAnswer[T]{at: time.Now(), version: pageVersion(ctx), epoch: epoch}
	var err error
	if answer.value, err = ask(ctx); err == nil && h.epoch.Load() == epoch {
		h.last.Store(answer)
	}
	return answer, err
}

// patience is how long a page waits for a newer answer.
func (a *heldAnswer[T]) patience(epoch int64, holds time.Duration) time.Duration {
	switch {
	case a.epoch != epoch:
		return afterWork
	case time.Since(a.at) > oldAfter*holds:
		return patient
	default:
		return hurried
	}
}

// forget has the answer asked anew: what is under way may be from before what was done meanwhile.
func (h *held[T]) forget() { h.epoch.Add(1) }

// asOf is how old what a page shows is, where it shows an answer that is not good any more.
type asOf struct {
	version string // of the page

	mu     sync.Mutex
	at     time.Time // of the oldest such answer; zero: there is none
	behind bool      // one of them is from before the page's version
}

type asOfKey struct{}

// withAsOf returns a context for making a page of a version (changes), in which noteAsOf notes.
func withAsOf(ctx context.Context, version string) context.Context {
	return context.WithValue(ctx, asOfKey{}, &asOf{version: version})
}

// pageVersion returns the version of the page that is made in a context; empty: none is.
func pageVersion(ctx context.Context) string {
	if a, ok := ctx.Value(asOfKey{}).(*asOf); ok {
		return a.version
	}
	return ""
}

// noteAsOf notes that the page of ctx shows something as it was at a time and a version. Of the page's own version it is as good as a newer one.
func noteAsOf(ctx context.Context, at time.Time, version string) {
	a, ok := ctx.Value(asOfKey{}).(*asOf)
	if !ok {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.at.IsZero() || at.Before(a.at) {
		a.at = at
	}
	a.behind = a.behind || version != a.version
}

// notedAsOf returns the noted time, zero if all that the page shows is good, and whether there is something newer to come.
func notedAsOf(ctx context.Context) (at time.Time, behind bool) {
	a, ok := ctx.Value(asOfKey{}).(*asOf)
	if !ok {
		return time.Time{}, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.at, a.behind
}
