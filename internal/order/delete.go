package order

import (
	"fmt"
	"strings"
	"time"
)

// Delete is a person's word that nothing is to be done about the order here. It leaves a tombstone: while the order is open on the
// channel its units stay as they are, because a sold unit that becomes free is listed and sold again. Once the channel shows it as
// cancelled or shipped they are settled as of any other order. It returns why it can't be deleted; then nothing may be written.
func (o *Order) Delete() (refusal string) {
	if o.State == Skipped {
		return "the order was skipped, and nothing is held for it: " + o.Reason.Text()
	}
	packed, unshown := 0, 0
	for _, l := range o.Lines {
		packed += l.Units.Packed
		unshown += max(0, l.Units.Shipped-l.ChannelShipped)
	}
	switch {
	case packed > 0:
		return fmt.Sprintf("%s packed: ship the packages, or give them up with a cancellation, before the order is deleted", areUnits(packed))
	case unshown > 0:
		return fmt.Sprintf("%s shipped from here, and the channel does not show it yet: delete the order when it does", areUnits(unshown))
	}
	o.State, o.DeletedVersion = Deleted, o.Version
	o.Kept = o.Contradiction
	o.Redeliver()
	return ""
}

// Restore takes a deletion back: the order is what its units say. It returns why there is nothing to restore.
func (o *Order) Restore() (refusal string) {
	if o.State != Deleted {
		return "the order is not deleted"
	}
	o.State, o.DeletedVersion = Open, 0 // until the units say more
	o.Contradiction, o.Kept = withoutDeletion(o.Contradiction), withoutDeletion(o.Kept)
	o.Redeliver()
	return ""
}

// refuseDeleted returns why nothing may be done about a deleted order, or an empty string.
func (o *Order) refuseDeleted() string {
	if o.State != Deleted {
		return ""
	}
	return "the order was deleted by hand: `towpath restore` takes it back"
}

func areUnits(n int) string {
	if n == 1 {
		return "1 unit is"
	}
	return fmt.Sprintf("%d units are", n)
}

// afterDeletion begins what is said of a deleted order that the channel has changed since.
const afterDeletion = "it is deleted here, still open on the channel, and changed there "

// changedDeleted returns what the channel's last version says against the deletion: a change of an order that is still open there. Once
// it is shipped or cancelled there, the deletion is right.
func (o *Order) changedDeleted() string {
	open := 0
	for _, l := range o.Lines {
		if l.Booked && l.Elsewhere() == "" {
			open += l.Quantity - l.ShownShipped - l.ShownCancelled
		}
	}
	if o.State != Deleted || o.Version <= o.DeletedVersion || open <= 0 {
		return ""
	}
	return afterDeletion + time.UnixMicro(o.Version).UTC().Format(time.DateTime) + "Z"
}

// SaysChanged reports whether a contradiction says that the channel has changed an order since it was deleted.
func SaysChanged(contradiction string) bool { return strings.Contains(contradiction, afterDeletion) }

// withoutDeletion returns what a contradiction says apart from the deletion.
func withoutDeletion(contradiction string) string {
	before, _, _ := strings.Cut(contradiction, afterDeletion)
	return strings.TrimSuffix(before, parted)
}
