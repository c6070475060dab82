package stock

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

// MaxUnits limits every quantity, so that sums can't overflow.
const MaxUnits = 1_000_000_000

// ErrKeyUsed is wrapped in errors about a key that was used before for another change.
var ErrKeyUsed = errors.New("it was used for something else")

// timeShown is the time format of errors.
const timeShown = "2006-01-02 15:04:05Z"

// Change is a movement that no order causes. Key makes it happen once.
type Change struct {
	Key      string `json:"key"`
	SKU      string `json:"sku"`
	Location string `json:"location"`
	Kind     Kind   `json:"kind"`           // Opening, Receipt, Adjust, Count or Move
	Quantity int    `json:"quantity"`       // change of on hand, negative only for Adjust and Move; of a Count what was found
	By       string `json:"by,omitempty"`   // who asked for it
	Note     string `json:"note,omitempty"` // why

	// Of a Count: when it was right (zero: now), and what it counts (empty: what is on hand).
	AsOf  time.Time `json:"asOf,omitzero"`
	Means Means     `json:"means,omitempty"`

	Cause Cause `json:"-"` // why levels are to be sent again; empty: ByStock, or ByCount for a Count
}

// Changed is the outcome of one change. Was and Now are on hand before and after it.
type Changed struct {
	Change
	Was     int       `json:"was"`
	Now     int       `json:"now"`
	Free    int       `json:"free"`              // after all changes of the call
	DoneAt  time.Time `json:"doneAt,omitzero"`   // it was done then, under the same key: nothing moved now
	Refused string    `json:"refused,omitempty"` // why a count can't be: nothing moved
	Kept    string    `json:"kept,omitempty"`    // why what is there stands, as it is newer: nothing moved
}

// Place is where the change moves stock.
func (c Change) Place() Place { return Place{c.SKU, c.Location} }

// OfMoment reports whether the change is a count that was right at an earlier moment: what has happened since has to be known.
func (c Change) OfMoment() bool { return c.Kind == Count && !c.AsOf.IsZero() }

// EntryKey is the key of the change's entry in the ledger.
func (c Change) EntryKey() string { return EntryKey(c.Key) }

// EntryKey returns the ledger key for a change with the given key.
func EntryKey(key string) string { return "stock/" + key }

// same reports whether two changes with one key are the same.
func (c Change) same(d Change) bool {
	return c.SKU == d.SKU && c.Location == d.Location && c.Quantity == d.Quantity
}

// RefusedError is returned for a request that can't be carried out because it is wrong.
type RefusedError struct{ Why string }

func (e *RefusedError) Error() string { return e.Why }

func refusef(format string, args ...any) error { return &RefusedError{fmt.Sprintf(format, args...)} }

// CheckChanges returns the changes without repeated keys, or an error when one is invalid.
func CheckChanges(changes []Change) ([]Change, error) {
	seen := map[string]Change{}
	var out []Change
	for _, c := range changes {
		if err := c.check(); err != nil {
			return nil, err
		}
		if first, ok := seen[c.Key]; !ok {
			seen[c.Key] = c
			out = append(out, c)
		} else if !first.same(c) {
			return nil, fmt.Errorf("key %q: %w: %s at %s, %d", c.Key, ErrKeyUsed, first.SKU, first.Location, first.Quantity)
		}
	}
	return out, nil
}

func (c Change) check() error {
	what := fmt.Sprintf("stock change %q of %s at %s", c.Key, c.SKU, c.Location)
	switch {
	case c.Key == "" || c.SKU == "" || c.Location == "":
		return refusef("stock change %q of SKU %q at %q: key, SKU and location are needed", c.Key, c.SKU, c.Location)
	case !slices.Contains([]Kind{Opening, Receipt, Adjust, Count, Move}, c.Kind):
		return refusef("%s: kind %q is not opening, receipt, adjust, count or move", what, c.Kind)
	case c.Quantity < 0 && (c.Kind == Opening || c.Kind == Receipt):
		return refusef("%s: quantity %d: only an adjust or a move may be negative", what, c.Quantity)
	case c.Quantity < 0 && c.Kind == Count && c.Means != MeansAvailable:
		return refusef("%s: %d were counted: a count is 0 or more", what, c.Quantity)
	case c.Kind != Count && (c.Means != "" || !c.AsOf.IsZero()):
		return refusef("%s: only a count is of a moment, or of what is available", what)
	case c.Quantity > MaxUnits || c.Quantity < -MaxUnits:
		return refusef("%s: quantity %d is beyond %d", what, c.Quantity, MaxUnits)
	}
	return nil
}

// Known is what the store knows about changes before they are applied.
type Known struct {
	Before map[string]Done  // entries that were made under the changes' EntryKeys
	Since  map[string]Since // of counts of an earlier moment, by Key
}

// Done is an entry that was made before.
type Done struct {
	Place
	Kind   Kind
	Stated int
	At     time.Time
}

// Apply applies changes whose places are open and returns their outcomes. A key used for another change, or a result below zero,
// is an error; then nothing may be written.
func (b *Books) Apply(changes []Change, known Known) ([]Changed, error) {
	var out []Changed
	for _, c := range changes {
		at := b.At(c.Place())
		changed := Changed{Change: c, Was: at.OnHand, Now: at.OnHand}
		if d, ok := known.Before[c.EntryKey()]; ok {
			if d.Place != c.Place() || d.Stated != c.Quantity {
				return nil, fmt.Errorf("key %q: %w: %s of %s at %s, %d, on %s", c.Key, ErrKeyUsed, d.Kind, d.SKU, d.Location, d.Stated, d.At.Format(timeShown))
			}
			changed.DoneAt = d.At
		} else if err := b.applyOne(at, &changed, known.Since[c.Key]); err != nil {
			return nil, err
		}
		out = append(out, changed)
	}
	return out, nil
}

// applyOne changes what is on hand. Only a count may be left out, with a reason.
func (b *Books) applyOne(at *Balance, out *Changed, since Since) error {
	c := out.Change
	change := c.Quantity
	if c.Kind == Count {
		if !since.Counted.IsZero() {
			out.Kept = fmt.Sprintf("it was counted later, on %s: that count stands", since.Counted.Format(timeShown))
			return nil
		}
		now, err := OnHandNow(cmp.Or(c.Means, MeansOnHand), c.Quantity, since)
		if err != nil {
			out.Refused = err.Error()
			return nil
		}
		change = now - at.OnHand
	}
	if err := c.refuse(at, change); err != nil {
		return err
	}
	out.Now = at.OnHand + change
	b.receive(at, c, change)
	return nil
}

// refuse returns why so many units can't be added to what is on hand.
func (c Change) refuse(at *Balance, change int) error {
	switch after := at.OnHand + change; {
	case after < 0:
		return refusef("stock change %q: %s at %s has %d on hand, %d can't be removed: count again", c.Key, c.SKU, c.Location, at.OnHand, -change)
	case after > MaxUnits:
		return refusef("stock change %q: %s at %s would have %d on hand, more than %d", c.Key, c.SKU, c.Location, after, MaxUnits)
	case c.Kind == Move && change < 0 && -change > at.Free():
		return refusef("stock change %q: %s at %s has %d free (%d on hand, %d reserved): %d can't be moved away", c.Key, c.SKU, c.Location, at.Free(), at.OnHand, at.Reserved, -change)
	}
	return nil
}

// receive enters the movement. A count that finds what the books say is noted, and moves nothing; of a file of 100,000
// rows of which a few differ the rest is not written down.
func (b *Books) receive(at *Balance, c Change, change int) {
	if change == 0 && c.Cause == ByImport {
		return
	}
	kind, cause := c.Kind, ByStock
	if c.Kind == Count {
		cause = ByCount
		if at.New {
			kind = Opening
		}
	}
	e := Entry{Key: c.EntryKey(), Place: c.Place(), Kind: kind, OnHand: change, Stated: c.Quantity, By: c.By, Note: c.Note}
	if !c.AsOf.IsZero() {
		e.AsOf = c.AsOf.UnixMicro()
	}
	b.Enter(e)
	if change != 0 {
		b.Touch(c.SKU, cmp.Or(c.Cause, cause))
	}
}
