package wire_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/wire"
)

func TestBudgetsRunAtTheMarketplacesSpeed(t *testing.T) {
	t.Parallel()
	plans := map[string]wire.Plan{"searchOrders": {Rate: 0.0056, Burst: 20}, "confirmShipment": {Rate: 2, Burst: 10}, "search": {Rate: 5, Burst: 2}}
	for _, c := range []struct {
		speed     float64
		operation string
		burst     int // calls at once: the published burst at speed 1, at higher speeds at least the calls of one real second
		wait      time.Duration
		want      int // calls that are allowed when the burst is used up and the wait is over
	}{
		{1, "searchOrders", 20, 178 * time.Second, 0},
		{1, "searchOrders", 20, 180 * time.Second, 1},
		{100, "searchOrders", 20, 1800 * time.Millisecond, 1},
		{1, "confirmShipment", 10, 3 * time.Second, 6},
		{1, "confirmShipment", 10, time.Hour, 10},
		{1000, "confirmShipment", 2000, 100 * time.Millisecond, 200},
		{1, "search", 2, time.Hour, 2},
		{2, "search", 10, time.Hour, 10},
	} {
		now := time.Now()
		l := wire.NewLimiter(wire.Options{Speed: c.speed, Now: func() time.Time { return now }}, plans)
		_, burst := l.Available(c.operation)
		require.Equal(t, c.burst, burst)
		require.True(t, l.AllowN(c.operation, burst))
		require.False(t, l.Allow(c.operation))
		now = now.Add(c.wait)
		through := 0
		for l.Allow(c.operation) {
			through++
		}
		require.Equal(t, c.want, through, "%s at %v after %v", c.operation, c.speed, c.wait)
		require.True(t, l.Allow("anything else"))
	}
}

func TestRequestsAreBounded(t *testing.T) {
	t.Parallel()
	request := func(body string) *http.Request {
		return httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	}
	var into struct{ A int }
	require.NoError(t, wire.ReadJSON(request(`{"a":1}`), &into))
	require.Equal(t, 1, into.A)
	require.Error(t, wire.ReadJSON(request(`{"a":1} {}`), &into))
	require.ErrorIs(t, wire.ReadJSON(request(strings.Repeat(" ", wire.MaxBody+1)), &into), wire.ErrTooLarge)
}
