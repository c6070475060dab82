package stock

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
