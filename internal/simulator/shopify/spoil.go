package shopify

import (
	"slices"

	"github.com/towpath/towpath/internal/simulator/faults"
)

// spoilPage returns a spoiled page if a fault asks for it: nodes in another order, the same cursor once more, or a
// cursor that leads to the same page again. again reports that this page is already such a repeat.
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
