package order_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

func TestHowAnOrderStandsAgainstItsShipByDate(t *testing.T) {
	t.Parallel()
	now := epoch.UnixMicro()
	at := func(d time.Duration) int64 { return epoch.Add(d).UnixMicro() }
	for name, tc := range map[string]struct {
		state  order.State
		shipBy int64
		want   order.Promise
	}{
		"no date":              {order.Open, 0, ""},
		"passed":               {order.Open, at(-time.Second), order.PromiseLate},
		"this moment":          {order.Open, at(0), order.PromiseLate},
		"a moment is left":     {order.Processing, at(time.Second), order.PromiseAtRisk},
		"a day is left":        {order.Processed, at(order.RiskAhead), order.PromiseAtRisk},
		"more than a day":      {order.Open, at(order.RiskAhead + time.Second), order.PromiseOnTime},
		"shipped":              {order.Shipped, at(-time.Hour), ""},
		"completed":            {order.Completed, at(-time.Hour), ""},
		"cancelled":            {order.Cancelled, at(-time.Hour), ""},
		"deleted":              {order.Deleted, at(-time.Hour), ""},
		"not paid":             {order.AwaitingPayment, at(-time.Hour), ""},
		"packed, unconfirmed":  {order.Processed, at(-time.Hour), order.PromiseLate},
		"skipped, also if due": {order.Skipped, at(-time.Hour), ""},
	} {
		require.Equal(t, tc.want, order.PromiseOf(tc.state, tc.shipBy, now), name)
	}
}
