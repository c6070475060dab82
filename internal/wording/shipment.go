package wording

import "github.com/towpath/towpath/internal/shipment"

// PackageTone returns the tone of a package's state.
func PackageTone(s shipment.State) Tone {
	switch s {
	case shipment.Confirmed:
		return Good
	case shipment.Saved, shipment.Processed:
		return Busy
	case shipment.Parked, shipment.Refused:
		return Bad
	case shipment.Voided:
	}
	return Quiet
}

// ShipmentTone returns the tone of how far an order's packages are on its channel.
func ShipmentTone(p shipment.Progress) Tone {
	switch p {
	case shipment.RequiresSync:
		return Bad
	case shipment.FulfillmentPending:
		return Busy
	case shipment.PartiallyFulfilled:
		return Warn
	case shipment.Prepared:
		return Good
	}
	return Quiet
}
