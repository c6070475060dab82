package channel

import "time"

const (
	// LeastReadBack is how long the listings of an account are left before they are read back, however few they are.
	LeastReadBack = 6 * time.Hour
	// ReadBackShare is the share of what a channel allows that reading listings back uses at most, seen over a day.
	ReadBackShare = 0.15
)

// ReadBackEvery returns how often an account with a number of listings has all of them read back: every LeastReadBack, or less often
// where that would use more than ReadBackShare of the calls, or points, that the channel allows.
func ReadBackEvery(k Kind, listings int) time.Duration {
	seconds := 0.0
	for _, takes := range ReadBackTakes(k, listings) {
		seconds = max(seconds, takes.Cost/takes.PerSecond)
	}
	return max(LeastReadBack, time.Duration(seconds/ReadBackShare*float64(time.Second)).Round(time.Minute))
}

// ReadBackTakes returns what it costs to read a number of listings once, in calls or points, by bucket.
func ReadBackTakes(k Kind, listings int) []PublishedRate {
	a, found := AllowanceOf(k, OpListings)
	if !found || a.Units == 0 {
		return nil
	}
	turns := (listings + a.Units - 1) / a.Units
	var out []PublishedRate
	for _, c := range a.Calls {
		c.Cost *= float64(turns)
		if n := len(out); n > 0 && c.Bucket != "" && out[n-1].Bucket == c.Bucket {
			out[n-1].Cost += c.Cost
			continue
		}
		out = append(out, c)
	}
	return out
}
