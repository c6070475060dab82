package starter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/store/runs"
)

// The line of a call that failed says that it was tried again only if it was for the same package, and how much later.
func TestALineOfTheLogSaysThatACallWasTriedAgain(t *testing.T) {
	t.Parallel()
	d, ctx := newFixture(t), t.Context()
	row, _ := d.parks(t, "amazon-uk", "1", "25001", epoch)
	run := register.ShipmentsRunID("amazon-uk", time.Now())
	for _, id := range []string{"tried", "waits"} {
		f := channel.NewFault(channel.Unavailable, "confirmShipment", "")
		f.Code, f.Hit = "503", channel.Hit{RunID: run, OrderID: row, PackageID: id}
		require.NoError(t, d.store.Runs.SaveFaults(ctx, "amazon-uk", []*channel.Fault{f}))
	}
	require.NoError(t, d.store.Runs.SaveCalls(ctx, []runs.Call{{Account: "amazon-uk", Endpoint: channel.Production, RunID: run, OrderID: row, PackageID: "tried",
		Call: channel.Call{Operation: "confirmShipment", Status: 200, At: time.Now().Add(time.Minute)}}}))
	log, err := d.Log(ctx, runs.LogFilter{Account: "amazon-uk", Errors: true, Limit: 9})
	require.NoError(t, err)
	said := map[string]bool{}
	for _, l := range log.Lines {
		if l.RunID != run {
			continue
		}
		said[l.Package] = l.Repeated
		if l.Repeated {
			require.Contains(t, l.Text, "failed: unavailable 503, tried again ")
		} else {
			require.NotContains(t, l.Text, "again")
		}
	}
	require.Equal(t, map[string]bool{"tried": true, "waits": false}, said)
}
