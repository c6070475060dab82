package console

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/runs"
)

// The header of every page says what runs, what is queued and how many incidents there are; the page says why.
func TestTheSyncStatusIsOnEveryPage(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 5) // its levels are to be sent
	calm := textOf(b.page("/orders"))
	require.Contains(t, calm, "Running 0 Queued 3 no incidents", "one answer of Temporal that is late is none")

	require.NoError(t, b.store.Runs.StartRun(b.ctx, runs.Run{ID: "scan", Kind: runs.RunOrders, Account: "ebay-uk", Endpoint: channel.Production, StartedAt: time.Now().Add(-5 * time.Second)}))
	_, err := b.store.Accounts.Pause(b.ctx, "amazon-uk", "stock take")
	require.NoError(t, err)
	until := time.Now().Add(time.Hour)
	require.NoError(t, b.store.Runs.EndRunAsked(b.ctx, runs.Run{ID: "asked", Kind: runs.RunStock, Account: "shopify-uk", StartedAt: time.Now(), EndedAt: time.Now()}, until))
	b = b.again()
	for _, path := range []string{"/", "/orders", "/stock", "/errors", "/sync"} {
		text := textOf(b.page(path))
		require.Contains(t, text, "Running 1 Queued 4 ", path)
		require.Regexp(t, "1 level: throttled until (\\S+ )?"+until.UTC().Format("15:04:05Z"), text, "%s: with the date when it is another day", path)
		require.Contains(t, text, "amazon-uk: paused: stock take", path)
	}
	text := textOf(b.page("/sync"))
	for _, want := range []string{"ebay-uk orders", "in progress", "towpath runs now stock --account shopify-uk", "scans", "towpath accounts resume amazon-uk", "the next push takes it"} {
		require.Contains(t, text, want)
	}
}
