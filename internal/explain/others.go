package explain

import (
	"fmt"

	"github.com/towpath/towpath/internal/wording"
)

// Others answers the last question of seed 002: is it just this order, or more? Do any orders of the account come in?
type Others struct {
	OnlyThis bool     `json:"onlyThis"` // other orders come in, and none is set aside or in error
	Says     []string `json:"says"`
}

func others(e Evidence) Others {
	in := e.Incoming
	var o Others
	switch {
	case in.Last.IsZero():
		o.Says = append(o.Says, fmt.Sprintf("More than this one: no order of %s has ever come in.", e.Account.ID))
	case in.Lately == 0:
		o.Says = append(o.Says, fmt.Sprintf("No order of %s has come in for %s; the last did %s.", e.Account.ID, wording.Took(e.Now.Sub(in.Last)), e.moment(in.Last)))
	default:
		o.OnlyThis = true
		o.Says = append(o.Says, fmt.Sprintf("Others come in: %s of %s in the last 24 hours, the last %s.",
			wording.AtLeast(in.Lately, in.Lately == MostCounted), e.Account.ID, wording.Away(in.Last, e.Now)))
	}
	if in.Aside > 0 {
		o.OnlyThis = false
		o.Says = append(o.Says, fmt.Sprintf("%s of %s set aside: they can't be read.", wording.AtLeast(in.Aside, in.Aside == MostCounted), e.Account.ID))
	}
	last, known, failed := e.Scans.last()
	switch {
	case !known:
		o.OnlyThis = false
	case failed > 0:
		o.OnlyThis = false
		o.Says = append(o.Says, fmt.Sprintf("The newest scans failed: %s in a row.", wording.Number(failed)))
	default:
		o.Says = append(o.Says, fmt.Sprintf("The last scan ended well, %s: %s seen, %d new or changed, %d skipped, %d in error.",
			wording.Away(last.EndedAt, e.Now), wording.Plural(last.Counts.Seen, "order"), last.Counts.Saved, last.Counts.Skipped, last.Counts.Errors))
		o.OnlyThis = o.OnlyThis && last.Counts.Errors == 0
	}
	return o
}
