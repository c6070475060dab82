package ebay

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// manyLevels lists n products, and returns a level of 7 of each.
func (f *fixture) manyLevels(t *testing.T, n int) []channel.Level {
	t.Helper()
	goods := make([]market.Listing, n)
	for i := range goods {
		goods[i] = market.Listing{SKU: fmt.Sprintf("CUP-%03d", i), Title: "Cup", Price: 495, Quantity: 1}
	}
	require.NoError(t, f.market.List(t.Context(), goods))
	levels := make([]channel.Level, n)
	for i, g := range goods {
		shown, err := f.market.Listing(t.Context(), g.SKU)
		require.NoError(t, err)
		levels[i] = channel.Level{SKU: g.SKU, ListingRef: shown.Ref, Quantity: 7}
	}
	return levels
}

func TestATurnOfLevelsIsSeveralCalls(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	levels := f.manyLevels(t, 60)
	n, op := f.conn.Batch(60)
	require.Equal(t, []any{60, channel.OpLevels}, []any{n, op})
	n, _ = f.conn.Batch(1000)
	a, _ := channel.AllowanceOf(channel.EBay, channel.OpLevels)
	require.Equal(t, a.Units, n)
	require.Equal(t, levelCalls, a.CallsATurn())

	ctx, calls := channel.WithCalls(t.Context())
	answer, err := f.conn.SetLevels(ctx, levels)
	require.NoError(t, err)
	require.Len(t, answer.Results, 60)
	made := 0
	for _, c := range calls.List() {
		if c.Operation == opLevels {
			made++
		}
	}
	require.Equal(t, 3, made)
	for i, r := range answer.Results {
		require.Equal(t, levels[i].SKU, r.SKU, "in the order in which they were given")
		require.Nil(t, r.Fault)
		require.NotEmpty(t, r.RequestID)
	}

	_, err = f.conn.SetLevels(t.Context(), make([]channel.Level, n+1))
	require.Equal(t, channel.Invalid, channel.AsFault(err, "").Class)
}

func TestALevelIsInTheCallThatItIsGiven(t *testing.T) {
	t.Parallel()
	level := func(sku string, call int) channel.Level { return channel.Level{SKU: sku, Call: call} }
	a, b, c := level("A", 0), level("B", 0), level("C", 3)
	require.Equal(t, [][]channel.Level{{a, b}, {c}}, callsOf([]channel.Level{a, b, c}))
	require.Len(t, callsOf(make([]channel.Level, 51)), 3)
	require.Empty(t, callsOf(nil))
}

// What a failed call was about is sent again, what was accepted by another call of the turn stays accepted, and calls not begun by then are not made.
func TestACallOfATurnFails(t *testing.T) {
	t.Parallel()
	for _, kind := range []faults.Kind{faults.Throttle, faults.Unavailable, faults.Lost, faults.ServerError, faults.Malformed} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			levels := f.manyLevels(t, 200)
			f.injector.Next(kind, opLevels, 1)
			answer, err := f.conn.SetLevels(t.Context(), levels)
			if err != nil { // every call that was made was refused, or none followed
				require.Equal(t, faults.Throttle, kind)
				return
			}
			require.Len(t, answer.Results, len(levels))
			failed := map[*channel.Fault]int{}
			for i, r := range answer.Results {
				require.Equal(t, levels[i].SKU, r.SKU)
				shown, err := f.market.Listing(t.Context(), r.SKU)
				require.NoError(t, err)
				switch {
				case r.Fault == nil:
					require.Equal(t, 7, shown.Quantity)
				case r.Unsent:
					require.Equal(t, 1, shown.Quantity, "%s is said not to have been sent", r.SKU)
				default:
					require.False(t, r.Fault.Permanent(), "%s is sent again: %v", r.SKU, r.Fault)
				}
				if r.Fault != nil && !r.Unsent {
					failed[r.Fault]++
				}
			}
			if kind != faults.Throttle { // that one is the account's: its levels were not sent
				require.Len(t, failed, 1, "one fault for the call")
			}

			answer, err = f.conn.SetLevels(t.Context(), levels)
			require.NoError(t, err)
			for _, r := range answer.Results {
				require.Nil(t, r.Fault)
			}
		})
	}
}

// A refusal that comes first hides no call that may have been carried out: its levels are in doubt. Both calls are under way before either is answered.
func TestARefusalHidesNoLostAnswer(t *testing.T) {
	t.Parallel()
	var begun atomic.Int64
	both, refused := make(chan struct{}), make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+tokenPath, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"access_token":"t","expires_in":7200}`)
	})
	mux.HandleFunc("POST "+inventory+"/bulk_update_price_quantity", func(w http.ResponseWriter, _ *http.Request) {
		if begun.Add(1) == 1 {
			<-both
			defer close(refused)
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		close(both)
		<-refused
		panic(http.ErrAbortHandler) // the connection is closed without an answer
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	conn, err := Open(channel.Account{Endpoint: channel.Production, BaseURL: server.URL, Simulated: true,
		Credentials: map[string]string{"clientId": "a", "clientSecret": "b", "refreshToken": "c"}})
	require.NoError(t, err)
	answer, err := conn.SetLevels(t.Context(), make([]channel.Level, 2*maxLevels))
	require.NoError(t, err)
	unsent, unknown := 0, 0
	for _, r := range answer.Results {
		switch {
		case r.Unsent:
			unsent++
		case r.Fault.Ambiguous:
			unknown++
		}
	}
	require.Equal(t, []int{maxLevels, maxLevels}, []int{unsent, unknown})
}

func TestATurnThatIsRefusedIsOneFault(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	levels := f.manyLevels(t, 200)
	f.injector.Next(faults.Throttle, opLevels, levelCalls)
	ctx, calls := channel.WithCalls(t.Context())
	_, err := f.conn.SetLevels(ctx, levels)
	require.Equal(t, channel.Throttled, channel.AsFault(err, "").Class)
	require.LessOrEqual(t, len(calls.List()), levelsAtOnce+1, "no call is begun after the first refusal; one call is for the token")
	for _, l := range levels {
		shown, err := f.market.Listing(t.Context(), l.SKU)
		require.NoError(t, err)
		require.Equal(t, 1, shown.Quantity)
	}
}
