package publication

import "github.com/towpath/towpath/internal/listing"

// Turn is what an item must be for one of a run's tasks to be due.
type Turn struct {
	Kind   listing.Kind
	Status Status
	Step   listing.Step
}

// ToCheck returns the turn of variants that wait for Towpath's own check.
func ToCheck() Turn { return Turn{listing.KindVariant, Pending, listing.Selected} }

// ToSend returns the turn of variants that passed the check and wait to be sent.
func ToSend() Turn { return Turn{listing.KindVariant, Pending, listing.Validated} }

// ToAnswer returns the turn of variants that were sent and wait for the channel's answer.
func ToAnswer() Turn { return Turn{listing.KindVariant, Pending, listing.Submitted} }

// Of reports whether it is an item's turn.
func (t Turn) Of(i *Item) bool { return t == Turn{i.Kind, i.Status, i.Step} }
