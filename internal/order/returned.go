package order

import (
	"cmp"
	"fmt"
	"slices"
)

// Stage is how far a return is, as its channel says.
type Stage string

// The stages. What a person enters has arrived.
const (
	StageRequested Stage = "requested" // the buyer asks to send it back
	StageComing    Stage = "coming"    // it may come back
	StageClosed    Stage = "closed"    // the channel is done with it
	StageArrived   Stage = "arrived"   // it is here, says a person
	StageWithdrawn Stage = "withdrawn" // nothing comes: declined, or given up
)

// Stages lists them in the order of a return's life.
func Stages() []Stage {
	return []Stage{StageRequested, StageComing, StageClosed, StageArrived, StageWithdrawn}
}

// ShownReturn is a return of units of a line, as a channel shows it with the order.
type ShownReturn struct {
	ID       string // the channel's
	LineID   string
	Quantity int
	Stage    Stage
	Reason   string `json:",omitempty"` // a word of the channel's; what a buyer writes is not taken
}

// Returned is a return in the inbox: its units are restocked or written off, each once. Earlier are those that were taken back before
// the channel told of them.
type Returned struct {
	RowID                          int64
	OrderID                        int64
	LineID                         string
	ReportID                       string // the channel's id of it, or the key under which a person entered it
	Stage                          Stage
	Quantity                       int
	Restocked, WrittenOff, Earlier int
	Reason                         string
	Changed                        bool // it is not as it was read
}

// settled returns how many of its units were decided about.
func (r *Returned) settled() int { return r.Restocked + r.WrittenOff + r.Earlier }

// Open returns how many of its units somebody has to decide about.
func (r *Returned) Open() int {
	if r.Stage == StageWithdrawn {
		return 0
	}
	return max(0, r.Quantity-r.settled())
}

// settle notes what becomes of n of its units.
func (r *Returned) settle(n int, restock bool) {
	if restock {
		r.Restocked += n
	} else {
		r.WrittenOff += n
	}
	r.Changed = r.Changed || n > 0
}

// Nothing reports whether nothing of the return is left to decide about, and why it can't be settled once more; the same decision, repeated,
// is no mistake.
func (r *Returned) Nothing(restock bool) (refusal string, nothing bool) {
	if r.Open() > 0 || r.Stage == StageWithdrawn {
		return "", false
	}
	if restock && r.Restocked > 0 || !restock && r.WrittenOff > 0 {
		return "", true
	}
	return fmt.Sprintf("nothing of the return is left to decide about: %d restocked, %d written off, %d taken back before the channel told of them",
		r.Restocked, r.WrittenOff, r.Earlier), true
}

// Inbox are the returns of one order, oldest first.
type Inbox []*Returned

// Report takes in what the channel shows of an order. Units that came back before the channel told of them, as a person said or as another
// return that is withdrawn now, are settled with the new return. A return of what is not in the books is left out: nothing of it was
// shipped from here.
func (o *Order) Report(in Inbox, shown []ShownReturn) Inbox {
	rank := func(s ShownReturn) int { // one may be withdrawn and made anew
		switch {
		case in.reported(s.ID) == nil:
			return 2
		case s.Stage == StageWithdrawn:
			return 0
		}
		return 1
	}
	sorted := slices.SortedStableFunc(slices.Values(shown), func(a, b ShownReturn) int { return cmp.Compare(rank(a), rank(b)) })
	for _, s := range sorted {
		l := o.Line(s.LineID)
		if l == nil || !l.Booked || s.Quantity <= 0 {
			continue
		}
		r := in.reported(s.ID)
		if r == nil {
			r = &Returned{OrderID: o.RowID, LineID: s.LineID, ReportID: s.ID, Stage: StageWithdrawn, Changed: true} // until it is followed
			in = append(in, r)
		}
		in.follow(r, s, l.Returned)
	}
	return in
}

// follow notes what the channel shows of a return. Units that are new in it, or come after all, may be here already: so many of the line
// were returned.
func (in Inbox) follow(r *Returned, s ShownReturn, returned int) {
	was := *r
	if s.Stage != StageWithdrawn {
		more := s.Quantity - r.Quantity
		here := returned + in.arrivedOf(r.LineID) - in.claimedOf(r.LineID)
		if r.Stage == StageWithdrawn {
			r.Earlier = 0
			more = s.Quantity - r.settled()
			here -= r.settled()
		}
		r.Earlier += max(0, min(more, here))
	}
	r.Stage, r.Quantity = s.Stage, max(s.Quantity, r.settled())
	if r.WrittenOff == 0 { // else it is the person's, who saw the goods
		r.Reason = s.Reason
	}
	r.Changed = r.Changed || *r != was
}

func (in Inbox) reported(id string) *Returned {
	if i := slices.IndexFunc(in, func(r *Returned) bool { return r.ReportID == id }); i >= 0 {
		return in[i]
	}
	return nil
}

// arrivedOf returns how many units of a line are here, as a person says, and wait for a decision.
func (in Inbox) arrivedOf(lineID string) (n int) {
	for _, r := range in {
		if r.LineID == lineID && r.Stage == StageArrived {
			n += r.Open()
		}
	}
	return n
}

// claimedOf returns how many units of a line that are here are those of returns that the channel shows, and has not withdrawn.
func (in Inbox) claimedOf(lineID string) (n int) {
	for _, r := range in {
		if r.LineID == lineID && r.Stage != StageArrived && r.Stage != StageWithdrawn {
			n += r.settled()
		}
	}
	return n
}

// openOf returns how many units of a line wait for a decision.
func (in Inbox) openOf(lineID string) (n int) {
	for _, r := range in {
		if r.LineID == lineID {
			n += r.Open()
		}
	}
	return n
}

// Take settles open returns with units of a line that were taken back otherwise, the oldest first: they are the same units.
func (in Inbox) Take(lineID string, n int, restock bool) {
	for _, r := range in {
		if r.LineID == lineID {
			k := min(n, r.Open())
			r.settle(k, restock)
			n -= k
		}
	}
}

// Enter adds a return that a person reports, or says why it can't: more than was shipped can't come back.
func (o *Order) Enter(in Inbox, r Returned) (Inbox, string) {
	l := o.Line(r.LineID)
	if left := l.Units.Shipped - l.Returned - in.openOf(r.LineID); r.Quantity > left {
		return in, fmt.Sprintf("line %s: %s came back, but %d are shipped and neither returned nor in the inbox", r.LineID, units(r.Quantity), max(0, left))
	}
	r.OrderID, r.Stage, r.Changed = o.RowID, StageArrived, true
	return append(in, &r), ""
}

// Settle decides about n units of a return of the order: they are put on a shelf, or written off. It returns why that
// can't be.
func (o *Order) Settle(books *Allocation, r *Returned, n int, restock bool, at Shelf, kitsNow map[string]bool) (refusal string) {
	switch open := r.Open(); {
	case r.Stage == StageWithdrawn:
		return "the channel shows the return as withdrawn: if the goods came all the same, enter them with `towpath returns add`"
	case n > open:
		return fmt.Sprintf("%s of the return to be decided about, not %d", areUnits(open), n)
	}
	if refusal := o.Return(books, map[string]int{r.LineID: n}, restock, kitsNow, Shelf{Location: at.Location, By: at.By, Note: r.note()}); refusal != "" {
		return refusal
	}
	r.settle(n, restock)
	return ""
}

// note is what the ledger says of the units.
func (r *Returned) note() string {
	if r.Reason == "" {
		return fmt.Sprintf("return %d", r.RowID)
	}
	return fmt.Sprintf("return %d: %s", r.RowID, r.Reason)
}
