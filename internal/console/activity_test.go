package console

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// A run that sends packages again has no workflow that could answer for it; a push that nobody answers for says so.
func TestARunThatSendsPackagesAgainSaysSo(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for kind, workflowID := range map[runs.RunKind]string{runs.RunShipments: "", runs.RunStock: "stock/ebay-uk"} {
		require.NoError(t, b.store.Runs.StartRun(b.ctx, runs.Run{ID: string(kind), Kind: kind, Account: "ebay-uk", Endpoint: channel.Production, WorkflowID: workflowID, StartedAt: time.Now()}))
	}
	found, err := b.asked.Register(b.ctx, wording.NoTemporal)
	require.NoError(t, err)
	c := &console{starter: b.asked}
	said := map[runs.RunKind]string{}
	for _, a := range found.Activities {
		for _, now := range c.activityRow(starter.Activity{Activity: a.Activity}).Now {
			said[a.Kind] = now.Words.Text
		}
	}
	require.Equal(t, map[runs.RunKind]string{runs.RunShipments: wording.SendingAgain, runs.RunStock: wording.NoAnswer}, said)
	require.Contains(t, b.page("/activity"), wording.SendingAgain)
}
