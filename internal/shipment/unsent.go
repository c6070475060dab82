package shipment

import (
	"cmp"
	"slices"
)

// Unsent holds an order's packages that are deducted from stock and not confirmed by the channel. Cancelled units are taken first
// from packages that no call was made for, the newest first.
type Unsent struct {
	packages  []*Known
	changed   map[*Known]map[string]bool // lines of which units were taken out
	elsewhere []*Known
}

// Reversal is a line of a package of which units were taken out.
type Reversal struct {
	PackageID, LineID string
	Reversed          int // all that was ever taken out of it
}

// NewUnsent are the unsent ones among an order's packages.
func NewUnsent(packages ...*Known) *Unsent {
	u := &Unsent{changed: map[*Known]map[string]bool{}}
	for _, k := range packages {
		if k.State.Unsent() {
			u.packages = append(u.packages, k)
		}
	}
	attempted := func(k *Known) int {
		if k.Attempted() {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(u.packages, func(a, b *Known) int {
		return cmp.Or(cmp.Compare(attempted(a), attempted(b)), cmp.Compare(b.Number, a.Number))
	})
	return u
}

// Loose returns how many units of the line are in packages that no call was made for.
func (u *Unsent) Loose(lineID string) int {
	n := 0
	for _, k := range u.each() {
		if k.State.Unsent() && !k.Attempted() {
			n += k.LeftOf(lineID)
		}
	}
	return n
}

// Shrink takes up to n units of a line out of the packages and returns the number taken. Packages that a call was made for are
// changed only with inFlight, when the channel itself has cancelled. An empty package is voided.
func (u *Unsent) Shrink(lineID string, n int, inFlight bool) int {
	taken := 0
	for _, k := range u.each() {
		if !k.State.Unsent() || k.Attempted() && !inFlight {
			continue
		}
		if out := k.reverse(lineID, n-taken); out > 0 {
			taken += out
			if u.changed[k] == nil {
				u.changed[k] = map[string]bool{}
			}
			u.changed[k][lineID] = true
		}
	}
	return taken
}

// ConfirmedBy says who knows that the packages of ConfirmElsewhere were sent.
const ConfirmedBy = "the channel shows it as shipped"

// ConfirmElsewhere confirms all packages that no call was made for, because another tool has reported the order as shipped, and
// returns their units. For packages with a call, the next call asks the channel first.
func (u *Unsent) ConfirmElsewhere() []Content {
	var shipped Package
	for _, k := range u.each() {
		if k.Attempted() {
			continue
		}
		if units, news := k.Forget(); news {
			shipped.Contents = append(shipped.Contents, units...)
			u.elsewhere = append(u.elsewhere, k)
		}
	}
	return shipped.Merged()
}

// Reversals returns the lines that units were taken out of, with their totals.
func (u *Unsent) Reversals() []Reversal {
	var all []Reversal
	for _, k := range u.each() {
		for _, c := range k.Merged() {
			if u.changed[k][c.LineID] {
				all = append(all, Reversal{PackageID: k.ID, LineID: c.LineID, Reversed: k.Reversed[c.LineID]})
			}
		}
	}
	return all
}

// Voided returns the ids of the packages that became empty.
func (u *Unsent) Voided() []string {
	var ids []string
	for _, k := range u.each() {
		if k.State == Voided {
			ids = append(ids, k.ID)
		}
	}
	return ids
}

// Elsewhere returns the ids of the packages that ConfirmElsewhere confirmed.
func (u *Unsent) Elsewhere() []string {
	if u == nil {
		return nil
	}
	var ids []string
	for _, k := range u.elsewhere {
		ids = append(ids, k.ID)
	}
	return ids
}

// each are the packages; of an order that has none there may be no Unsent.
func (u *Unsent) each() []*Known {
	if u == nil {
		return nil
	}
	return u.packages
}
