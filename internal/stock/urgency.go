package stock

// Urgency orders levels that wait to be sent: the smaller, the sooner. While a level waits, buyers of its channel see the one before it.
type Urgency int

// The urgencies.
const (
	SoldOut Urgency = iota // there is nothing left
	Falling                // buyers may see more than there is
	Rising                 // buyers see less than there is: what waits is a sale, not a promise
)

// UrgencyOf returns how urgent a level is of which a channel accepted a quantity last (UnknownListed: none).
func UrgencyOf(accepted, level int) Urgency {
	switch {
	case level == 0:
		return SoldOut
	case accepted == UnknownListed || level <= accepted: // what was accepted is sent again because the channel shows something else
		return Falling
	}
	return Rising
}
