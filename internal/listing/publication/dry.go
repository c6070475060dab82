package publication

import "github.com/towpath/towpath/internal/listing"

// EverSent reports whether items of a kind may ever be sent to the channel: variants, unless the run is only a dry one.
func EverSent(kind listing.Kind, dryRun bool) bool { return kind == listing.KindVariant && !dryRun }

// ToHold returns the turn of variants whose prices are held when too many change at once: what waits to be sent, or in a dry run what passed.
func ToHold(dryRun bool) Turn {
	if dryRun {
		return Turn{listing.KindVariant, Done, listing.Validated}
	}
	return ToSend()
}

// HoldDry ends variants of a dry run that passed as skipped, by the verdicts that hold their prices together, and products of which nothing would
// be sent then. A repetition changes nothing.
func HoldDry(items []*Item, verdicts []Verdict) {
	held := Verdicts{List: verdicts}.bySKU()
	passed := map[string]bool{} // by product: something of it would be sent
	for _, i := range items {
		v, is := held[i.Reference]
		if i.Kind != listing.KindVariant {
			continue
		}
		if is && ToHold(true).Of(i) {
			i.Reason, i.Change = v.Skipped, i.Change.Then(v.Change)
			i.end(Skipped)
		}
		passed[i.Parent] = passed[i.Parent] || i.Status != Skipped
	}
	for _, i := range items {
		if i.Kind == listing.KindProduct && i.Status == Done && !passed[i.Reference] {
			i.Reason = reasonNothing
			i.end(Skipped)
		}
	}
}
