package wording

import (
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/order"
)

// changed says what the channel changed after the order was packed, since when, and what can be done.
func (o Order) changed(changes []string) []string {
	if len(changes) == 0 {
		return nil
	}
	ref := invocation.ShellWord(o.Reference)
	text := "It was changed on the channel after it was packed"
	if !o.ContradictedAt.IsZero() {
		text += ", seen " + MomentIn(o.ContradictedAt, o.Zone)
	}
	s := []string{text + ": " + strings.Join(changes, "; ") + "."}
	if o.Units.Open() > 0 {
		s = append(s, fmt.Sprintf("What was added may leave as another package: `towpath process %s --package FILE` settles it. `towpath cancel %s` gives it up.", ref, ref))
	}
	return append(s, fmt.Sprintf("A package that is still here can be packed or labelled anew; one that has left can only be redirected by its carrier. "+
		"When that is done, or it is to go as it is: `towpath order keep %s`.", ref))
}

// NotBefore says from when on units may be packed.
func NotBefore(date time.Time, zone *time.Location) string {
	if date.Equal(order.Undated) {
		return "is to be packed later, and the channel names no date"
	}
	return "is not to be packed before " + MomentIn(date, zone)
}
