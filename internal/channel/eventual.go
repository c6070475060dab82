package channel

import "time"

// Eventual is a connection whose channel accepts levels before they are live, and sometimes never makes them live:
// what it accepted is read back once it should have settled.
type Eventual interface {
	// Settles is how long after it was accepted a level should show.
	Settles() time.Duration
}

// Planner is a connection whose plans say of each SKU what goes to the channel. On one that is none, everything of a draft is sent, with a
// quantity.
type Planner interface {
	// Sends reports whether anything is sent of a SKU with this plan (see listing.Draft; it may be empty), and whether a quantity goes with it.
	Sends(plan string) (sent, level bool)
}
