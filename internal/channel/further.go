package channel

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// How much Further keeps: the orders that need further calls are few, and a scan shows them again for minutes only.
const (
	furtherAtMost = 250 // orders
	furtherFor    = 10 * time.Minute
	// furtherSettled is longer than what further calls answer from may be behind what a page shows; channels' times may be whole seconds.
	furtherSettled = 30 * time.Second
)

// Further keeps what further calls told of orders that a page of a scan does not show completely. Scans overlap, so most of a page are orders
// that the scan before has read: one that is shown byte for byte as it was then need not be asked about again. It is kept for minutes, which is longer than
// a scan of changes shows an order; what a channel shows by no change of it the scans of open orders find. What is older goes when the next order is looked up. Use it for scans of changes only: those of open orders are
// there to read everything anew. It is safe for concurrent use; the zero value is empty.
type Further[T any] struct {
	mu    sync.Mutex
	known *simplelru.LRU[string, toldOf[T]]
}

type toldOf[T any] struct {
	body [sha256.Size]byte
	at   time.Time
	what T
}

// Told returns what was told of an order, if it was shown then as it is now.
func (f *Further[T]) Told(id string, body []byte, now time.Time) (what T, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.known == nil {
		return what, false
	}
	f.forget(now)
	told, ok := f.known.Get(id)
	if !ok || told.body != sha256.Sum256(body) || now.Sub(told.at) >= furtherFor {
		return what, false
	}
	return told.what, true
}

// Keep keeps what was told of an order after a page showed it, whose answer was written at the channel's time shown. It keeps nothing of an
// order that changed just before: a further change might have the same time.
func (f *Further[T]) Keep(id string, body []byte, changed, shown, now time.Time, what T) {
	if changed.IsZero() || shown.Sub(changed) < furtherSettled {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.known == nil {
		f.known, _ = simplelru.NewLRU[string, toldOf[T]](furtherAtMost, nil) // fails for sizes below 1 only
	}
	f.known.Add(id, toldOf[T]{sha256.Sum256(body), now, what})
}

// forget forgets the orders that scans do not show any more.
func (f *Further[T]) forget(now time.Time) {
	for {
		_, told, ok := f.known.GetOldest()
		if !ok || now.Sub(told.at) < furtherFor {
			return
		}
		f.known.RemoveOldest()
	}
}
