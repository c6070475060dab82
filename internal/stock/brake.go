package stock

// Cause is why a level is to be sent again. A sale is always sent at once, because a delayed sell-out oversells. Changes from an
// import, a count, a setting or a link may be held until a person has looked at them.
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
	ByLive    Cause = "live"    // the account has gone live: its channel lists what an older tool sent
	ByRelease Cause = "release" // what the brake held was released
)

// The brake: a mistake in a file, a count, a setting or a link must not empty a shop or oversell it. It holds back only the
// difference that the mistake made; sales meanwhile go through.

// MayBrake reports whether a change of this cause may be held. Sales never are, nor are changes that a person enters by hand.
func (c Cause) MayBrake() bool {
	return c == ByCount || c == ByImport || c == ByLink || c == BySetting
}

// Offer is what an account has of a SKU, and the settings that turn it into a level.
type Offer struct {
	Raw    int // units that its locations offer; see Raw
	Buffer int // units never listed
	Cap    int // most units ever listed
}

// NotHeld is the cap of a Hold that holds no cap.
const NotHeld = -1

// Hold is the difference that the brake keeps from the channel.
type Hold struct {
	Units int // kept back; below zero: listed beyond what there is
	Cap   int // goes on in place of the account's; NotHeld: the account's own
}

// NoHold holds nothing.
var NoHold = Hold{Cap: NotHeld}

// Level returns the level to list for the offer under a hold.
func (o Offer) Level(h Hold) int {
	limit := o.Cap
	if h.Cap != NotHeld {
		limit = h.Cap
	}
	return Listed(o.Raw-h.Units, o.Buffer, limit)
}

// UnknownListed means that the level on the channel is unknown.
const UnknownListed = -1

// Risky reports whether a change of a level may be a mistake: to zero, or above five times what is listed. It returns false when
// what is listed is unknown.
func Risky(listed, after int) bool {
	return listed != UnknownListed && (listed > 0 && after == 0 || after > 5*listed)
}

// Many returns how many risky levels an account may have at once: 20, or one in twenty of its listings.
func Many(listings int) int { return max(20, listings/20) }

// Keeps reports whether an account with so many listings has too many holds, so that they stay.
func Keeps(held, listings int) bool { return held > Many(listings) }

// Braked returns what is held of a link after a change. before is its earlier offer, nil for a new link.
func Braked(listed int, before *Offer, after Offer, held Hold) Hold {
	if before == nil {
		return BrakeNew(listed, after)
	}
	return Brake(listed, *before, after, held)
}

// Brake returns what is held of a level after a change that may be a mistake. listed is what the channel lists. After a safe
// change, or one that undoes an earlier mistake, nothing is held.
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

// BrakeNew is Brake for a listing without any sent level: what it lists is kept.
func BrakeNew(listed int, after Offer) Hold {
	if !Risky(listed, after.Level(NoHold)) {
		return NoHold
	}
	return Hold{Units: after.Raw - after.Buffer - listed, Cap: NotHeld}
}

// Difference is how a channel's listing differs from what would be listed.
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

// Differences returns all differences in display order.
func Differences() []Difference {
	return []Difference{Same, Up, Down, ToZero, NotOurs, Unlinked, Unknown}
}

// Compare returns how what is listed (or UnknownListed) differs from the level that would be sent.
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

// NotSent returns why a listing's level is never sent. theirs means that the channel fulfils it or that its API does not know it.
// A listing without a channel SKU can't be linked.
func NotSent(theirs bool, channelSKU string) Difference {
	if theirs || channelSKU == "" {
		return NotOurs
	}
	return Unlinked
}
