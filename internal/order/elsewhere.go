package order

import (
	"cmp"

	"github.com/towpath/towpath/internal/stock"
)

// Sender is who ships the units of a line.
type Sender string

// The senders.
const (
	SenderUs      Sender = ""        // the merchant: all rules of this package are about such lines
	SenderService Sender = "service" // a fulfilment service ships it from its own stock
	SenderNobody  Sender = "nobody"  // it needs no shipping: a tip, a gift card, a digital product
	// The channel has given it to a location that the account does not map to one of ours.
	SenderUnmapped Sender = "unmapped-location"
)

// Text returns why the units of a line are not shipped from here, for operators; empty for SenderUs.
func (s Sender) Text() string {
	switch s {
	case SenderUs:
		return ""
	case SenderService:
		return "a fulfilment service ships it from its own stock"
	case SenderNobody:
		return "it needs no shipping"
	case SenderUnmapped:
		return "the channel ships it from a location that the accounts file does not map"
	}
	return string(s)
}

// Elsewhere returns why the line's units are not this order's to ship, for operators, or an empty string.
func (l *Line) Elsewhere() string {
	if l.MovedTo != "" {
		return "it is in order " + l.MovedTo + " now"
	}
	return l.Sender.Text()
}

// skipsLines returns why an order of which no line is to be shipped from here is skipped, or an empty Reason.
func (s Snapshot) skipsLines() Reason {
	reason := Reason("")
	for _, l := range s.Lines {
		switch l.Sender {
		case SenderUs:
			return ""
		case SenderUnmapped:
			reason = ReasonLocation
		case SenderService:
			if reason != ReasonLocation {
				reason = ReasonService
			}
		case SenderNobody:
			reason = cmp.Or(reason, ReasonNoShipping)
		}
	}
	return reason
}

// place notes where a line is shipped, and reports whether it is elsewhere. Its open units are given up; what is packed stays packed, and
// is a contradiction.
func (l *Line) place(books *Allocation, sender Sender, movedTo string) (elsewhere bool) {
	if l.Sender != sender || l.MovedTo != movedTo {
		l.Sender, l.MovedTo, l.Changed = sender, movedTo, true
	}
	if l.Elsewhere() == "" || !l.Booked {
		return l.Elsewhere() != ""
	}
	books.Cancel(l, l.Units.Open())
	if l.SKU != "" {
		books.Touch(l.SKU, stock.BySale)
	}
	if l.Units.Packed+l.Units.Shipped == 0 {
		l.left = append(l.left, l.Places()...)
		l.Booked, l.Units, l.UnlinkedReason = false, Units{}, ""
		l.NoParts, l.Parts = len(l.Parts) > 0, nil
		l.ChannelCancelled, l.ChannelShipped, l.ShownCancelled, l.ShownShipped = 0, 0, 0, 0
	}
	l.ChannelCancelled = max(l.ChannelCancelled, l.Units.Cancelled)
	l.show(l.Quantity-l.ShownShipped, l.ShownShipped)
	l.Changed = true
	return true
}

// MetAgain returns the ids of the page's lines that may stand in other orders of the account, too: eBay moves the lines of unpaid orders
// that a buyer pays together into a new order (macopedia/magento2-allegro#70 describes the same of Allegro).
func (in *Intake) MetAgain() []string {
	var ids []string
	for _, a := range in.Arrivals {
		for _, l := range a.Shown.Lines {
			if in.Policy.LinesMove && a.Order.State != Skipped {
				ids = append(ids, l.ID)
			}
		}
	}
	return ids
}

// MoveLines decides which order has each line that stands in several: the one that was placed last, also when an older one is seen only
// after that has packed or shipped it. others are the account's orders outside the page that have units of such lines.
func (in *Intake) MoveLines(others []*Order) {
	in.Others = others
	in.movedTo = map[string]*Order{}
	claim := func(o *Order, id string) {
		if last := in.movedTo[id]; last == nil || cmp.Or(cmp.Compare(o.PlacedAt, last.PlacedAt), cmp.Compare(o.RowID, last.RowID)) > 0 {
			in.movedTo[id] = o
		}
	}
	for _, a := range in.Arrivals {
		if !in.Policy.LinesMove || a.Order.State == Skipped || a.status == FulfilmentCancelled {
			continue
		}
		for _, l := range a.Shown.Lines {
			claim(a.Order, l.ID)
		}
	}
	for _, o := range others {
		for _, l := range o.Lines {
			if in.movedTo[l.LineID] != nil && l.MovedTo == "" && l.Units.Alive() > 0 {
				claim(o, l.LineID)
			}
		}
	}
}

// movedFrom returns the id of the order that a line of an order has moved to, or an empty string.
func (in *Intake) movedFrom(o *Order, l *Line, id string) string {
	if l != nil && l.MovedTo != "" {
		return l.MovedTo
	}
	if to := in.movedTo[id]; to != nil && to != o {
		return to.ID
	}
	return ""
}

// releaseMoved gives up the units of other orders' lines that moved into an order of the page.
func (in *Intake) releaseMoved(books *Allocation) {
	var moved []*Order
	for _, o := range in.Others {
		said, left := o.Contradiction, false
		for _, l := range o.Lines {
			if to := in.movedFrom(o, l, l.LineID); to != "" && l.MovedTo == "" && l.Units.Alive() > 0 {
				left = l.place(books, l.Sender, to)
				said = insteadOf(said, l.LineID, l.packedElsewhere())
			}
		}
		if !left {
			continue
		}
		moved = append(moved, o)
		ended := o.State.Terminal()
		o.contradict(said, in.seenAt)
		if o.UpdateState() || !ended {
			o.Redeliver()
		}
	}
	in.Others = moved
}

// packedElsewhere says that units of the line are packed here and shipped elsewhere, or nothing. Shipped ones count when the line moved:
// the order that has it now would ship them once more. What is said then is the same before and after they leave, so that a person who
// has kept the order is not asked again.
func (l *Line) packedElsewhere() string {
	n, done := l.Units.Packed, " packed here, and "
	if l.MovedTo != "" {
		n, done = n+l.Units.Shipped, " packed or shipped here, and "
	}
	if n == 0 || l.Elsewhere() == "" {
		return ""
	}
	return units(n) + " of line " + l.LineID + done + l.Elsewhere()
}
