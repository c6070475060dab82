package listing

import (
	"fmt"
	"slices"
	"time"
)

// PublicationCounts are the numbers of items of a publication by outcome.
type PublicationCounts struct {
	Items    int `json:"items"`
	Done     int `json:"done"`
	Invalid  int `json:"invalid"`  // refused by Towpath's own check
	Refused  int `json:"refused"`  // refused by the channel
	Skipped  int `json:"skipped"`  // not sent, with a reason
	Warnings int `json:"warnings"` // of those done, with warnings
}

// Add returns the sum of two counts.
func (c PublicationCounts) Add(d PublicationCounts) PublicationCounts {
	return PublicationCounts{c.Items + d.Items, c.Done + d.Done, c.Invalid + d.Invalid, c.Refused + d.Refused, c.Skipped + d.Skipped, c.Warnings + d.Warnings}
}

// Ended returns how many items have ended.
func (c PublicationCounts) Ended() int { return c.Done + c.Invalid + c.Refused + c.Skipped }

// leastNormal is the shortest normal duration: what usually takes seconds may take minutes on a busy day without a
// problem.
const leastNormal = 10 * time.Minute

// unknownNormal is used while there are no runs to compute from: Amazon's feeds may take hours.
const unknownNormal = 2 * time.Hour

// Normal is how long runs of an account usually take at most.
type Normal struct {
	Duration time.Duration `json:"duration"`
	Runs     int           `json:"runs"` // it was computed from; 0 = none, so it is a guess
}

// NormalOf computes the normal duration from those of the last successful runs: the greater of twice their median and
// the slowest of them, and at least ten minutes.
func NormalOf(durations []time.Duration) Normal {
	if len(durations) == 0 {
		return Normal{Duration: unknownNormal}
	}
	sorted := slices.Sorted(slices.Values(durations))
	median := sorted[len(sorted)/2]
	return Normal{Duration: max(2*median, sorted[len(sorted)-1], leastNormal), Runs: len(sorted)}
}

// String returns the normal duration and where it comes from.
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

// Stalled reports whether something has been pending since a time for longer than normal.
func (n Normal) Stalled(since, now time.Time) bool {
	return !since.IsZero() && now.Sub(since) > n.Duration
}
