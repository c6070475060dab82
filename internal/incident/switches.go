package incident

import (
	"fmt"
	"strings"
	"time"
)

// SwitchedOff is an account whose settings revise, end and relist are all off although it has published something.
type SwitchedOff struct {
	Off     bool
	Refused int      // items that its last publication refused for that reason
	AtLeast bool     // there may be more
	Ended   int      // listings that Towpath ended when they were sold out, and of which there is stock again
	Sample  []string // SKUs of both
	Since   time.Time
}

// need returns the switches as a Need; false when they are not all off. It is for a person only when something waits for one of them.
func (s SwitchedOff) need(a Account) (Need, bool) {
	if !s.Off {
		return Need{}, false
	}
	n := Need{Kind: ChangesOff, Account: a.ID, Subjects: max(s.Refused+s.Ended, 1), Sample: s.Sample, Since: s.Since, Acts: Towpath,
		Title: "end, relist and revise listings are all turned off: quantities are set and new products published, and nothing that is listed is changed, ended or put up again",
		// The accounts file allows it, and a restarted worker reads that file.
		Command: "towpath accounts show " + a.ID, Page: "/accounts/" + a.ID}
	var waits []string
	if s.Refused > 0 {
		items := counted(s.Refused, "item", "items")
		if s.AtLeast {
			items = fmt.Sprintf("%d items or more", s.Refused)
		}
		waits = append(waits, items+" of the last publication")
	}
	if s.Ended > 0 {
		waits = append(waits, counted(s.Ended, "ended listing that has stock again", "ended listings that have stock again"))
	}
	if len(waits) == 0 {
		return n, true
	}
	n.Title = "end, relist and revise listings are all turned off, and " + strings.Join(waits, " and ") + wait(s.Refused+s.Ended) +
		": allow what you want in the accounts file, and start the worker anew"
	if s.Refused > 0 {
		n.Command = "towpath items --account " + a.ID + " --status error"
	}
	if a.PausedReason == "" && !a.Observing {
		n.Acts = You
	}
	return n, true
}

func wait(n int) string {
	if n == 1 {
		return " waits"
	}
	return " wait"
}
