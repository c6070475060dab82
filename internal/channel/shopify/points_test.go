package shopify

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

// costOf returns the part of an answer that shows the points.
func costOf(requested, actual, most, left, rate float64) cost {
	c := cost{Requested: requested, Actual: actual}
	c.Throttle.Maximum, c.Throttle.Available, c.Throttle.RestoreRate = most, left, rate
	return c
}

func TestWhatThePointsPayFor(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		observed cost
		then     time.Duration // after the answer
		wait     time.Duration
	}{
		"nothing was reported":       {cost{}, 0, 0},
		"enough is left":             {costOf(400, 380, 1000, 600, 100), 0, 0},
		"too little is left":         {costOf(400, 380, 1000, 150, 100), 0, 2500 * time.Millisecond},
		"some was restored":          {costOf(400, 380, 1000, 150, 100), 2 * time.Second, 500 * time.Millisecond},
		"all was restored":           {costOf(400, 380, 1000, 150, 100), 3 * time.Second, 0},
		"more than the bucket holds": {costOf(1200, 0, 1000, 150, 100), 0, 0},
		"the clock was set back":     {costOf(400, 380, 1000, 150, 100), -time.Hour, 2500 * time.Millisecond},
		"nonsense":                   {costOf(400, 380, 1000, 150, -1), 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var p points
			p.begin()
			p.end("orders", tc.observed, now)
			require.Equal(t, tc.wait, p.missingFor("orders", now.Add(tc.then)))
			require.Zero(t, p.missingFor("another", now), "nothing is known of its price")
			p.begin() // a call in progress may give points back
			require.Zero(t, p.missingFor("orders", now))
		})
	}
}

// A product is begun only if the bucket has points for all of its calls, besides those in progress and the reserve.
func TestPointsAreHeldForWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	var p points
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	held, wait := p.hold(now, p.asks("look", "set"))
	require.Zero(t, wait, "nothing is known yet")
	require.InDelta(t, 2*usual, held, 0)
	p.release(held)
	p.begin()
	p.end("look", costOf(100, 90, 1000, 700, 100), now)
	first, wait := p.hold(now, p.asks("look", "set"))
	require.Zero(t, wait)
	second, wait := p.hold(now, p.asks("look", "set"))
	require.Zero(t, wait)
	third, wait := p.hold(now, p.asks("look", "set"))
	require.Zero(t, wait)
	_, wait = p.hold(now, p.asks("look", "set"))
	require.Equal(t, time.Second, wait, "150 points and the reserve of 200; 450 are held")
	require.Zero(t, p.missingFor("orders", now), "orders have the reserve")
	for _, held := range []float64{first, second, third} {
		p.release(held)
	}
	_, wait = p.hold(now, p.asks("look", "set"))
	require.Zero(t, wait)
}

func TestWhatIsObserved(t *testing.T) {
	t.Parallel()
	var p points
	require.Empty(t, p.observed())
	p.begin()
	p.end("orders", costOf(400, 50, 1000, 200, 100), time.Unix(1, 0))
	p.begin()
	p.end("fulfillmentCreate", costOf(10, 0, 1000, 190, 100), time.Unix(2, 0))
	p.begin()
	p.end("shop", cost{}, time.Unix(3, 0)) // no answer came
	require.Equal(t, []channel.ObservedRate{
		{Call: "fulfillmentCreate", PerSecond: 10, Burst: 100, Left: 19, At: time.Unix(2, 0), Restores: 100},
		{Call: "orders", PerSecond: 2, Burst: 2.5, Left: 190.0 / 400, At: time.Unix(1, 0), Restores: 100},
	}, p.observed())
}

// A call that would surely be refused is not made; the fault says how long to wait.
func TestACallThatCantBePaidIsNotMade(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		_, _ = fmt.Fprint(w, `{"data":{"order":null},"extensions":{"cost":{"requestedQueryCost":100,"actualQueryCost":90,
			"throttleStatus":{"maximumAvailable":1000,"currentlyAvailable":4,"restoreRate":0.001}}}}`)
	}))
	t.Cleanup(server.Close)
	conn := open(t, channel.Account{BaseURL: server.URL, Simulated: true, Location: "l", Credentials: map[string]string{"accessToken": "x"}})
	began := time.Now()
	_, err := conn.Order(t.Context(), "gid://shopify/Order/1")
	requireFault(t, err, channel.Missing, CodeNotFound)
	_, err = conn.Order(t.Context(), "gid://shopify/Order/1")
	fault := requireFault(t, err, channel.Throttled, "THROTTLED")
	const wait = 96_000 * time.Second // from 4 to 100 points, at 0.001 points per second
	require.LessOrEqual(t, fault.RetryAfter, wait)
	require.GreaterOrEqual(t, fault.RetryAfter, wait-time.Since(began))
	require.False(t, fault.Ambiguous)
	require.EqualValues(t, 1, calls.Load())
	require.Len(t, conn.ObservedRates(), 1)
	require.Error(t, conn.Test(t.Context()), "another call is made")
	require.EqualValues(t, 2, calls.Load())
}
