package order

// CancelState is how far a cancellation made here is on the order's channel.
type CancelState string

// The states of a cancellation on the channel.
const (
	CancelAsked   CancelState = "asked"   // the channel is to be told
	CancelSent    CancelState = "sent"    // the channel has accepted it, and does not show it yet
	CancelParked  CancelState = "parked"  // the channel refused: a person has to decide
	CancelByHand  CancelState = "by-hand" // the account sends no cancellations: a person cancels it on the channel
	CancelSettled CancelState = "settled" // the channel shows nothing as open that is cancelled here
)

// CancelStates lists all states.
func CancelStates() []CancelState {
	return []CancelState{CancelAsked, CancelSent, CancelParked, CancelByHand, CancelSettled}
}

// Due reports whether the channel is to be called.
func (s CancelState) Due() bool { return s == CancelAsked || s == CancelSent }

// ForPerson reports whether a person has to cancel the order on its channel, or to decide.
func (s CancelState) ForPerson() bool { return s == CancelParked || s == CancelByHand }

// OpenThere is what is cancelled here and open on the channel.
type OpenThere struct {
	Lines []LineQuantity // in the order of the lines
	Whole bool           // nothing else of the order is open on the channel, or shipped
}

// OpenThere returns the units that are cancelled here and that the channel's last version shows as open.
func (o *Order) OpenThere() OpenThere {
	there := OpenThere{Whole: true}
	for _, l := range o.Lines {
		if l.Sender == SenderNobody && l.MovedTo == "" {
			continue // a tip or a digital product ends with the rest
		}
		n := l.Reopenable().Cancelled
		if n > 0 {
			there.Lines = append(there.Lines, LineQuantity{LineID: l.LineID, Quantity: n})
		}
		if n < l.Quantity-l.ShownShipped-l.ShownCancelled || l.ShownShipped > 0 || l.Units.Shipped > 0 {
			there.Whole = false
		}
	}
	return there
}

// BuyerAsks reports whether the channel's last version shows a buyer's request for cancellation that nobody has answered there, or may
// show one: see Snapshot.BuyerCancels.
func (o *Order) BuyerAsks() bool { return o.Holds.Has(HoldBuyerCancels) }

// Declines reports whether a person has declined the buyer's request since the order was as before: what is to be packed may be shipped.
func (o *Order) Declines(before *Order) bool {
	return o.State.ToBePacked() && o.Allowed.Has(HoldBuyerCancels) && !before.Allowed.Has(HoldBuyerCancels)
}

// AskChannel returns how a cancellation begins on the channel: CancelSettled means that the channel is not asked, because nothing
// cancelled here is open there, or because it can't show what was cancelled of an order in part (showsParts), so that nothing would
// ever settle it.
func (t OpenThere) AskChannel(sends, showsParts bool) CancelState {
	switch {
	case len(t.Lines) == 0 || !t.Whole && !showsParts:
		return CancelSettled
	case sends:
		return CancelAsked
	}
	return CancelByHand
}
