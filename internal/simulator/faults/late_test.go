package faults_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
)

// A late request is carried out although its caller has gone, and after the retry: of both the late one is the last.
func TestALateRequestIsCarriedOutAfterItsRetry(t *testing.T) {
	t.Parallel()
	i := faults.New(1, faults.Rates{SlowMillis: 500})
	url, done := serve(t, i)
	i.Next(faults.Late, "buy", 1)
	require.Error(t, call(t.Context(), url+"/buy").err)
	require.Equal(t, answer, call(t.Context(), url+"/buy").body)
	polltest.Until(t, "both are carried out", func() bool { return done.Load() == 2 })
	require.Equal(t, map[faults.Kind]int64{faults.Late: 1}, i.Counts())
}

func TestAStoppedMarketplaceCarriesNothingOutLater(t *testing.T) {
	t.Parallel()
	i := faults.New(1, faults.Rates{SlowMillis: 3_600_000})
	url, done := serve(t, i)
	i.Next(faults.Late, "buy", 1)
	require.Error(t, call(t.Context(), url+"/buy").err)
	i.Stop()
	require.Zero(t, done.Load())
}

// An exchange of a token that comes late would end the grant that its retry brought.
func TestTokensAreNeverExchangedLate(t *testing.T) {
	t.Parallel()
	i := faults.New(1, faults.Rates{Late: 1})
	url, _ := serve(t, i)
	require.Equal(t, answer, call(t.Context(), url+"/token").body)
	require.Empty(t, i.Counts())
}

// Nobody knows of a server error whether the request was carried out: every second one is.
func TestEverySecondServerErrorIsCarriedOut(t *testing.T) {
	t.Parallel()
	i := faults.New(1, faults.Rates{ServerError: 1})
	url, done := serve(t, i)
	for n := range 6 {
		got := call(t.Context(), url+"/buy")
		require.Equal(t, http.StatusInternalServerError, got.status)
		require.Equal(t, fmt.Sprintf("failure %d\n", n+1), got.body)
		require.EqualValues(t, (n+1)/2, done.Load())
	}
}

// The same subjects are chosen by every call and in every run, in the share that the rate says.
func TestTheSameSubjectsAreChosenAlways(t *testing.T) {
	t.Parallel()
	chosen := func(seed uint64, rates faults.Rates) (all map[string]bool) {
		i, all := faults.New(seed, rates), map[string]bool{}
		for n := range 1000 {
			sku := fmt.Sprintf("SKU-%d", n)
			all[sku] = i.Chosen(faults.ForbiddenSKU, "buy", sku)
			require.Equal(t, all[sku], i.Chosen(faults.ForbiddenSKU, "buy", sku))
		}
		return all
	}
	count := func(all map[string]bool) (n int) {
		for _, is := range all {
			if is {
				n++
			}
		}
		return n
	}
	first := chosen(1, faults.Rates{ForbiddenSKU: 0.2})
	require.InDelta(t, 200, count(first), 50)
	require.Equal(t, first, chosen(1, faults.Rates{ForbiddenSKU: 0.2}))
	require.NotEqual(t, first, chosen(2, faults.Rates{ForbiddenSKU: 0.2}))
	require.Equal(t, 1000, count(chosen(1, faults.Rates{ForbiddenSKU: 1})))
	require.Zero(t, count(chosen(1, faults.Rates{ForbiddenSKU: 1, Operations: []string{"look"}})))
	require.Zero(t, count(chosen(1, faults.Rates{SKUError: 1})))
	var none *faults.Injector
	require.False(t, none.Chosen(faults.ForbiddenSKU, "buy", "SKU-1"))
	require.Zero(t, none.Rate(faults.ForbiddenSKU))
}

// A kind that a channel does not have is said to exist elsewhere, and has no rate there.
func TestKindsAreThoseOfTheChannel(t *testing.T) {
	t.Parallel()
	all := faults.Rates{Lost: 0.1, FeedRejected: 1, ProtectedFields: 1, SKUError: 0.5}
	require.Equal(t, faults.Rates{Lost: 0.1, FeedRejected: 1, SKUError: 0.5}, all.For(channel.Amazon))
	require.Equal(t, faults.Rates{Lost: 0.1, SKUError: 0.5}, all.For(channel.EBay))
	require.Equal(t, faults.Rates{Lost: 0.1, ProtectedFields: 1}, all.For(channel.Shopify))
	require.Contains(t, faults.Effect(faults.SKUError), " (amazon, ebay only)")
	require.NotContains(t, faults.Effect(faults.Lost), "only)")
}
