package listing

// PublicationCounts are the items of a publication by outcome.
type PublicationCounts struct {
	Items    int `json:"items"`
	Done     int `json:"done"`
	Invalid  int `json:"invalid"`  // our own check is against them
	Refused  int `json:"refused"`  // the channel is
	Skipped  int `json:"skipped"`  // not sent, with a reason
	Warnings int `json:"warnings"` // of those done, with warnings
}

// Add sums counts.
func (c PublicationCounts) Add(d PublicationCounts) PublicationCounts {
	return PublicationCounts{c.Items + d.Items, c.Done + d.Done, c.Invalid + d.Invalid, c.Refused + d.Refused, c.Skipped + d.Skipped, c.Warnings + d.Warnings}
}

// Settled are the items whose fate is known.
func (c PublicationCounts) Settled() int { return c.Done + c.Invalid + c.Refused + c.Skipped }
