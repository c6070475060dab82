package ebay

import (
	"slices"
	"sync"
	"time"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// pages remembers the last page of each list, to return it again.
type pages struct {
	mu   sync.Mutex
	last map[string]int // offset, by list
}

// pageBegin returns the offset where a page really begins: when pages are duplicated, that of the page before.
func (s *server) pageBegin(operation, list string, offset int) int {
	s.pages.mu.Lock()
	defer s.pages.mu.Unlock()
	before, asked := s.pages.last[operation+list]
	if asked && before < offset && s.options.Injector.Strikes(faults.DuplicatePage, operation) {
		return before
	}
	if s.pages.last == nil || len(s.pages.last) > 1000 {
		s.pages.last = map[string]int{}
	}
	s.pages.last[operation+list] = offset
	return offset
}

// pageAfter returns the offset of the next link: the same again when cursors are repeated.
func (s *server) pageAfter(operation string, offset, step int) int {
	if s.options.Injector.Strikes(faults.RepeatedCursor, operation) {
		return offset
	}
	return offset + step
}

// reorder reverses a page when pages are reordered.
func reorder[T any](s *server, operation string, page []T) {
	if s.options.Injector.Strikes(faults.ReorderedPage, operation) {
		slices.Reverse(page)
	}
}

// revoked reports whether the seller has revoked the grant.
func (s *server) revoked(operation string) bool {
	i := s.options.Injector
	if i == nil || i.Rates().RevokedGrant == 0 {
		return false
	}
	i.Strikes(faults.RevokedGrant, operation) // only to count it; it lasts while the rate is above 0
	return true
}

// revisionsADay is how often eBay allows a listing to be revised per day.
const revisionsADay = 250

// revisions counts the revisions of listings per day of the marketplace. They are lost when it stops.
type revisions struct {
	options wire.Options
	length  time.Duration // of a day, at the marketplace's speed

	mu      sync.Mutex
	day     int64
	revised map[string]int // by listing id
}

func newRevisions(o wire.Options) *revisions {
	return &revisions{options: o, length: max(o.Delay(24*time.Hour), time.Millisecond)}
}

// call returns a function that counts the revisions of one call: a listing is revised once, however many of its
// variations are in the call. It returns false for a listing that was revised too often.
func (v *revisions) call() func(listingID string) bool {
	counted := map[string]bool{}
	return func(listingID string) bool {
		if counted[listingID] {
			return true
		}
		counted[listingID] = v.count(listingID)
		return counted[listingID]
	}
}

func (v *revisions) count(listingID string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if day := v.options.Now().UnixNano() / int64(v.length); day != v.day || v.revised == nil {
		v.day, v.revised = day, map[string]int{}
	}
	if v.revised[listingID] >= revisionsADay {
		return false
	}
	v.revised[listingID]++
	return true
}
