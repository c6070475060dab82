package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/orders"
)

// However long names and references are, lists keep within a hundred columns: what is copied moves to a line of its own, in one
// piece.
func TestListsKeepWithinAHundredColumns(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	ctx, reference, line := context.Background(), "202-5538961-7743559", "202-5538961-7743559-1"
	_, err := b.store.Accounts.Pause(ctx, "shopify-uk", "the warehouse counts its stock until Monday, and nothing may be sold before it is done")
	require.NoError(t, err)
	_, err = b.store.Orders.SavePage(ctx, orders.Page{Account: "amazon-uk", RunID: "run", SeenAt: epoch, Orders: []order.Snapshot{b.order(reference)}})
	require.NoError(t, err)
	found, err := b.store.Orders.Find(ctx, orders.OrderFilter{Reference: reference})
	require.NoError(t, err)
	require.NoError(t, b.store.Packages.SavePackages(ctx, found[0].Key.RowID, []shipment.Package{{ID: "pack-0123456789-0123456789", Label: "LBL-QG6BW574X4", Carrier: "Royal Mail",
		TrackingNumber: "TPOIAH4OONUFKKD5", ShippedAt: epoch, Contents: []shipment.Content{{LineID: line, Quantity: 1}}}}))
	workflow := message.ShipmentWorkflowID("amazon-uk", reference, "P1")
	require.NoError(t, b.store.Incidents.Park(ctx, incidents.Parked{WorkflowID: workflow, Account: "amazon-uk", Reference: reference, Package: "pack-0123456789-0123456789",
		Since: time.Now().Add(-time.Hour), Fault: channel.NewFault(channel.Limit, "confirmShipment", "words")}))
	for command, copied := range map[string][]string{
		"orders":                         {reference, "shopify-uk-only", "BACKORDERED"},
		"order 1001 --account amazon-uk": {"amazon-uk", "1001-1", "BACKORDERED"},
		"order " + reference:             {reference, line, "pack-0123456789-0123456789", "TPOIAH4OONUFKKD5"},
		"packages --state saved":         {reference, "pack-0123456789-0123456789"},
		"packages show " + reference:     {"pack-0123456789-0123456789", "tracking-number"},
		"status":                         {"towpath retry " + workflow, "towpath accounts resume shopify-uk", "towpath links list --unlinked --account amazon-uk", "pack-0123456789-0123456789"},
		"runs list":                      {"run-9", "QuotaExceeded"},
		"accounts":                       {"amazon-uk"},
		"accounts show shopify-uk":       {"shopify-uk"},
		"limits":                         {"searchOrders"},
		"incidents":                      {"amazon-uk"},
		"links list":                     {"LAMP"},
		"stock":                          {"lamp"},
		"stock lamp":                     {"amazon-uk"},
		"stock ledger lamp":              {"order 1001 on amazon-uk"},
		"config":                         {"TOWPATH_DATABASE_URL"},
	} {
		_, out, errs := b.run(strings.Fields(command)...)
		for _, text := range copied {
			require.Contains(t, out, text, "%s\n%s%s", command, out, errs)
		}
		for line := range strings.Lines(out) {
			if strings.Contains(strings.TrimSpace(line), "  ") { // two spaces: a row of columns, not a sentence
				require.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), lineWidth, "%s\n%s", command, out)
			}
		}
	}
}

// Whatever a need says: the command that helps can be copied from one line.
func TestACommandThatHelpsIsPrintedInOnePiece(t *testing.T) {
	t.Parallel()
	const command = "towpath publish retry --account amazon-uk --endpoint production"
	for n := range 30 {
		pg := &page{}
		showNeeds(pg, now{Needs: []incident.Need{{Account: "amazon-uk", Title: strings.Repeat("items ", n) + "wait", Acts: incident.You, Command: command}}}, epoch)
		require.Contains(t, pg.b.String(), command)
		requireNarrow(t, pg.b.String())
	}
}
