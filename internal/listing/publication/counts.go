package publication

import "github.com/towpath/towpath/internal/listing"

// Counts are the items of a run by outcome.
type Counts struct {
	Items    int `json:"items"`
	Done     int `json:"done"`
	Invalid  int `json:"invalid"`  // our own check is against them
	Refused  int `json:"refused"`  // the channel is
	Skipped  int `json:"skipped"`  // not sent, with a reason
	Warnings int `json:"warnings"` // of those done, with warnings
}

// Add sums counts.
func (c Counts) Add(d Counts) Counts {
	return Counts{c.Items + d.Items, c.Done + d.Done, c.Invalid + d.Invalid, c.Refused + d.Refused, c.Skipped + d.Skipped, c.Warnings + d.Warnings}
}

// Settled are the items whose fate is known.
func (c Counts) Settled() int { return c.Done + c.Invalid + c.Refused + c.Skipped }

// Count adds n items of a status to those of their outcome; warned of them have warnings. Items, which counts new ones, is left alone.
func (c *Counts) Count(status Status, stage listing.Stage, n, warned int) {
	switch {
	case status == Done:
		c.Done, c.Warnings = c.Done+n, c.Warnings+warned
	case status == Skipped:
		c.Skipped += n
	case status == Error && stage == listing.Response:
		c.Refused += n
	case status == Error:
		c.Invalid += n
	}
}

// count adds an item to those of its outcome.
func (c *Counts) count(i *Item) {
	warned := 0
	if i.Warnings > 0 {
		warned = 1
	}
	c.Count(i.Status, i.Stage, 1, warned)
}
