package activities_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store/backfills"
	"github.com/towpath/towpath/internal/store/runs"
)

// paced notes whose scans were given another interval.
type paced struct{ accounts []string }

func (p *paced) PaceScans(_ context.Context, account string) error {
	p.accounts = append(p.accounts, account)
	return nil
}

// A report: what is over becomes history, what is known stays, the channel is asked for what may be open, and has it or not. A repeated
// step changes nothing, and a search of the same time finds nothing new.
func TestAReportIsSavedStepByStep(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	ctx := t.Context()
	s.list(5, "MUG")
	s.push()
	placed, err := s.market.Place(ctx, market.Purchase{BookID: "1", Currency: "GBP", Paid: true, Lines: []market.PurchaseLine{{SKU: "MUG", Title: "Mug", Quantity: 2, UnitPrice: 100}}})
	require.NoError(t, err)
	require.Empty(t, placed.Refused)
	scans := &paced{}
	o := &activities.Orders{Environment: s.environment, Lifecycles: s.caller, Pushes: s.caller, Scans: scans}
	s.env.RegisterActivity(o)

	day := time.Now().UTC().Add(-48 * time.Hour).Truncate(time.Second)
	line := func(id string, shipped int) order.Snapshot {
		return order.Snapshot{ID: id, Reference: id, PlacedAt: day, UpdatedAt: day, Paid: true, Fulfilment: map[bool]order.Fulfilment{true: order.FulfilmentShipped, false: order.FulfilmentUnshipped}[shipped > 0],
			Lines: []order.SnapshotLine{{ID: order.ReportLineID(id, 1), SKU: "MUG", Quantity: 2, Shipped: shipped}}}
	}
	var report []string
	for _, o := range []order.Snapshot{line("over", 2), line(placed.OrderID, 0), line("204-9999999-9999999", 0)} {
		body, err := json.Marshal(o)
		require.NoError(t, err)
		report = append(report, string(body))
	}
	b := backfills.Backfill{ID: "b1", Account: account, Records: backfill.Orders, Range: backfill.Range{From: day, To: day.Add(time.Hour)}, Report: "r.txt"}
	require.NoError(t, s.store.Backfills.Ask(ctx, b, report))

	rows := activities.BackfillRowsInput{Account: account, RunID: "b1"}
	for range 2 {
		got, err := s.env.ExecuteActivity(o.BackfillRows, rows)
		require.NoError(t, err)
		var out activities.BackfillOutput
		require.NoError(t, got.Get(&out))
		require.Equal(t, []string{placed.OrderID, "204-9999999-9999999"}, out.Ask)
		require.Equal(t, 3, out.Row)
		require.Equal(t, 1, out.Counts.Seen)
	}
	ask := func(id string) message.Counts {
		got, err := s.env.ExecuteActivity(o.BackfillOrder, activities.BackfillOrderInput{Account: account, RunID: "b1", OrderID: id})
		require.NoError(t, err)
		var out activities.BackfillOutput
		require.NoError(t, got.Get(&out))
		require.Nil(t, out.Fault)
		return out.Counts
	}
	require.Equal(t, 1, ask(placed.OrderID).Saved)
	require.Equal(t, message.Counts{Seen: 1, Same: 1}, ask(placed.OrderID))
	require.Equal(t, message.Counts{Seen: 1, Skipped: 1}, ask("204-9999999-9999999"), "the channel does not have it")

	got, err := s.env.ExecuteActivity(o.BackfillRows, activities.BackfillRowsInput{Account: account, RunID: "b1", Row: 3})
	require.NoError(t, err)
	var gone activities.BackfillOutput
	require.NoError(t, got.Get(&gone))
	require.Equal(t, activities.CodeNoRows, gone.Fault.Code, "rows that the store does not have were not read")

	end := activities.MarkBackfillInput{EndInput: activities.EndInput{Account: message.Account{ID: account}, RunID: "b1", Started: day}, State: backfill.Done, Row: 3}
	_, err = s.env.ExecuteActivity(o.MarkBackfill, end)
	require.NoError(t, err)
	require.Equal(t, []string{account}, scans.accounts)
	list, err := s.store.Runs.List(ctx, runs.RunFilter{Kind: runs.RunBackfill})
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.True(t, list[0].Ended())
	saved, err := s.store.Backfills.Get(ctx, "b1")
	require.NoError(t, err)
	require.Equal(t, 1.0, saved.Share())
}
