package listing

import (
	"fmt"
	"slices"
	"time"
)

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

// Ended are the items whose fate is known.
func (c PublicationCounts) Ended() int { return c.Done + c.Invalid + c.Refused + c.Skipped }

// leastNormal is the shortest normal duration: what takes seconds may take minutes on a busy day, and nothing is the matter.
const leastNormal = 10 * time.Minute

// unknownNormal is taken as long as there are no runs to go by: a feed of Amazon's may take hours.
const unknownNormal = 2 * time.Hour

// Normal is how long runs of an account usually take at most.
type Normal struct {
	Duration time.Duration `json:"duration"`
	Runs     int           `json:"runs"` // that it was computed from; 0: none so far, it is a guess
}

// NormalOf computes the normal duration from how long the last good runs took: twice their median or as long as the slowest of them,
// whichever is more, and never less than ten minutes.
func NormalOf(durations []time.Duration) Normal {
	if len(durations) == 0 {
		return Normal{Duration: unknownNormal}
	}
	sorted := slices.Sorted(slices.Values(durations))
	median := sorted[len(sorted)/2]
	return Normal{Duration: max(2*median, sorted[len(sorted)-1], leastNormal), Runs: len(sorted)}
}

// String says the normal duration with where it comes from.
func (n Normal) String() string {
	d := n.Duration.Round(time.Second)
	if n.Runs == 0 {
		return fmt.Sprintf("up to %s, as long as there are no runs to go by", d)
	}
	if n.Runs == 1 {
		return fmt.Sprintf("up to %s, by the last run", d)
	}
	return fmt.Sprintf("up to %s, by the last %d runs", d, n.Runs)
}

// Stalled reports whether what has been pending since a time is pending for longer than normal.
func (n Normal) Stalled(since, now time.Time) bool {
	return !since.IsZero() && now.Sub(since) > n.Duration
}
