package starter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/starter"
)

// A person may have the last day compared again, as far as it has settled: not what the scans have not read, and not before they have
// read anything.
func TestThePastDayIsComparedAgain(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d := newFixture(t)
	s := &starts{all: make(map[string][]any)}
	d.Temporal = s
	require.ErrorContains(t, d.CheckCoverage(ctx, "ebay-uk"), "no order of ebay-uk is old enough")

	now := time.Now().UTC()
	require.NoError(t, d.store.Runs.StartRun(ctx, runs.Run{ID: "first", Kind: runs.RunOrders, Account: "ebay-uk", Endpoint: channel.Production, StartedAt: now.Add(-100 * time.Hour)}))
	watermark := now.Add(-2 * time.Hour)
	_, err := d.store.Orders.SavePage(ctx, orders.Page{Account: "ebay-uk", RunID: "first", SeenAt: now, Last: true, NewWatermark: watermark})
	require.NoError(t, err)
	require.NoError(t, d.CheckCoverage(ctx, "ebay-uk"))
	in := s.all[message.WorkflowCoverage][0].(message.CoverageInput)
	require.Equal(t, watermark.Add(-time.Hour).Truncate(time.Second), in.Window.To, "an hour behind what the scans have read")
	require.Equal(t, in.Window.From.Truncate(time.Hour), in.Window.From)
	require.LessOrEqual(t, in.Window.To.Sub(in.Window.From), 24*time.Hour)
	require.Equal(t, channel.OpOrders, in.Budget)
}

// What a test endpoint lists is not compared, also when a person asks: it was never sold.
func TestATestEndpointIsNotCompared(t *testing.T) {
	t.Parallel()
	s, _ := openPublishing(t)
	now := time.Now().UTC()
	require.NoError(t, s.Store.Runs.StartRun(t.Context(), runs.Run{ID: "first", Kind: runs.RunOrders, Account: "shop-dev", Endpoint: channel.Test, StartedAt: now.Add(-100 * time.Hour)}))
	_, err := s.Store.Orders.SavePage(t.Context(), orders.Page{Account: "shop-dev", RunID: "first", SeenAt: now, Last: true, NewWatermark: now})
	require.NoError(t, err)
	err = s.RunNow(t.Context(), "shop-dev", runs.RunCoverage)
	var usage *starter.UsageError
	require.ErrorAs(t, err, &usage)
	require.ErrorContains(t, err, "shop-dev is of a test endpoint")
	require.ErrorContains(t, err, "towpath accounts")
}
