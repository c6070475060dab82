package starter_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/runs"
)

// Case A5. The channel has asked to wait for a day. Each command that a person gives lets its own kind of run ask at once, and wakes
// the one that waits; resume lets all.
func TestAPersonMayAskBeforeTheChannelSaysSo(t *testing.T) {
	t.Parallel()
	resume := func(ctx context.Context, d *fixture) error {
		return d.Resume(ctx, "ebay-uk", func(context.Context) error { return nil })
	}
	for name, tc := range map[string]struct {
		ask    func(ctx context.Context, d *fixture) error
		kind   runs.RunKind
		signal string
	}{
		"sync orders":     {func(ctx context.Context, d *fixture) error { _, err := d.SyncOrders(ctx, "ebay-uk", false); return err }, runs.RunOrders, ""},
		"sync stock":      {func(ctx context.Context, d *fixture) error { return d.SyncStock(ctx, "ebay-uk", false) }, runs.RunStock, message.StockWorkflowID("ebay-uk")},
		"import links":    {func(ctx context.Context, d *fixture) error { return d.ImportLinks(ctx, "ebay-uk") }, runs.RunLinks, message.LinksWorkflowID("ebay-uk")},
		"run levels now":  {func(ctx context.Context, d *fixture) error { return d.RunNow(ctx, "ebay-uk", runs.RunLevels) }, runs.RunLevels, message.LevelsWorkflowID("ebay-uk")},
		"resume, orders":  {resume, runs.RunOrders, ""},
		"resume, stock":   {resume, runs.RunStock, message.StockWorkflowID("ebay-uk")},
		"resume, levels":  {resume, runs.RunLevels, message.LevelsWorkflowID("ebay-uk")},
		"resume, listing": {resume, runs.RunListings, message.PublicationWorkflowID("ebay-uk", "production")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, f := newFaulty(t, nil)
			ctx := t.Context()
			for _, account := range []string{"ebay-uk", "amazon-uk"} {
				run := runs.Run{ID: account, Kind: tc.kind, Account: account, StartedAt: epoch, EndedAt: epoch, FaultID: "f"}
				require.NoError(t, d.store.Runs.EndRunAsked(ctx, run, time.Now().Add(24*time.Hour)))
			}
			require.NoError(t, tc.ask(ctx, d))
			left, err := d.store.Runs.Waits(ctx)
			require.NoError(t, err)
			require.Len(t, left, 1)
			require.Equal(t, "amazon-uk", left[0].Account)
			if tc.signal != "" {
				require.Contains(t, f.calls(), "signal "+tc.signal)
			}
		})
	}
}
