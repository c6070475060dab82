package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/starter"
)

// A listing that is low on revisions is named, and so is the level that waits for it.
func TestLimitsNameListingsThatAreLowOnRevisions(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	ctx, now := context.Background(), time.Now().UTC()
	require.NoError(t, b.store.Settings.SaveAccounts(ctx, []accounts.Account{{Account: message.Account{ID: "ebay-uk", Channel: channel.EBay, Endpoint: channel.Production},
		OrderLocation: "main", StockLocations: []string{"main"}, Cap: stock.NoCap, ReserveAt: order.AtPlaced, Enabled: true}}))
	limit := stock.DayOf(channel.EBay.RevisionsADay(), 0)
	for range 130 {
		_, err := b.store.Levels.CountRevisions(ctx, "ebay-uk", []string{"110", "120"}, limit, now)
		require.NoError(t, err)
	}
	code, out, errs := b.run("limits", "--account", "ebay-uk")
	require.Equal(t, exitDone, code, errs)
	require.Contains(t, strings.Join(strings.Fields(out), " "), "2 listings of ebay-uk have used half of eBay's 250 revisions of the last 25 hours, or more: 110 (130), 120 (130).")
	_, out, _ = b.run("limits", "--account", "amazon-uk")
	require.NotContains(t, out, "revisions")
	require.Contains(t, starter.RevisedText([]levels.RevisedListing{{Account: "ebay-uk", Listing: "110", ADay: 250, UsedUpAt: now}})[0], "1 listing of ebay-uk has used")
}
