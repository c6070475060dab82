package stock

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

// Shown is a listing that a channel shows, and its link.
type Shown struct {
	ChannelSKU string // empty: the seller gave it none
	Linked     bool   // a link says which product it is
	Fulfils    bool   // the channel fulfils it itself, according to the listing
	Theirs     bool   // the same according to its link
	Unmanaged  bool   // the channel's API does not know it
	Referred   bool   // its link names the listing that the level is sent to
}

// NotSent returns why the listing's level is never sent, or an empty string. One without a channel SKU can't be linked.
func (s Shown) NotSent() Difference {
	switch {
	case s.Linked && !s.Theirs && (s.Referred || !s.Unmanaged):
		return ""
	case s.Fulfils || s.Unmanaged || s.ChannelSKU == "":
		return NotOurs
	}
	return Unlinked
}
