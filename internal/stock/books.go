package stock

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Place is where units of a SKU lie.
type Place struct{ SKU, Location string }

// ComparePlaces sorts places by SKU and location. Places are locked in this order, so that two changes can't deadlock.
func ComparePlaces(a, b Place) int {
	return cmp.Or(cmp.Compare(a.SKU, b.SKU), cmp.Compare(a.Location, b.Location))
}

// Entry is a movement to be appended to the stock ledger. OnHand and Reserved are changes.
type Entry struct {
	Key string // happens once under it
	Place
	Kind             Kind
	OnHand, Reserved int
	OrderID          int64 // of the order that caused it; 0: none did
	LineID           string
	PackageID        string
	Stated           int   // the figure as it was given; of a count what was found
	AsOf             int64 // when a count was right, UTC microseconds; 0: at once
	By, Note         string
}

// ErrNotOpen is returned when a change needs the level of a place that was not opened.
var ErrNotOpen = errors.New("the level is not open")

// Balance is the level of a place in the books of one change.
type Balance struct {
	Level
	Backordered int  // units that open order lines wait for there, whether or not the lines are at hand
	New         bool // the place had no level before the change

	was            Level
	wasBackordered int
	awaited        bool // a line began to wait, or waits for more
}

// Delta is the difference that a change made to a balance.
type Delta struct {
	Place
	OnHand, Reserved, Backordered int
}

// Books holds the levels of one change and its results: balances, ledger entries, and SKUs whose listed levels may change. Levels
// are opened as read under a lock, changed, and written as deltas. The first mistake is kept; check Err before writing.
type Books struct {
	balances map[Place]*Balance
	entries  []Entry
	touched  map[string]Cause
	err      error
}

// NewBooks are books in which no level is open.
func NewBooks() *Books {
	return &Books{balances: map[Place]*Balance{}, touched: map[string]Cause{}}
}

// Open enters a level as it was read.
func (b *Books) Open(p Place, level Level, backordered int) {
	b.balances[p] = &Balance{Level: level, Backordered: backordered, was: level, wasBackordered: backordered}
}

// IsOpen reports whether the level of a place was opened.
func (b *Books) IsOpen(p Place) bool { return b.balances[p] != nil }

// At returns the balance of a place. If the place is not open, Err is set and changes to the result are lost.
func (b *Books) At(p Place) *Balance {
	if found := b.balances[p]; found != nil {
		return found
	}
	if b.err == nil {
		b.err = fmt.Errorf("%w: stock of %s at %s", ErrNotOpen, p.SKU, p.Location)
	}
	return &Balance{}
}

// Err is the first mistake, nil when there was none.
func (b *Books) Err() error { return b.err }

// Enter changes a level by a movement, and notes it for the ledger.
func (b *Books) Enter(e Entry) {
	at := b.At(e.Place)
	at.OnHand += e.OnHand
	at.Reserved += e.Reserved
	b.entries = append(b.entries, e)
}

// Wait changes for how many units of a place order lines wait.
func (b *Books) Wait(p Place, n int) {
	at := b.At(p)
	at.Backordered += n
	at.awaited = at.awaited || n > 0
}

// Touch marks the SKU's level to be sent again. A cause other than a sale takes precedence, because the effects on orders only
// follow from it.
func (b *Books) Touch(sku string, cause Cause) {
	if before := b.touched[sku]; before == "" || before == BySale {
		b.touched[sku] = cause
	}
}

// Touched are the SKUs whose levels are to be sent again, with the cause.
func (b *Books) Touched() map[string]Cause { return b.touched }

// MayBrake returns the touched SKUs, sorted, whose change the brake may hold, and whether it is part of an import, which is
// checked when complete.
func (b *Books) MayBrake() (skus []string, part bool) {
	for sku, cause := range b.touched {
		if cause.MayBrake() {
			skus = append(skus, sku)
			part = part || cause == ByImport
		}
	}
	slices.Sort(skus)
	return skus, part
}

// Entries are the movements of the change, in the order in which they were made.
func (b *Books) Entries() []Entry { return b.entries }

// Deltas returns how the change changed the levels, by place; unchanged levels are left out.
func (b *Books) Deltas() []Delta {
	var out []Delta
	for _, p := range b.places() {
		at := b.balances[p]
		d := Delta{p, at.OnHand - at.was.OnHand, at.Reserved - at.was.Reserved, at.Backordered - at.wasBackordered}
		if d.OnHand != 0 || d.Reserved != 0 || d.Backordered != 0 {
			out = append(out, d)
		}
	}
	return out
}

// Freed returns where lines that wait for stock may now be filled, and with how many units. Only newly freed units can fill one,
// or units that were free before a line was made to wait. The extra unit was free before: it may complete a kit.
func (b *Books) Freed() map[Place]int {
	out := map[Place]int{}
	for p, at := range b.balances {
		more := max(0, at.Free()-at.was.Free())
		if at.Free() > 0 && at.Backordered > 0 && (more > 0 || at.awaited) {
			out[p] = more + 1
		}
	}
	return out
}

// Missing returns where more is reserved than is on hand, and how many units.
func (b *Books) Missing() map[Place]int {
	out := map[Place]int{}
	for p, at := range b.balances {
		if at.Free() < 0 {
			out[p] = -at.Free()
		}
	}
	return out
}

func (b *Books) places() []Place { return slices.SortedFunc(maps.Keys(b.balances), ComparePlaces) }
