package publication

import "github.com/towpath/towpath/internal/listing"

// Tally is how many items of a run have the same status and stage.
type Tally struct {
	Status Status
	Stage  listing.Stage
	Items  int
	Warned int // of them, with warnings
}

// Count counts a run's items by outcome.
func Count(tallies []Tally) listing.PublicationCounts {
	var c listing.PublicationCounts
	for _, t := range tallies {
		c.Items += t.Items
		t.outcome(&c)
	}
	return c
}

// outcome adds the items to those of their outcome. Pending ones have none.
func (t Tally) outcome(c *listing.PublicationCounts) {
	switch {
	case t.Status == Done:
		c.Done, c.Warnings = c.Done+t.Items, c.Warnings+t.Warned
	case t.Status == Skipped:
		c.Skipped += t.Items
	case t.Status == Error && t.Stage == listing.Response:
		c.Refused += t.Items
	case t.Status == Error:
		c.Invalid += t.Items
	}
}

// tally is the item alone.
func (i *Item) tally() Tally {
	t := Tally{Status: i.Status, Stage: i.Stage, Items: 1}
	if i.Warnings > 0 {
		t.Warned = 1
	}
	return t
}
