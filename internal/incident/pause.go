package incident

import "slices"

// The kinds of work that incidents ask about, in the words of package account.
const (
	workShipments = "shipments"
	workListings  = "listings"
)

// pauses reports whether a kind of work is not done because it is paused, by itself or with the account.
func (a Account) pauses(work string) bool {
	return a.PausedReason != "" || slices.Contains(a.PausedWork, work)
}

// whilePaused returns a need of work that is paused as one that nobody has to act on: the pause is an incident of its own, which asks. What helps
// is to end it; all that the need is about goes on then.
func (a Account) whilePaused(n Need, work string) Need {
	if !a.pauses(work) {
		return n
	}
	n.Acts, n.Command = Towpath, "towpath accounts resume "+a.ID
	if a.PausedReason != "" {
		n.Title += "; waiting for the account's pause to end"
		return n
	}
	n.Title += "; waiting for the pause of " + work + " to end"
	n.Command += " --only " + work
	return n
}
