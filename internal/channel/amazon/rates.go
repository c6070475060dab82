package amazon

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// beside are the published rates, in calls per second, of calls without an entry in channel.Allowances (the models'
// "Usage Plan" tables).
var beside = map[string]float64{
	opParticipations:  0.016,
	opDeleteListing:   5,
	opGetFeeds:        0.0222,
	opGetListing:      5,
	opGetFeedDocument: 0.0222,
	opGetReport:       2,
}

// restoring returns the time after which an operation's budget allows one more call: the wait after a 429, which has
// no Retry-After. It uses the rate in earlier answers for the account, or else the published one.
func (c *client) restoring(operation string) time.Duration {
	if limit, ok := c.limits.Load(operation); ok {
		return perCall(limit.(channel.ObservedRate).PerSecond)
	}
	return perCall(publishedRate(operation))
}

// heed stores the rate in an answer.
func (c *client) heed(operation, limit string) {
	if rate, err := strconv.ParseFloat(limit, 64); err == nil && rate > 0 {
		c.limits.Store(operation, channel.ObservedRate{Call: operation, PerSecond: rate, At: time.Now().UTC()})
	}
}

// ObservedRates returns the rates in Amazon's answers to this process. The answers do not contain the calls left.
func (c *client) ObservedRates() []channel.ObservedRate {
	var rates []channel.ObservedRate
	c.limits.Range(func(_, observed any) bool {
		rates = append(rates, observed.(channel.ObservedRate))
		return true
	})
	slices.SortFunc(rates, func(a, b channel.ObservedRate) int { return cmp.Compare(a.Call, b.Call) })
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

// perCall returns the time per call at a rate in calls per second; 0 when there is no rate.
func perCall(rate float64) time.Duration {
	if !(rate > 0) {
		return 0
	}
	const longest = 10 * time.Minute // searchOrders: 0.0056/s is 3 minutes
	return time.Duration(min(1/rate, longest.Seconds()) * float64(time.Second))
}
