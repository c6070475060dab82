package shipment

// Progress is how far the packages of an order are on its channel, by the words of the help page of Ecommerce Pro on the retry of
// synchronisation of shipments (seed 003).
type Progress string

// The progress of an order's packages, what is most urgent first.
const (
	RequiresSync       Progress = "requires-sync" // a package is parked: it waits for a person
	FulfillmentPending Progress = "pending"       // a package is on its way to the channel
	PartiallyFulfilled Progress = "partial"       // the channel has every package that there is, and units are still to be packed
	Prepared           Progress = "prepared"      // the channel has all of them
)

// Progresses lists every Progress; an order without packages has none.
func Progresses() []Progress {
	return []Progress{RequiresSync, FulfillmentPending, PartiallyFulfilled, Prepared}
}

// Text returns the words for it; empty: there are no packages.
func (p Progress) Text() string {
	return map[Progress]string{
		RequiresSync: "Requires shipment synchronization", FulfillmentPending: "Fulfillment Pending", PartiallyFulfilled: "Partially fulfilled", Prepared: "Prepared",
	}[p]
}

// Means returns what it means for the operator.
func (p Progress) Means() string {
	return map[Progress]string{
		RequiresSync:       "the automatic attempts are used up, and a package waits for you",
		FulfillmentPending: "a package is being sent to the channel, or waits for its next attempt",
		PartiallyFulfilled: "the channel has what was packed; units are still to be packed",
		Prepared:           "the channel has every package",
	}[p]
}

// ProgressOf returns the progress of an order with so many packages parked, processed and confirmed, and units still to be packed.
func ProgressOf(parked, processed, confirmed, open int) Progress {
	switch {
	case parked > 0:
		return RequiresSync
	case processed > 0:
		return FulfillmentPending
	case confirmed > 0 && open > 0:
		return PartiallyFulfilled
	case confirmed > 0:
		return Prepared
	}
	return ""
}
