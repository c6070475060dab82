package amazon

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// beside are the published rates, in calls per second, of the calls that channel.Allowances does not name: they
// come along with others (the models' "Usage Plan" tables).
var beside = map[string]float64{
	opParticipations:  0.016,
	opDeleteListing:   5,
	opGetFeeds:        0.0222,
	opGetListing:      5,
	opGetFeedDocument: 0.0222,
}

// restoring is the time in which an operation's budget restores one call: how long to wait after a 429, which has no
// Retry-After. Other answers name the rate that is enforced for the account; before the first of them it is the
// published one.
func (c *client) restoring(operation string) time.Duration {
	if limit, ok := c.limits.Load(operation); ok {
		return perCall(limit.(channel.LearnedRate).PerSecond)
	}
	return perCall(publishedRate(operation))
}

// heed remembers the rate that an answer names.
func (c *client) heed(operation, limit string) {
	if rate, err := strconv.ParseFloat(limit, 64); err == nil && rate > 0 {
		c.limits.Store(operation, channel.LearnedRate{Call: operation, PerSecond: rate, At: time.Now().UTC()})
	}
}

// Learned tells the rates that Amazon's answers to this process named. They do not say how much is left.
func (c *client) Learned() []channel.LearnedRate {
	var rates []channel.LearnedRate
	c.limits.Range(func(_, told any) bool {
		rates = append(rates, told.(channel.LearnedRate))
		return true
	})
	slices.SortFunc(rates, func(a, b channel.LearnedRate) int { return cmp.Compare(a.Call, b.Call) })
	return rates
}

func publishedRate(operation string) float64 {
	for _, a := range channel.Allowances(channel.Amazon) {
		for _, call := range a.Calls {
			if call.Call == operation {
				return call.PerSecond
			}
		}
	}
	return beside[operation]
}

// perCall is the time that one call takes at a rate in calls per second; 0 when there is none.
func perCall(rate float64) time.Duration {
	if !(rate > 0) {
		return 0
	}
	const longest = 10 * time.Minute // searchOrders: 0.0056/s is 3 minutes
	return time.Duration(min(1/rate, longest.Seconds()) * float64(time.Second))
}
