package stock

// Cause says why a level is to be sent again. What comes from a sale is sent at once, always: a sell-out that is held
// back oversells. What comes from an import, a count, a setting or a link may be held for a person's eyes.
type Cause string

// The causes.
const (
	BySale    Cause = "sale"    // an order was placed, changed, packed, cancelled or sent back
	ByStock   Cause = "stock"   // goods came in, were moved or corrected by hand
	ByCount   Cause = "count"   // somebody counted
	ByImport  Cause = "import"  // a file said how much there is, or what a kit is made of
	ByLink    Cause = "link"    // a SKU was tied to a listing
	BySetting Cause = "setting" // another buffer, cap or location
	ByListing Cause = "listing" // its listing was written, and a quantity with it
	ByLive    Cause = "live"    // the account has gone live: its channel lists what an older tool told it
	ByRelease Cause = "release" // what the brake held was released
)
