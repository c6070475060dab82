package channel

import "context"

// Corrector is a connection to a channel that lets the carrier and the tracking number of a package that it has be changed.
type Corrector interface {
	// CorrectShipment changes a package that the channel has under the tracking number was to what the shipment says. Its contents stay. It
	// may be repeated. Missing: the channel has no such package.
	CorrectShipment(ctx context.Context, s Shipment, was string) (Confirmation, error)
}

// Edits reports whether the channel takes a package that it has, sent again, as a change of it: it recognises a package by its number among the
// order's, not by what is on its label.
func (k Kind) Edits() bool { return k == Amazon }

// WhyNoCorrection returns why no call of the channel corrects a package that it has, and what to do instead; empty: one does.
func (k Kind) WhyNoCorrection() string {
	if k == EBay {
		return "eBay has no call that changes or removes a shipment: change the tracking number on the order's page in Seller Hub (Edit tracking), and tell the buyer"
	}
	return ""
}
