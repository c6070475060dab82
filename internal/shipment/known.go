package shipment

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/stock"
)

// Known is a package saved with an order: its state, and what is left in it.
type Known struct {
	Package
	Number int   `json:"number"` // among the order's packages, from 1
	State  State `json:"state"`
	// UnderWay means that a call was marked and has no answer; Doubtful, that an earlier call never got a clear answer, so the
	// channel may have the package.
	UnderWay    bool              `json:"-"`
	Doubtful    bool              `json:"-"`
	Was         string            `json:"was,omitempty"` // the tracking number that the channel still has of a corrected package; empty: the right one
	ForgottenBy string            `json:"-"`             // who knows that the channel got it in another way; empty: it was sent
	Sender      string            `json:"-"`             // id of the workflow that alone sends it; empty: none has begun
	AnywayBy    string            `json:"-"`             // who said that it is to be processed although its order is held; empty: nobody
	AnywayHolds string            `json:"-"`             // which holds the order had then, with commas
	From        map[string]string `json:"-"`             // by line id: the location where its units lay
	Reversed    map[string]int    `json:"-"`             // by line id: units that were cancelled and taken out again after it was processed
}

// Attempted reports whether the channel may have the package already, by a call that was never answered definitely.
func (k *Known) Attempted() bool { return k.UnderWay || k.Doubtful }

// LeftOf returns how many units of a line are left in the package.
func (k *Known) LeftOf(lineID string) int {
	n := -k.Reversed[lineID]
	for _, c := range k.Contents {
		if c.LineID == lineID {
			n += c.Quantity
		}
	}
	return n
}

// Left returns the lines with units left in the package.
func (k *Known) Left() []Content {
	var left []Content
	for _, c := range k.Merged() {
		if n := c.Quantity - k.Reversed[c.LineID]; n > 0 {
			left = append(left, Content{LineID: c.LineID, Quantity: n})
		}
	}
	return left
}

// Process marks a waiting package as processed and returns its units, or nothing when it was processed before.
func (k *Known) Process() []Content {
	if !k.State.Waiting() {
		return nil
	}
	k.State = Processed
	return k.Left()
}

// Refuse marks a waiting package as refused.
func (k *Known) Refuse() {
	if k.State.Waiting() {
		k.State = Refused
	}
}

// Prepare marks a call to the channel by a workflow and reports whether it is to be made. The first workflow that calls becomes the
// package's sender; no other one may call. It returns an error for a package that is not processed. An earlier marked call
// without an answer makes the package doubtful.
func (k *Known) Prepare(workflowID string) (send bool, err error) {
	switch {
	case k.State.Waiting():
		return false, fmt.Errorf("package %q is %s: it must be processed before it is sent", k.ID, k.State)
	case !k.State.Unsent() || k.SentByOther(workflowID):
		return false, nil
	}
	k.State, k.Doubtful, k.UnderWay, k.Sender = Processed, k.Attempted(), true, workflowID
	return true, nil
}

// SentByOther reports whether a workflow must leave the package to another one.
func (k *Known) SentByOther(workflowID string) bool { return k.Sender != "" && k.Sender != workflowID }

// Park lets an unsent package wait for a person, and makes the workflow that waits its sender. Only the sender itself, or the
// workflow that hands the package over, may be replaced. It reports whether the package waits now; a confirmed or voided one
// need not. A confirmed one that its channel does not show (unshown) waits too, and stays confirmed: its sender was done with it, so
// whoever asks a person replaces it, unless a call is under way. Lifecycles do not know the sender of what one of version 1 has sent.
func (k *Known) Park(workflowID, handsOver string, unshown bool) bool {
	waits := k.State.Unsent() || unshown && k.State == Confirmed
	done := k.State == Confirmed && !k.UnderWay
	if !waits || k.SentByOther(workflowID) && k.Sender != handsOver && !done {
		return false
	}
	k.Sender = workflowID
	if k.State.Unsent() {
		k.State = Parked
	}
	return true
}

// Confirm records that the channel has the package and returns the shipped units: nothing when it was confirmed before or fully
// cancelled during the call. It returns an error for a package that was not processed.
func (k *Known) Confirm() (shipped []Content, err error) {
	if k.State.Waiting() {
		return nil, fmt.Errorf("package %q is %s: it was never processed", k.ID, k.State)
	}
	k.UnderWay, k.Doubtful = false, false
	return k.markConfirmed(), nil
}

// Fail records that a call failed. It clears the mark of this call; doubtful means that the channel may still have carried it
// out. Doubt from earlier calls stays.
func (k *Known) Fail(doubtful bool) {
	k.UnderWay, k.Doubtful = false, k.Doubtful || doubtful
}

// Forget records that the channel got the package in another way, so no call is made. It returns the shipped units, and whether
// anything changed.
func (k *Known) Forget() (shipped []Content, news bool) {
	if !k.State.Unsent() {
		return nil, false
	}
	k.UnderWay, k.Doubtful = false, false
	return k.markConfirmed(), true
}

// markConfirmed changes an unsent package to confirmed.
func (k *Known) markConfirmed() []Content {
	if !k.State.Unsent() {
		return nil
	}
	k.State = Confirmed
	return k.Left()
}

// reverse takes up to n units of a line out of the package and returns the number taken; an empty package is voided.
func (k *Known) reverse(lineID string, n int) int {
	n = max(0, min(n, k.LeftOf(lineID)))
	if n == 0 {
		return 0
	}
	if k.Reversed == nil {
		k.Reversed = map[string]int{}
	}
	k.Reversed[lineID] += n
	if len(k.Left()) == 0 {
		k.State = Voided
	}
	return n
}

// Sort returns which of the reported packages are new, and which were refused before and are now replaced. Packages saved before
// with the same contents are left out. Other contents, a line that the order does not have, or a package that a channel could
// confuse with another is a *stock.RefusedError. edits says that the channel recognises a package that it has by its number among the
// order's (channel.Kind).
func Sort(given []Package, saved []*Known, lineIDs []string, edits bool) (fresh, anew []Package, err error) {
	for _, p := range given {
		if err := p.knownLines(lineIDs); err != nil {
			return nil, nil, err
		}
		same := func(q Package) bool { return q.ID == p.ID }
		i := slices.IndexFunc(saved, func(q *Known) bool { return same(q.Package) })
		j := slices.IndexFunc(fresh, same)
		switch {
		case i >= 0 && saved[i].State == Refused && !p.Same(saved[i].Package):
			anew = append(anew, p)
		case i >= 0 && !p.Same(saved[i].Package), j >= 0 && !p.Same(fresh[j]):
			before := fresh
			if i >= 0 {
				before, j = []Package{saved[i].Package}, 0
			}
			return nil, nil, refusef("package %q was saved before with other contents (%s): give the new one another id", p.ID, before[j].words())
		case i < 0 && j < 0:
			if q, found := p.duplicate(saved, fresh, edits); found {
				return nil, nil, refusef("package %q has the tracking number and the contents of package %q: a channel could not distinguish them; give it its own number, or leave it out if it is the same package", p.ID, q)
			}
			fresh = append(fresh, p)
		}
	}
	return fresh, anew, nil
}

// duplicate returns a package that a channel could confuse with this one.
func (p Package) duplicate(saved []*Known, fresh []Package, edits bool) (id string, found bool) {
	for _, q := range saved {
		if q.confused(p, edits) {
			return q.ID, true
		}
	}
	for _, q := range fresh {
		if p.Alike(q) {
			return q.ID, true
		}
	}
	return "", false
}

// words returns what is in the package and where its label leads, as text.
func (p Package) words() string {
	var parts []string
	for _, c := range p.Merged() {
		parts = append(parts, fmt.Sprintf("line %s x %d", c.LineID, c.Quantity))
	}
	return strings.Join(append(parts, p.Carrier, p.TrackingNumber, p.ShippedAt.UTC().Format(time.RFC3339)), ", ")
}

func refusef(format string, args ...any) error {
	return &stock.RefusedError{Why: fmt.Sprintf(format, args...)}
}

func (p Package) knownLines(lineIDs []string) error {
	for _, c := range p.Contents {
		if !slices.Contains(lineIDs, c.LineID) {
			return refusef("package %q: the order has no line %q; it has %s", p.ID, c.LineID, strings.Join(lineIDs, ", "))
		}
	}
	return nil
}
