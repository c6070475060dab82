package shipment

import (
	"cmp"
	"slices"
)

// Unsent are those packages of one order whose units are deducted from stock and that the channel has not confirmed. What is
// cancelled is taken out of them: first out of those that no call was made for, and of these the newest.
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

// Loose is how many units of the line are in packages that no call was made for.
func (u *Unsent) Loose(lineID string) int {
	n := 0
	for _, k := range u.each() {
		if k.State.Unsent() && !k.Attempted() {
			n += k.LeftOf(lineID)
		}
	}
	return n
}

// Shrink takes n units of a line out of the packages and answers how many there were to take. Packages that a call was made
// for are left alone unless inFlight says that the channel itself has cancelled. An emptied package is voided.
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

// SettleElsewhere takes the channel's word that the order is shipped for all packages that no call was made for: another
// tool has told it, and it must not be told again. It answers the units that are shipped with them. A call that was made
// may have brought a package there: the next one asks first.
func (u *Unsent) SettleElsewhere() []Content {
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

// Reversals are the lines out of which units were taken, with all that was ever taken out of them.
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

// Voided are the ids of the packages that were emptied.
func (u *Unsent) Voided() []string {
	var ids []string
	for _, k := range u.each() {
		if k.State == Voided {
			ids = append(ids, k.ID)
		}
	}
	return ids
}

// Elsewhere are the ids of the packages that SettleElsewhere has settled.
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
