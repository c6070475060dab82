package main

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/runs"
)

// A rate shows its source, the resulting budget and what the channel reported, with and without Temporal.
func TestLimitsShowWhereEachRateComesFromAndHowItIsUsed(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	ctx := context.Background()
	now := time.Now().UTC()
	require.NoError(t, b.store.Accounts.SaveFileRates(ctx, map[string]map[channel.Operation]float64{"amazon-uk": {channel.OpOrder: 0.25, channel.OpShipment: 1}}))
	require.NoError(t, b.store.Accounts.SetRate(ctx, "amazon-uk", channel.OpOrder, 0.1))
	require.NoError(t, b.store.Accounts.SaveObservedRates(ctx, "shopify-uk", []channel.ObservedRate{{Call: "fulfillmentCreate", PerSecond: 66, Restores: 2000, At: now}}))
	call := func(class channel.Class) runs.Call {
		return runs.Call{Account: "amazon-uk", Endpoint: channel.Production, Budget: channel.OpOrder,
			Call: channel.Call{Operation: "getOrder", Status: 200, Class: class, At: now}}
	}
	require.NoError(t, b.store.Runs.SaveCalls(ctx, []runs.Call{call("")}))
	require.NoError(t, b.store.Runs.SaveCalls(ctx, []runs.Call{call(channel.Throttled)}))
	require.NoError(t, b.store.Runs.SaveCalls(ctx, []runs.Call{call("")}))

	code, out, errs := b.run("limits", "--account", "amazon-uk")
	require.Equal(t, exitDone, code, errs)
	require.Regexp(t, `amazon-uk +order +0\.1 +set by hand .*Z +3 +50% +-\n +1 +getOrder 0\.5/s`, out)
	require.Regexp(t, `amazon-uk +shipment +1 +accounts file`, out)
	require.Regexp(t, `amazon-uk +orders +1 +published .*\n.*kept by the schedule`, out)
	require.Contains(t, out, "TOWPATH_TEMPORAL_ADDRESS")
	require.NotContains(t, out, "shopify-uk")

	code, out, errs = b.run("limits", "-o", "json")
	require.Equal(t, exitDone, code, errs)
	var shown limitsShown
	require.NoError(t, json.Unmarshal([]byte(out), &shown))
	found := false
	for _, l := range shown.Limits {
		if l.Account == "shopify-uk" && l.Operation == channel.OpShipment {
			found = true
			require.Equal(t, accounts.RateObserved, l.Source)
			require.InDelta(t, 20, l.Rate, 0.001, "a shop that restores 2,000 points has 20 times the budget")
			require.Len(t, l.Observed, 1)
		}
	}
	require.True(t, found)
}
