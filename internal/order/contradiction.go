package order

import (
	"fmt"
	"slices"
	"strings"
)

// OpenAgain is units of a line that ended here, and that the channel's last version shows as open: they contradict its earlier word.
type OpenAgain struct {
	Shipped   int // the channel had shown them as shipped
	Cancelled int // the channel had shown them as cancelled
}

// Units returns the number of units.
func (a OpenAgain) Units() int { return a.Shipped + a.Cancelled }

// unsettled returns how many units the channel shows as open that are neither open nor packed here, nor shipped by a package that
// the channel has not shown yet.
func (l *Line) unsettled() int {
	open := l.Quantity - l.ShownShipped - l.ShownCancelled
	return open - l.Units.Open() - l.Units.Packed - max(0, l.Units.Shipped-l.ChannelShipped)
}

// OpenAgain returns the units of the line that the channel took back its word about. Units that were only cancelled here are none.
func (l *Line) OpenAgain() OpenAgain {
	var a OpenAgain
	if !l.Booked || l.Elsewhere() != "" {
		return a
	}
	left := l.unsettled() - max(0, l.Units.Cancelled-l.ChannelCancelled)
	a.Shipped = max(0, min(left, l.ChannelShipped-l.ShownShipped, l.Units.Shipped))
	a.Cancelled = max(0, min(left-a.Shipped, l.ChannelCancelled-l.ShownCancelled, l.Units.Cancelled))
	return a
}

// Reopenable returns the units of the line that become open again when a person says so: those of OpenAgain, and those cancelled
// here that the channel shows as open.
func (l *Line) Reopenable() OpenAgain {
	a := l.OpenAgain()
	if l.Booked && l.Elsewhere() == "" {
		a.Cancelled = max(a.Cancelled, min(l.unsettled()-a.Shipped, l.Units.Cancelled))
	}
	return a
}

// SentCancelled returns how many units of the line left here without the channel having shown them as shipped, and are cancelled there by
// now: it takes no shipment of them any more.
func (l *Line) SentCancelled() int {
	return max(0, min(l.Units.Shipped-l.ChannelShipped, l.ShownCancelled-l.Units.Cancelled))
}

// contradiction returns what the channel's last version says against what was done here, or an empty string, and whether its address is
// another one than before. It names lines, units and packages only.
func (in *Intake) contradiction(a *Arrival) (text string, moved bool) {
	var texts []string
	say := func(n int, format string, args ...any) {
		if n > 0 {
			texts = append(texts, units(n)+fmt.Sprintf(format, args...))
		}
	}
	for _, l := range a.Order.Lines {
		again := l.OpenAgain()
		say(again.Shipped, " of line %s shipped before, and now shown as open again", l.LineID)
		say(again.Cancelled, " of line %s cancelled before, and now shown as open again", l.LineID)
		away := l.Units.Packed + max(0, l.Units.Shipped-l.ChannelShipped)
		if text := l.packedElsewhere(); text != "" {
			texts = append(texts, text)
		}
		switch shown := a.shownLine(l.LineID); {
		case l.Elsewhere() != "":
		case !l.Booked || len(a.Shown.Lines) == 0:
		case shown == nil:
			say(away, " of line %s packed here, and the line is gone from the order", l.LineID)
		case shown.SKU != l.ChannelSKU:
			say(l.Units.Packed+l.Units.Shipped, " of line %s packed or shipped as %s, and the channel changed its SKU to %s", l.LineID, l.ChannelSKU, shown.SKU)
		default:
			if text := l.packedAway(*shown); text != "" {
				texts = append(texts, text)
			}
			say(l.SentCancelled(), " of line %s shipped here, and cancelled on the channel before it showed them as shipped", l.LineID)
		}
	}
	changes, moved := in.afterPacking(a)
	texts = append(texts, changes...)
	if text := a.Order.changedDeleted(); text != "" {
		texts = append(texts, text) // the last: withoutDeletion cuts it off
	}
	return strings.Join(texts, parted), moved
}

// parted separates what is said of several lines.
const parted = "; "

// insteadOf returns a contradiction in which another text, or none, replaces what is said of a line.
func insteadOf(said, lineID, text string) string {
	said, deletion := withoutDeletion(said), strings.TrimPrefix(strings.TrimPrefix(said, withoutDeletion(said)), parted)
	parts := slices.DeleteFunc(strings.Split(said, parted), func(p string) bool { return p == "" || strings.Contains(p, " of line "+lineID+" ") })
	for _, part := range []string{text, deletion} { // the deletion is the last: withoutDeletion cuts it off
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, parted)
}

// saysTheSame reports whether two contradictions say the same of the same lines, in whatever order.
func saysTheSame(a, b string) bool {
	return slices.Equal(slices.Sorted(strings.SplitSeq(a, parted)), slices.Sorted(strings.SplitSeq(b, parted)))
}

func units(n int) string {
	if n == 1 {
		return "1 unit"
	}
	return fmt.Sprintf("%d units", n)
}

// shownLine returns a line of the shown version, or nil.
func (a *Arrival) shownLine(id string) *SnapshotLine {
	for i := range a.Shown.Lines {
		if a.Shown.Lines[i].ID == id {
			return &a.Shown.Lines[i]
		}
	}
	return nil
}

// Contradicts reports whether the channel contradicts what was done here, and nobody has decided yet.
func (o *Order) Contradicts() bool { return o.Contradiction != "" && o.Contradiction != o.Kept }

// contradict notes what the last version says against what was done here. What a person has seen and kept stays kept until the
// channel says something else. at is when the version was read.
func (o *Order) contradict(text string, at int64) {
	if !saysTheSame(text, o.Contradiction) {
		o.ContradictedAt = at
	}
	o.Contradiction = text
	if o.Kept != "" && saysTheSame(text, o.Kept) {
		o.Kept = text
		return
	}
	o.Kept = ""
}

// Keep is a person's word that all is right as it is here. It returns why there is nothing to keep.
func (o *Order) Keep() (refusal string) {
	if o.Contradiction == "" {
		return "the channel says nothing that contradicts what was done here"
	}
	o.Kept = o.Contradiction
	return ""
}

// Reopen is a person's word that what the channel shows as open again is to be sent: the units are open again, and stock is reserved
// for them, also of an order that was refunded: ReleaseRefunded does not cancel them once more. With restock, units that were shipped are
// on the shelf again, unless a return has put them there before. It returns why nothing can be reopened; then nothing may be written.
func (o *Order) Reopen(books *Allocation, restock bool) (refusal string) {
	if o.State == Skipped {
		return "the order was skipped: " + o.Reason.Text()
	}
	if refusal := o.refuseDeleted(); refusal != "" {
		return refusal
	}
	n := 0
	for _, l := range o.Lines {
		if again := l.Reopenable(); again.Units() > 0 {
			n += again.Units()
			l.reopen(books, again, restock)
		}
	}
	if n == 0 {
		return "the channel shows nothing as open that has ended here"
	}
	changes, _ := AfterPacking(o.Contradiction) // those stay as they are
	o.Contradiction = strings.Join(changes, parted)
	if o.Kept != "" {
		o.Kept = o.Contradiction
	}
	if o.Holds.Has(HoldRefunded) {
		o.lift([]Hold{HoldRefunded}, o.HoldSince)
	}
	return ""
}

// reopen makes units of the line open again. What the channel said of them before does not count any more.
func (l *Line) reopen(books *Allocation, again OpenAgain, restock bool) {
	back := min(again.Shipped, l.Returned)
	if restock && again.Shipped > back && l.SKU != "" {
		if n := again.Shipped - back; n > 0 {
			books.Restock(l, n, Shelf{})
		}
	}
	if restock && l.SKU == "" { // they were not deducted, and are not to be when the line gets a SKU
		l.Undeducted -= min(again.Shipped-back, l.Undeducted)
	}
	l.Returned -= back
	l.Units.Shipped -= again.Shipped
	l.Units.Cancelled -= again.Cancelled
	l.ChannelShipped = min(l.ChannelShipped, max(l.ShownShipped, l.ChannelShipped-again.Shipped))
	l.ChannelCancelled = min(l.ChannelCancelled, max(l.ShownCancelled, l.ChannelCancelled-again.Cancelled))
	l.Changed = true
	if l.SKU == "" {
		l.Units.Unlinked += again.Units()
		return
	}
	books.Reserve(l, again.Units())
}
