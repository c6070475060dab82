package shopify

import (
	"slices"

	"github.com/towpath/towpath/internal/simulator/faults"
)

// spoilPage spoils a page as it is asked for: its nodes in another order, the cursor that led here once more, or one
// that leads to the same page again. again tells that this page is such a second one.
func (s *shop) spoilPage(c connection, operation, after string, again bool, same string) connection {
	if n := len(c.cursors); n > 0 {
		c.end = c.cursors[n-1]
	}
	if s.options.Injector.Strikes(faults.ReorderedPage, operation) {
		slices.Reverse(c.nodes)
		slices.Reverse(c.cursors)
	}
	if !c.more {
		return c
	}
	if !again && s.options.Injector.Strikes(faults.DuplicatePage, operation) {
		c.end = same
	}
	if after != "" && s.options.Injector.Strikes(faults.RepeatedCursor, operation) {
		c.end = after
	}
	return c
}
