package incident

import (
	"fmt"
	"time"
)

// StaysEnded are the listings of an account that Towpath ended when they were sold out, of which there is stock again, and that are not put up again.
type StaysEnded struct {
	Listings int
	Refused  int      // of them, those that the channel refused to put up again
	Sample   []string // channel SKUs
	Since    time.Time
}

// need returns them as a Need; false when there are none, or when all switches are off, which is a Need of its own and has them.
func (s StaysEnded) need(a Account) (Need, bool) {
	if s.Listings == 0 || a.Off.Off {
		return Need{}, false
	}
	n := Need{Kind: StayEnded, Account: a.ID, Subjects: s.Listings, Sample: s.Sample, Since: s.Since, Acts: You,
		Title: counted(s.Listings, "listing that Towpath ended at 0 has stock again and stays ended", "listings that Towpath ended at 0 have stock again and stay ended") +
			": set `relist: true` in the account's listings in the accounts file, and start the worker anew",
		Command: "towpath accounts show " + a.ID, Page: "/accounts/" + a.ID}
	if s.Refused > 0 {
		n.Title = counted(s.Listings, "listing that Towpath ended at 0 has stock again and is off sale", "listings that Towpath ended at 0 have stock again and are off sale") +
			fmt.Sprintf(": the channel refused to put up %d of them again, which is tried again every hour", s.Refused)
		n.Command, n.Page = "towpath errors --account "+a.ID, "/errors?account="+a.ID
	}
	if a.PausedReason != "" || a.Observing {
		n.Acts = Towpath
	}
	return n, true
}
