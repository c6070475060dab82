package shipment

import (
	"cmp"
	"time"

	"github.com/towpath/towpath/internal/stock"
)

// Correction is what is to be changed of a package's label; empty fields stay as they are.
type Correction struct {
	Label          string
	Carrier        string
	CarrierName    string // beside the code Other; a new carrier without one has none
	Service        string
	TrackingNumber string
	ShippedAt      time.Time
}

// Empty reports whether nothing is to be changed.
func (c Correction) Empty() bool { return c == Correction{} }

// of returns the package as it is after the correction.
func (c Correction) of(p Package) Package {
	p.Label, p.Service = cmp.Or(c.Label, p.Label), cmp.Or(c.Service, p.Service)
	if c.Carrier != "" {
		p.Carrier, p.CarrierName = c.Carrier, c.CarrierName
	}
	p.TrackingNumber = cmp.Or(c.TrackingNumber, p.TrackingNumber)
	if !c.ShippedAt.IsZero() {
		p.ShippedAt = c.ShippedAt
	}
	return p
}

// there returns the package as the channel still has it.
func (k *Known) there() Package {
	p := k.Package
	p.TrackingNumber = cmp.Or(k.Was, p.TrackingNumber)
	return p
}

// confused reports whether a channel could confuse another package with this one: as it is, or, unless the channel edits, with the number that the
// channel still has of it.
func (k *Known) confused(p Package, edits bool) bool {
	return !k.State.Waiting() && k.State != Voided && (p.Alike(k.Package) || !edits && k.Was != "" && p.Alike(k.there()))
}

// Correct changes a package's label, and reports whether anything changed and whether the channel is to be told: it has the package already. Which
// number it has stays in Was until it has taken the right one. others are the order's other packages; of the channel, edits says that
// it takes a package sent again as a change, and whyNot why it takes no correction (channel.Kind). What can't be done is a *stock.RefusedError.
func (k *Known) Correct(c Correction, others []*Known, edits bool, whyNot string) (changed, tell bool, err error) {
	now := c.of(k.Package)
	switch {
	case now.Same(k.Package) && now.TrackingNumber == k.TrackingNumber:
		return false, k.Was != "", nil
	case k.State == Voided:
		return false, false, refusef("package %q is voided: all of it was cancelled", k.ID)
	case k.State == Confirmed && whyNot != "":
		return false, false, &stock.RefusedError{Why: whyNot}
	case k.State == Confirmed && k.ForgottenBy != "":
		return false, false, refusef("package %q was confirmed elsewhere, and the channel never had its tracking number from here: correct it on the order's page there", k.ID)
	case k.State.Unsent() && (k.UnderWay || k.Doubtful && !edits):
		return false, false, refusef("package %q was sent, and no clear answer came: retry it first, then it is known whether the channel has it", k.ID)
	}
	for _, q := range others {
		if q.ID != k.ID && q.confused(now, edits) {
			return false, false, refusef("package %q would have the tracking number and the contents of package %q: a channel could not distinguish them", k.ID, q.ID)
		}
	}
	if k.State == Confirmed {
		k.Was, tell = cmp.Or(k.Was, k.TrackingNumber), true
	}
	k.Package = now
	return true, tell, now.Sendable()
}
