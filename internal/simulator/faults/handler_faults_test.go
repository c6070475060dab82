package faults_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/faults"
)

// A planned fault of a handler waits for its handler: a call of the same operation must not use it up.
func TestAQuirkIsKeptForTheHandlerThatPlaysIt(t *testing.T) {
	t.Parallel()
	i := faults.New(1, faults.Rates{})
	url, done := serve(t, i)
	i.Next(faults.RepeatedCursor, "buy", 2)
	i.Next(faults.Throttle, "buy", 1)
	require.Equal(t, http.StatusTooManyRequests, call(t.Context(), url+"/buy").status, "the fault behind it is not held up")
	require.Equal(t, answer, call(t.Context(), url+"/buy").body)
	require.Equal(t, int64(1), done.Load())
	require.False(t, i.Strikes(faults.RepeatedCursor, "sell"))
	require.False(t, i.Strikes(faults.ProductGone, "buy"))
	require.True(t, i.Strikes(faults.RepeatedCursor, "buy"))
	require.True(t, i.Strikes(faults.RepeatedCursor, "buy"))
	require.False(t, i.Strikes(faults.RepeatedCursor, "buy"))
	require.Equal(t, map[faults.Kind]int64{faults.RepeatedCursor: 2, faults.Throttle: 1}, i.Counts())
	var none *faults.Injector
	require.False(t, none.Strikes(faults.RepeatedCursor, "buy"))
}

func TestQuirksStrikeAtTheirRateOnTheirOperations(t *testing.T) {
	t.Parallel()
	strikes := func(seed uint64, rates faults.Rates) (all []bool, n int64) {
		i := faults.New(seed, rates)
		for range 4000 {
			all = append(all, i.Strikes(faults.NeverLive, "level"))
		}
		return all, i.Counts()[faults.NeverLive]
	}
	first, n := strikes(3, faults.Rates{NeverLive: 0.1})
	again, _ := strikes(3, faults.Rates{NeverLive: 0.1})
	other, _ := strikes(4, faults.Rates{NeverLive: 0.1})
	require.Equal(t, first, again)
	require.NotEqual(t, first, other)
	require.InDelta(t, 400, n, 100)
	_, n = strikes(3, faults.Rates{NeverLive: 1, Operations: []string{"level"}})
	require.Equal(t, int64(4000), n)
	_, n = strikes(3, faults.Rates{NeverLive: 1, Operations: []string{"order"}})
	require.Zero(t, n)
	_, n = strikes(3, faults.Rates{ProductGone: 1})
	require.Zero(t, n)
}

// The order of calls of different operations depends on the machine: it must not change which faults an operation
// gets.
func TestEachOperationHasItsOwnRandomStream(t *testing.T) {
	t.Parallel()
	outcomes := func(between int) (outcomes []int) {
		i := faults.New(9, faults.Rates{Throttle: 0.3, RepeatedCursor: 0.5})
		h := i.Wrap(bookshop{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if i.Strikes(faults.RepeatedCursor, bookshop{}.Operation(r)) {
				w.WriteHeader(http.StatusTeapot)
			}
		}))
		for range 300 {
			for range between {
				h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/look", http.NoBody))
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/buy", http.NoBody))
			outcomes = append(outcomes, w.Code)
		}
		return outcomes
	}
	require.Equal(t, outcomes(0), outcomes(3))
}

func TestFaultsGoByName(t *testing.T) {
	t.Parallel()
	for _, k := range faults.All() {
		require.NotEmpty(t, faults.Effect(k), k)
		rates, err := faults.Parse(faults.Rates{}, string(k)+"=0.25")
		require.NoError(t, err)
		require.Equal(t, 0.25, rates.Of(k))
		text, err := json.Marshal(rates)
		require.NoError(t, err)
		shown := `{"` + string(k) + `":0.25}`
		if slices.Contains(faults.OrderFaults(), k) {
			shown = `{"orders":` + shown + `}`
		}
		require.JSONEq(t, shown, string(text))
	}
	rates, err := faults.Parse(faults.Rates{Lost: 0.5, Slow: 0.1}, "lost=0,never-live=1")
	require.NoError(t, err)
	require.Equal(t, faults.Rates{Slow: 0.1, NeverLive: 1}, rates)
	_, err = faults.Parse(faults.Rates{}, "lots=0.1")
	require.ErrorIs(t, err, faults.ErrKind)
	for _, word := range []string{"lost", "lost=", "lost=x", "lost=2", "lost=NaN"} {
		_, err = faults.Parse(faults.Rates{}, word)
		require.Error(t, err, word)
	}
}

// One kind is switched and the others stay as they are.
func TestAPartOfTheRatesIsSwitched(t *testing.T) {
	t.Parallel()
	i := faults.New(1, faults.Rates{Throttle: 0.1, Lost: 0.2, Operations: []string{"buy"}})
	url, _ := serve(t, i)
	for body, status := range map[string]int{`{"lost":0,"duplicate-page":0.5}`: 200, `{"lots":1}`: 400, `{"lost":2}`: 400} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, url+faults.AdminPath, strings.NewReader(body))
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, status, answer.StatusCode, body)
	}
	require.Equal(t, faults.Rates{Throttle: 0.1, DuplicatePage: 0.5, Operations: []string{"buy"}}, i.Rates())
}
