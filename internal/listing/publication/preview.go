package publication

// Channel is what Previews must know of the channel that a run goes to.
type Channel interface {
	// TestLists reports whether listings are really made on the channel's test endpoint.
	TestLists() bool
}

// Previews reports whether a run lists nothing, because the channel only validates what is sent to it: a run on the test
// endpoint of a channel whose test never writes. Which account makes the calls does not matter.
func Previews(test bool, on Channel) bool { return test && !on.TestLists() }
