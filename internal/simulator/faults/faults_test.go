package faults_test

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
)

// bookshop is a channel with two operations: its path's name.
type bookshop struct{}

func (bookshop) Throttled(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "slow down", http.StatusTooManyRequests)
}

func (bookshop) Unavailable(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "closed", http.StatusServiceUnavailable)
}

func (bookshop) Failed(w http.ResponseWriter, _ *http.Request, n int64) {
	http.Error(w, "failure "+strconv.FormatInt(n, 10), http.StatusInternalServerError)
}

func (bookshop) Operation(r *http.Request) string { return strings.TrimPrefix(r.URL.Path, "/") }

func (bookshop) Operations() []string { return []string{"buy", "look"} }

const answer = `{"ok":true,"words":"a proper answer of some length"}`

// serve runs a bookshop with faults and counts the calls that it carried out.
func serve(t *testing.T, i *faults.Injector) (address string, done *atomic.Int64) {
	t.Helper()
	done = &atomic.Int64{}
	mux := http.NewServeMux()
	mux.Handle(faults.AdminPath, i.Admin())
	mux.Handle("/", i.Wrap(bookshop{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		done.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answer)
	})))
	server := httptest.NewUnstartedServer(mux)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	return server.URL, done
}

// outcome is what a client sees of one call.
type outcome struct {
	status int
	body   string
	size   int64
	err    error
}

func call(ctx context.Context, url string) outcome {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader("{}"))
	if err != nil {
		return outcome{err: err}
	}
	transport := &http.Transport{DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return outcome{err: err}
	}
	defer func() { _ = resp.Body.Close() }()
	var head strings.Builder
	n, err := io.Copy(&limited{Builder: &head}, resp.Body)
	return outcome{status: resp.StatusCode, body: head.String(), size: n, err: err}
}

// limited keeps the first 200 bytes.
type limited struct{ *strings.Builder }

func (l *limited) Write(p []byte) (int, error) {
	if room := 200 - l.Len(); room > 0 {
		l.Builder.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func TestEveryKindIsSeenByAClient(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind  faults.Kind
		done  int64
		check func(*testing.T, outcome)
	}{
		{faults.Throttle, 0, func(t *testing.T, o outcome) { require.Equal(t, 429, o.status) }},
		{faults.Unavailable, 0, func(t *testing.T, o outcome) { require.Equal(t, 503, o.status) }},
		{faults.Slow, 1, func(t *testing.T, o outcome) { require.Equal(t, answer, o.body) }},
		{faults.Hang, 0, func(t *testing.T, o outcome) { require.ErrorIs(t, o.err, context.DeadlineExceeded) }},
		{faults.Reset, 0, func(t *testing.T, o outcome) { require.Error(t, o.err); require.Zero(t, o.status) }},
		{faults.Lost, 1, func(t *testing.T, o outcome) { require.Error(t, o.err); require.Zero(t, o.status) }},
		{faults.Malformed, 1, func(t *testing.T, o outcome) {
			require.NoError(t, o.err)
			require.Equal(t, 200, o.status)
			require.False(t, json.Valid([]byte(o.body)))
		}},
		{faults.Truncated, 1, func(t *testing.T, o outcome) {
			require.ErrorIs(t, o.err, io.ErrUnexpectedEOF)
			require.Equal(t, answer[:len(answer)/2], o.body)
		}},
		{faults.Huge, 0, func(t *testing.T, o outcome) {
			require.NoError(t, o.err)
			require.Greater(t, o.size, int64(64<<20))
			require.LessOrEqual(t, o.size, int64(100<<20))
		}},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			i := faults.New(1, faults.Rates{SlowMillis: 1})
			url, done := serve(t, i)
			i.Next(c.kind, "buy", 1)
			require.Equal(t, answer, call(t.Context(), url+"/look").body, "another operation goes through")
			ctx := t.Context()
			if c.kind == faults.Hang {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, 100*time.Millisecond)
				defer cancel()
			}
			before := done.Load()
			c.check(t, call(ctx, url+"/buy"))
			require.Equal(t, c.done, done.Load()-before, "carried out")
			require.Equal(t, answer, call(t.Context(), url+"/buy").body, "only once")
			require.Equal(t, map[faults.Kind]int64{c.kind: 1}, i.Counts())
		})
	}
}

func TestRatesAreHeldAndDrawnFromTheSeed(t *testing.T) {
	t.Parallel()
	outcomes := func(seed uint64, rates faults.Rates) (outcomes []int, i *faults.Injector) {
		i = faults.New(seed, rates)
		h := i.Wrap(bookshop{}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
		for range 6000 {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/buy", http.NoBody))
			outcomes = append(outcomes, w.Code)
		}
		return outcomes, i
	}
	rates := faults.Rates{Throttle: 0.1, Unavailable: 0.05}
	first, i := outcomes(7, rates)
	again, _ := outcomes(7, rates)
	other, _ := outcomes(8, rates)
	require.Equal(t, first, again)
	require.NotEqual(t, first, other)
	require.InDelta(t, 600, i.Counts()[faults.Throttle], 120)
	require.InDelta(t, 300, i.Counts()[faults.Unavailable], 90)

	rates.Operations = []string{"sell"}
	_, i = outcomes(7, rates)
	require.Empty(t, i.Counts())
	var none *faults.Injector
	require.NotNil(t, none.Wrap(bookshop{}, http.NotFoundHandler()), "a nil injector injects nothing")
}

func TestFaultsAreSwitchedWhileRunning(t *testing.T) {
	t.Parallel()
	i := faults.New(1, faults.Rates{})
	url, _ := serve(t, i)
	require.Equal(t, 200, call(t.Context(), url+"/buy").status)
	state, err := faults.Switch(t.Context(), url, faults.Rates{Throttle: 1})
	require.NoError(t, err)
	require.Equal(t, 1.0, state.Rates.Throttle)
	require.Equal(t, 429, call(t.Context(), url+"/buy").status)
	state, err = faults.Show(t.Context(), url)
	require.NoError(t, err)
	require.Equal(t, map[faults.Kind]int64{faults.Throttle: 1}, state.Injected)
	_, err = faults.Switch(t.Context(), url, faults.Rates{Throttle: 2})
	require.ErrorContains(t, err, "from 0 to 1")
	require.Error(t, i.Set(faults.Rates{Lost: math.NaN()}))
	require.Error(t, i.Set(faults.Rates{Lost: 0.6, Slow: 0.6}))
	require.NoError(t, faults.Occasional.Check())
}

func TestStoppingLetsGoOfHangingCalls(t *testing.T) {
	t.Parallel()
	i := faults.New(1, faults.Rates{Hang: 1})
	url, _ := serve(t, i)
	answered := make(chan outcome, 1)
	go func() { answered <- call(t.Context(), url+"/buy") }()
	polltest.Until(t, "the call hangs", func() bool { return i.Counts()[faults.Hang] == 1 })
	i.Stop()
	require.Error(t, (<-answered).err)
}

// Case G8: the demonstration's occasional faults left no room for unavailable=1.
func TestAGivenRateTakesTheRoomOfTheOthers(t *testing.T) {
	t.Parallel()
	rates, err := faults.Parse(faults.Occasional, "unavailable=1")
	require.NoError(t, err)
	require.Equal(t, faults.Rates{Unavailable: 1}, rates)
	rates, err = faults.Parse(faults.Rates{Throttle: 0.3, Lost: 0.1}, "unavailable=0.8", "never-live=1")
	require.NoError(t, err)
	require.InDelta(t, 0.15, rates.Throttle, 1e-9)
	require.InDelta(t, 0.05, rates.Lost, 1e-9)
	rates, err = faults.Parse(faults.Occasional, "throttle=0.1", "lost=0.2", "slow=0.3", "hang=0.1", "reset=0.3")
	require.NoError(t, err, "fractions that add up to 1")
	require.Zero(t, rates.Unavailable)
	_, err = faults.Parse(faults.Rates{}, "lost=0.6", "slow=0.6")
	require.ErrorContains(t, err, "add up to 1.2: ")
}

// An order is of one channel: what may happen to others takes no room from it.
func TestOrderFaultsAddUpPerChannel(t *testing.T) {
	t.Parallel()
	_, err := faults.Parse(faults.Rates{}, "cancel-without-lines=0.9", "reopen=0.9", "moved-line=0.9")
	require.NoError(t, err, "each on a channel of its own")
	_, err = faults.Parse(faults.Rates{}, "unfulfil=0.6", "moved-line=0.6")
	require.ErrorContains(t, err, "add up to 1.2 on ebay: ")
}
