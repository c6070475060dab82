package channel

import "time"

// Eventual is a connection whose channel accepts levels before they are live, and sometimes never makes them live:
// what it accepted is read back once it should have settled.
type Eventual interface {
	// Settles is how long after it was accepted a level should show.
	Settles() time.Duration
}
