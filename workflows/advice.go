package workflows

import (
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/remedy"
)

// advice returns what to do about the fault of a package, in markdown, for the Web UI: the cause, the remedy's title and its steps, as the command
// line and the console have them. Those may know more of it: a workflow has neither the channel's own words nor the merchant's remedies. It is
// text that nothing depends on, so that it may change between two replays.
//
// It reads an embedded file, and iterates over maps only by their sorted keys:
//
//workflowcheck:ignore
func advice(o message.OrderKey, f *channel.Fault) string {
	c, err := remedy.BuiltIn()
	if err != nil || f == nil {
		return ""
	}
	r := c.For(o.Account.Channel, f, "").OfShipment(f).Named(remedy.Names{Account: o.Account.ID, Reference: o.OrderID}).OnceParked()
	lines := []string{r.CauseWords() + " " + r.Title + " (" + r.Actor() + ")."}
	for _, step := range r.Steps {
		lines = append(lines, "- "+step)
	}
	return strings.Join(lines, "\n")
}
