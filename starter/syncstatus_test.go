package starter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/backfills"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// syncing returns what runs and is queued while Temporal is not asked; the queued by account and kind.
func (d *fixture) syncing(t *testing.T) (starter.Syncing, map[string]starter.Queued) {
	t.Helper()
	all, err := d.store.Summaries(t.Context())
	require.NoError(t, err)
	now, err := d.Syncing(t.Context(), wording.NoTemporal, all)
	require.NoError(t, err)
	queued := make(map[string]starter.Queued)
	for _, q := range now.Queued {
		require.NotContains(t, queued, q.Account+" "+string(q.Kind)+" "+q.RunID)
		queued[q.Account+" "+string(q.Kind)+" "+q.RunID] = q
	}
	return now, queued
}

// What waits says why, and names the command that helps.
func TestWhatIsQueuedSaysWhy(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	ctx, now := t.Context(), time.Now()
	for _, id := range []string{"pub-1", "pub-2"} {
		require.NoError(t, d.store.Publications.AskPublication(ctx, publications.Publication{ID: id, Account: "ebay-uk", Endpoint: channel.Production, By: "ann",
			AskedAt: now}))
	}
	require.NoError(t, d.store.Publications.BeginPublication(ctx, "pub-1", "listings/ebay-uk/production"))
	seen, queued := d.syncing(t)
	require.Len(t, seen.Running, 1)
	require.Equal(t, "pub-1", seen.Running[0].RunID)
	require.Equal(t, "in progress", seen.Running[0].Progress, "nobody was asked how far it is")
	behind := queued["ebay-uk listings pub-2"]
	require.Equal(t, starter.Behind, behind.Reason)
	require.Equal(t, "behind run pub-1", behind.Why)
	require.Equal(t, starter.Next, queued["ebay-uk stock "].Reason)

	until := now.Add(time.Hour)
	require.NoError(t, d.store.Runs.EndRunAsked(ctx, runs.Run{ID: "asked", Kind: runs.RunStock, Account: "ebay-uk", StartedAt: now, EndedAt: now}, until))
	_, queued = d.syncing(t)
	require.Equal(t, starter.Throttled, queued["ebay-uk stock "].Reason)
	require.Equal(t, until.UnixMicro(), queued["ebay-uk stock "].Until.UnixMicro())
	require.Equal(t, "towpath runs now stock --account ebay-uk", queued["ebay-uk stock "].Command)

	require.NoError(t, d.store.Backfills.Ask(ctx, backfills.Backfill{ID: "back-1", Account: "ebay-uk", Records: backfill.Orders, State: backfill.Running, AskedAt: now,
		Range: backfill.Range{From: now.Add(-48 * time.Hour), To: now}}, nil))
	require.NoError(t, d.store.Backfills.Mark(ctx, "back-1", backfill.Paused))
	for _, w := range []account.Work{account.Stock, account.Listings} {
		_, err := d.store.Accounts.PauseWork(ctx, "ebay-uk", w, "a count")
		require.NoError(t, err)
	}
	_, queued = d.syncing(t)
	require.Equal(t, "stock paused: a count", queued["ebay-uk stock "].Why)
	require.Equal(t, "towpath accounts resume ebay-uk --only stock", queued["ebay-uk stock "].Command)
	require.Equal(t, "listings paused: a count", queued["ebay-uk listings pub-2"].Why)
	for _, w := range []account.Work{account.Stock, account.Listings} {
		_, err := d.store.Accounts.ResumeWork(ctx, "ebay-uk", w)
		require.NoError(t, err)
	}
	_, err := d.store.Accounts.Pause(ctx, "ebay-uk", "stock take")
	require.NoError(t, err)
	_, queued = d.syncing(t)
	for _, what := range []string{"orders ", "stock ", "listings pub-2"} {
		q := queued["ebay-uk "+what]
		require.Equal(t, starter.Paused, q.Reason, what)
		require.Equal(t, "paused: stock take", q.Why, what)
		require.Equal(t, "towpath accounts resume ebay-uk", q.Command, what)
	}
	require.Equal(t, "towpath backfill resume ebay-uk", queued["ebay-uk backfill back-1"].Command)

	_, err = d.store.Settings.Observe(ctx, "ebay-uk")
	require.NoError(t, err)
	_, err = d.store.Accounts.Resume(ctx, "ebay-uk")
	require.NoError(t, err)
	_, queued = d.syncing(t)
	require.Equal(t, starter.Observing, queued["ebay-uk stock "].Reason)
}
