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
	ByUndo    Cause = "undo"    // the account goes back to what it listed before it went live
	ByRelease Cause = "release" // what the brake held was released
	ByStrike  Cause = "strike"  // its listing was struck off, or put back
	ByDrift   Cause = "drift"   // somebody else has set it on the channel
)

// The brake: a mistake in a file, a count, a setting or a link must not empty a shop or oversell it. It holds back only the
// difference that the mistake made; sales meanwhile go through.

// MayBrake reports whether a change of this cause may be held. Sales never are, nor are changes that a person enters by hand.
func (c Cause) MayBrake() bool {
	return c == ByCount || c == ByImport || c == ByLink || c == BySetting
}

// Offer is what an account has of a SKU, and the settings that turn it into a level.
type Offer struct {
	Raw    int  // units that its locations offer; see Raw
	Buffer int  // units never listed
	Cap    int  // most units ever listed
	Off    bool // the listing is struck off: its level is 0, whatever else holds
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
	if o.Off {
		return 0
	}
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

// Holds are the levels of an account that the brake holds.
type Holds struct {
	Held, Undecided int   // all of them; those without a decision whether they stay
	Newest          int64 // since when the newest undecided one is held, UTC microseconds
	Listings        int   // levels that are the account's to set
}

// Due reports whether to decide now: something is undecided, and nothing was held after the moment, so that no import still runs.
func (h Holds) Due(moment int64) bool { return h.Undecided > 0 && h.Newest <= moment }

// Stay reports whether the undecided ones stay held, because the account has too many; otherwise they are released.
func (h Holds) Stay() bool { return Keeps(h.Held, h.Listings) }

// Braked returns what is held of a link after a change. before is its earlier offer, nil for a new link. Nothing of a listing that is
// struck off is held: a person has said that it goes to 0.
func Braked(listed int, before *Offer, after Offer, held Hold) Hold {
	if after.Off {
		return NoHold
	}
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
