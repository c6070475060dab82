package starter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// A run that sends packages again has no workflow: nobody is asked for it, and it says what goes on.
func TestARunWithoutAWorkflowIsNotAskedFor(t *testing.T) {
	t.Parallel()
	d, f := newFaulty(t, nil)
	_, found := d.Query(t.Context(), "")
	require.False(t, found)
	run := runs.Run{ID: "sync", Kind: runs.RunShipments, Account: "ebay-uk", Endpoint: channel.Production, StartedAt: time.Now()}
	require.NoError(t, d.store.Runs.StartRun(t.Context(), run))
	_, err := d.Register(t.Context(), "")
	require.NoError(t, err)
	detail, err := d.RunDetail(t.Context(), run.ID)
	require.NoError(t, err)
	require.Nil(t, detail.Live)
	all, err := d.store.Summaries(t.Context())
	require.NoError(t, err)
	now, err := d.Syncing(t.Context(), "", all)
	require.NoError(t, err)
	require.NotContains(t, f.calls(), "query ")
	require.Len(t, now.Running, 1)
	require.Equal(t, wording.SendingAgain, now.Running[0].Progress)
	require.Equal(t, wording.Busy, now.Running[0].Tone)
}
