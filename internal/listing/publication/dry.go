package publication

import "github.com/towpath/towpath/internal/listing"

// EverSent reports whether items of a kind may ever be sent to the channel: variants, unless the run is only a dry one.
func EverSent(kind listing.Kind, dryRun bool) bool { return kind == listing.KindVariant && !dryRun }
