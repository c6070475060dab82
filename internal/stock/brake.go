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

// The brake: a mistake in a file, a count, a setting or a link must not empty a shop or oversell it. It holds the
// difference that the mistake made, and nothing else: what is sold meanwhile goes through.

// MayBrake reports whether a change of this cause may be held. What a sale does never is: a sell-out that is held
// oversells. What a person books by hand is meant.
func (c Cause) MayBrake() bool {
	return c == ByCount || c == ByImport || c == ByLink || c == BySetting
}

// Offer is what an account has of a SKU, and how it turns that into a level.
type Offer struct {
	Raw    int // units that its locations offer; see Raw
	Buffer int // units never listed
	Cap    int // most units ever listed
}

// NotHeld is the cap of a Hold that holds none.
const NotHeld = -1

// Hold is the difference that the brake keeps from the channel.
type Hold struct {
	Units int // kept back; below zero: listed beyond what there is
	Cap   int // goes on in place of the account's; NotHeld: the account's own
}

// NoHold holds nothing.
var NoHold = Hold{Cap: NotHeld}

// Level is what is listed of the offer under a hold.
func (o Offer) Level(h Hold) int {
	limit := o.Cap
	if h.Cap != NotHeld {
		limit = h.Cap
	}
	return Listed(o.Raw-h.Units, o.Buffer, limit)
}

// UnknownListed says that nobody knows what the channel lists.
const UnknownListed = -1

// Risky reports whether a level that goes from one figure to another may be a mistake: to zero, or above five times
// what is listed. Where nobody knows what is listed, nothing can be said.
func Risky(listed, after int) bool {
	return listed != UnknownListed && (listed > 0 && after == 0 || after > 5*listed)
}

// Many is how many risky levels an account with so many listings bears at once: 20, or one in twenty.
func Many(listings int) int { return max(20, listings/20) }

// Keeps reports whether so many holds stay on an account with so many listings: it bears fewer.
func Keeps(held, listings int) bool { return held > Many(listings) }

// Braked decides what is held of a link after a change, given its offer before it; nil: the link is new.
func Braked(listed int, before *Offer, after Offer, held Hold) Hold {
	if before == nil {
		return BrakeNew(listed, after)
	}
	return Brake(listed, *before, after, held)
}

// Brake decides what is held of a level after a change that may be a mistake. listed is what the channel lists. A
// change that is not risky, and one that makes good an earlier one, leaves nothing held.
func Brake(listed int, before, after Offer, held Hold) Hold {
	if before == after {
		return held
	}
	if !Risky(listed, after.Level(NoHold)) {
		return NoHold
	}
	held.Units += (after.Raw - after.Buffer) - (before.Raw - before.Buffer)
	if held.Cap == NotHeld && before.Cap != after.Cap {
		held.Cap = before.Cap
	}
	if held.Cap == after.Cap {
		held.Cap = NotHeld
	}
	return held
}

// BrakeNew is Brake for a listing that nothing was sent to so far: it goes on with what it lists.
func BrakeNew(listed int, after Offer) Hold {
	if !Risky(listed, after.Level(NoHold)) {
		return NoHold
	}
	return Hold{Units: after.Raw - after.Buffer - listed, Cap: NotHeld}
}

// Difference says how what a channel lists differs from what would be listed.
type Difference string

// The differences.
const (
	Same     Difference = "same"
	Up       Difference = "up"
	Down     Difference = "down"
	ToZero   Difference = "to-zero"
	NotOurs  Difference = "not-ours" // the channel fulfils it, its API does not know it, or it has no SKU
	Unlinked Difference = "unlinked" // no link says which product it is
	Unknown  Difference = "unknown"  // nobody knows what is listed
)

// Differences are all of them, in the order in which they are told.
func Differences() []Difference {
	return []Difference{Same, Up, Down, ToZero, NotOurs, Unlinked, Unknown}
}

// Compare tells how what is listed (or UnknownListed) differs from what would be.
func Compare(listed, would int) Difference {
	switch {
	case listed == UnknownListed:
		return Unknown
	case listed == would:
		return Same
	case would == 0:
		return ToZero
	case would > listed:
		return Up
	}
	return Down
}

// NotSent says of a listing whose level is never sent why: it is not ours to set, or no link says what it is. theirs: the
// channel fulfils it, or its API does not know it. One without a SKU of the channel can't be linked.
func NotSent(theirs bool, channelSKU string) Difference {
	if theirs || channelSKU == "" {
		return NotOurs
	}
	return Unlinked
}
