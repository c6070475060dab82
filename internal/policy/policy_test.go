package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/policy"
)

// Ecommerce Pro's help page "Retry of synchronization of shipment" says: up to three calls after answers such as 503 and 429, the
// wait grows by 1.5 s with each attempt, then it stops.
func TestShipmentsAreRetriedAsTheHelpPageSays(t *testing.T) {
	t.Parallel()
	set, err := policy.BuiltIn()
	require.NoError(t, err)
	busy := &channel.Fault{Class: channel.Unavailable, Status: 503}
	var waits []time.Duration
	for calls := 1; ; calls++ {
		wait, again := set.Shipments.Next(calls, busy)
		if !again {
			require.Equal(t, 3, calls)
			break
		}
		waits = append(waits, wait)
	}
	require.Equal(t, []time.Duration{1500 * time.Millisecond, 3 * time.Second}, waits)

	for _, c := range []channel.Class{channel.Invalid, channel.Auth, channel.Missing, channel.Limit, channel.Config} {
		_, again := set.Shipments.Next(1, &channel.Fault{Class: c})
		require.False(t, again, "%s is not worth another call", c)
	}
}

func TestALongerRetryAfterWins(t *testing.T) {
	t.Parallel()
	p := policy.Policy{Attempts: 3, Growth: policy.Linear, Base: time.Second, Ceiling: 2 * time.Second, Retry: []channel.Class{channel.Throttled}}
	wait, again := p.Next(1, &channel.Fault{Class: channel.Throttled, RetryAfter: time.Minute})
	require.True(t, again)
	require.Equal(t, time.Minute, wait, "even above the ceiling: the channel knows best")
	wait, _ = p.Next(1, &channel.Fault{Class: channel.Throttled, RetryAfter: time.Millisecond})
	require.Equal(t, time.Second, wait)
}

// Case A5: Retry-After of a day in a scan that runs once a minute.
func TestNoJobWaitsLongerThanItsLongestWait(t *testing.T) {
	t.Parallel()
	set, err := policy.BuiltIn()
	require.NoError(t, err)
	asked := func(d time.Duration) *channel.Fault { return &channel.Fault{Class: channel.Throttled, RetryAfter: d} }
	for name, tc := range map[string]struct {
		p    policy.Policy
		most time.Duration
	}{
		"orders": {set.Orders, time.Minute}, "stock": {set.Stock, 5 * time.Minute}, "shipments": {set.Shipments, 24 * time.Hour}, "listings": {set.Listings, 24 * time.Hour},
		"orders, a hundred times as fast": {set.Orders.Scaled(100), 5 * time.Second},
	} {
		wait, again := tc.p.Next(1, asked(tc.most))
		require.True(t, again, name)
		require.Equal(t, tc.most, wait, name)
		_, again = tc.p.Next(1, asked(tc.most+time.Second))
		require.False(t, again, name)
	}
}

func TestMistakesInThePoliciesSayWhatWouldBeRight(t *testing.T) {
	t.Parallel()
	const good = "{attempts: 1, wait: constant 1s, ceiling: 1s, retry: [network]}"
	for name, tc := range map[string]struct{ text, want string }{
		"a kind is missing": {"orders: " + good, `no policy for "stock"`},
		"unknown growth":    {"orders: {attempts: 1, wait: cubic 1s, ceiling: 1s}\nstock: " + good + "\nshipments: " + good, "constant, linear or exponential"},
		"unknown class":     {"orders: {attempts: 1, wait: linear 1s, ceiling: 1s, retry: [rain]}\nstock: " + good + "\nshipments: " + good, `no class "rain"`},
		"unknown key":       {"orders: {tries: 3}", "tries"},
		"low longest":       {"orders: {attempts: 1, wait: linear 1s, ceiling: 9s, longest: 8s}\nstock: " + good + "\nshipments: " + good, "9s or more"},
		"low ceiling":       {"orders: {attempts: 1, wait: linear 5s, ceiling: 1s}\nstock: " + good + "\nshipments: " + good, "5s or more"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := policy.Parse([]byte(tc.text))
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("orders: {attempts: 1, wait: linear 1s, ceiling: 1s, retry: [network]}"))
	f.Fuzz(func(_ *testing.T, text []byte) { _, _ = policy.Parse(text) })
}
