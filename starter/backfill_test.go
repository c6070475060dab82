package starter_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/starter"
)

var past = backfill.Range{From: epoch, To: epoch.Add(24 * time.Hour)}

// The store says that a backfill has ended a moment before its workflow ends: the next one must not join that workflow, or nobody
// would read it.
func TestABackfillStartsAfterTheLastOneHasEnded(t *testing.T) {
	t.Parallel()
	starts := 0
	d, f := newFaulty(t, func(call, _ string) error {
		if call == "start" {
			if starts++; starts < 3 {
				return serviceerror.NewWorkflowExecutionAlreadyStarted("it runs", "", "")
			}
		}
		return nil
	})
	b, err := d.Backfill(t.Context(), starter.BackfillRequest{Account: "ebay-uk", Records: backfill.Orders, Range: past})
	require.NoError(t, err)
	require.Equal(t, backfill.Running, b.State)
	begun := slices.DeleteFunc(f.calls(), func(call string) bool { return call != "start backfill/ebay-uk" })
	require.Len(t, begun, 3)
}

// A crash between the row and the workflow, and a workflow that somebody ended, leave a backfill that runs by its row alone: the sweep
// starts it, unless its account waits for a person or it has ended.
func TestALostBackfillIsStartedAgain(t *testing.T) {
	t.Parallel()
	away := true
	d, f := newFaulty(t, func(call, _ string) error {
		switch {
		case call == "start" && away:
			return errAway
		case call == "describe":
			return errMissing
		}
		return nil
	})
	starts := func() int {
		return len(slices.DeleteFunc(f.calls(), func(call string) bool { return call != "start backfill/ebay-uk" }))
	}
	b, err := d.Backfill(t.Context(), starter.BackfillRequest{Account: "ebay-uk", Records: backfill.Orders, Range: past})
	require.ErrorContains(t, err, "towpath backfill resume "+b.ID)
	require.Equal(t, 1, starts())

	away = false
	_, err = d.store.Accounts.Pause(t.Context(), "ebay-uk", "holidays")
	require.NoError(t, err)
	require.NoError(t, d.StartLostBackfills(t.Context()))
	require.Equal(t, 1, starts(), "its account is paused")
	_, err = d.store.Accounts.Resume(t.Context(), "ebay-uk")
	require.NoError(t, err)
	require.NoError(t, d.StartLostBackfills(t.Context()))
	require.Equal(t, 2, starts())
	require.NoError(t, d.store.Backfills.Mark(t.Context(), b.ID, backfill.Paused))
	require.NoError(t, d.StartLostBackfills(t.Context()))
	require.Equal(t, 2, starts(), "a person has paused it")
}

// A backfill whose workflow is gone is stopped in the store, and so is its run.
func TestALostBackfillIsStopped(t *testing.T) {
	t.Parallel()
	d, _ := newFaulty(t, func(call, _ string) error {
		if call == "signal" {
			return errMissing
		}
		return nil
	})
	b, err := d.Backfill(t.Context(), starter.BackfillRequest{Account: "ebay-uk", Records: backfill.Orders, Range: past})
	require.NoError(t, err)
	require.NoError(t, d.store.Runs.StartRun(t.Context(), runs.Run{ID: b.ID, Kind: runs.RunBackfill, Account: "ebay-uk", StartedAt: b.AskedAt}))
	require.NoError(t, d.StopBackfill(t.Context(), b, "ann"))
	b, err = d.store.Backfills.Get(t.Context(), b.ID)
	require.NoError(t, err)
	require.Equal(t, backfill.Stopped, b.State)
	list, err := d.store.Runs.List(t.Context(), runs.RunFilter{ID: b.ID, Limit: 1})
	require.NoError(t, err)
	require.True(t, list[0].Ended())
}

// What each order of a report is, by its lines.
func TestWhatTheOrdersOfAReportAre(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "orders.csv")
	require.NoError(t, os.WriteFile(file, []byte(`Name,Id,Financial Status,Fulfillment Status,Created at,Lineitem quantity,Lineitem name,Lineitem sku,Lineitem requires shipping,Lineitem fulfillment status,Cancelled at
#1,5001,paid,fulfilled,2026-11-20 10:00:00 +0000,1,Mug,MUG,true,fulfilled,
#2,5002,paid,partial,2026-11-20 10:00:00 +0000,1,Mug,MUG,true,fulfilled,
#2,,,,,1,Lamp,LAMP,true,pending,
#3,5003,paid,unfulfilled,2026-11-20 10:00:00 +0000,1,Mug,MUG,true,pending,
#4,5004,paid,unfulfilled,2026-11-20 10:00:00 +0000,1,Gift card,,false,pending,
#5,5005,refunded,restocked,2026-11-20 10:00:00 +0000,1,Mug,MUG,true,restocked,
#6,5006,voided,unfulfilled,2026-11-20 10:00:00 +0000,1,Mug,MUG,true,pending,2026-11-21 10:00:00 +0000
`), 0o600))
	f, err := merchantfile.OpenPath(t.Context(), file, merchantfile.Options{Account: "shopify-uk"})
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	acc := accounts.Account{Account: message.Account{ID: "shopify-uk", Channel: channel.Shopify}}
	report, err := (&starter.Starter{}).ReadBackfill(t.Context(), acc, f, backfill.Range{})
	require.NoError(t, err)
	require.Empty(t, report.Read.Mistakes)
	var got []order.Reason
	for _, body := range report.Request.Orders {
		var s order.Snapshot
		require.NoError(t, json.Unmarshal([]byte(body), &s))
		got = append(got, acc.OrderPolicy().Skips(s))
	}
	require.Equal(t, []order.Reason{order.ReasonShipped, "", "", order.ReasonNoShipping, order.ReasonCancelled, order.ReasonCancelled}, got)
}
