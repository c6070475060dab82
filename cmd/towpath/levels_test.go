package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
)

// observed puts amazon-uk back to its first day: n listings with a quantity of ten, and no stock on hand.
func (b *fixture) observed(n int) {
	b.t.Helper()
	ctx := context.Background()
	b.fill()
	_, err := b.store.Settings.Observe(ctx, "amazon-uk")
	require.NoError(b.t, err)
	var listings []channel.Listed
	var list []links.Link
	for i := range n {
		sku := fmt.Sprintf("MUG-%02d", i)
		listings = append(listings, channel.Listed{SKU: sku, ListingID: sku, Ref: sku, Title: "A mug of stoneware with a very long name", State: channel.ListingLive, Quantity: 10})
		list = append(list, links.Link{Account: "amazon-uk", ChannelSKU: sku, SKU: sku, ListingRef: sku})
	}
	_, err = b.store.Links.SaveListings(ctx, links.ListingsPage{Account: "amazon-uk", RunID: "listings", SeenAt: time.Now(), Listings: listings, Last: true})
	require.NoError(b.t, err)
	require.NoError(b.t, b.store.Links.SaveLinks(ctx, list))
	require.NoError(b.t, b.scanned("amazon-uk"))
}

// scanned moves the account's watermark, as the end of a scan does.
func (b *fixture) scanned(account string) error {
	_, err := b.store.Orders.SavePage(context.Background(), orders.Page{Account: account, RunID: "scan", SeenAt: epoch, Last: true, NewWatermark: epoch})
	return err
}

func TestTheDiffShowsCountsFirst(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observed(3)
	code, out, errs := b.run("levels", "diff", "--account", "amazon-uk", "--only", "to-zero")
	require.Zero(t, code, errs)
	require.Contains(t, out, "amazon-uk: 0 same, 0 up, 0 down, 3 to-zero, 0 not-ours, 0 unlinked, 1 unknown.")
	require.Contains(t, out, "MUG-01")
	for _, line := range strings.Split(out, "\n")[3:] {
		require.LessOrEqual(t, len([]rune(line)), 100, line)
	}
	code, out, errs = b.run("levels", "diff", "--account", "amazon-uk", "-o", "json", "--limit", "2")
	require.Zero(t, code, errs)
	var d levels.Diff
	require.NoError(t, json.Unmarshal([]byte(out), &d))
	require.Len(t, d.Rows, 2)
	require.NotEmpty(t, d.After)
	for _, wrong := range [][]string{{"levels", "diff"}, {"levels", "diff", "--account", "amazon-uk", "--only", "sideways"}, {"levels", "diff", "--account", "amazon-uk", "--after", "x"}} {
		code, _, _ = b.run(wrong...)
		require.Equal(t, 2, code, wrong)
	}
}

func TestGoingLiveIsRefusedWhereShopsWouldBeEmptied(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observed(25)
	code, _, errs := b.run("accounts", "live", "amazon-uk")
	require.Equal(t, 1, code)
	require.Contains(t, errs, "25 of 26 listings would go to zero or above five times what is listed")
	require.Contains(t, errs, "levels diff --account amazon-uk")
	a, err := b.store.Accounts.Account(context.Background(), "amazon-uk")
	require.NoError(t, err)
	require.True(t, a.Observing)

	code, out, errs := b.run("accounts", "live", "amazon-uk", "--accept", "--by-whom", "ann")
	require.Zero(t, code, errs)
	require.Contains(t, out, "amazon-uk is live")
	require.Contains(t, out, "next sweep", "Temporal can't be reached here")
	code, out, _ = b.run("accounts", "live", "amazon-uk")
	require.Zero(t, code)
	require.Contains(t, out, "live already")
}

func TestGoingLiveAsksWhatBecomesOfHeldPackages(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observed(2)
	ctx := context.Background()
	found, err := b.store.Orders.Find(ctx, orders.OrderFilter{Account: "amazon-uk", Reference: "1001"})
	require.NoError(t, err)
	row := found[0].Key.RowID
	require.NoError(t, b.store.Packages.SavePackages(ctx, row, []shipment.Package{{ID: "p1", Label: "L1", Carrier: "DHL", TrackingNumber: "T1", ShippedAt: epoch,
		Contents: []shipment.Content{{LineID: "1001-1", Quantity: 2}}}}))
	done, err := b.store.Packages.ProcessPackage(ctx, row, "p1")
	require.NoError(t, err)
	require.Empty(t, done.Refused)

	code, _, errs := b.run("accounts", "live", "amazon-uk")
	require.Equal(t, 2, code)
	require.Contains(t, errs, "--held-packages send")
	require.Contains(t, errs, "--held-packages forget")
	code, out, errs := b.run("accounts", "live", "amazon-uk", "--held-packages", "forget", "--by-whom", "ann")
	require.Zero(t, code, errs)
	require.Contains(t, out, "marked as sent by other means: 1")
	d, err := b.store.Orders.Detail(ctx, row)
	require.NoError(t, err)
	require.Equal(t, shipment.Confirmed, d.Packages[0].State)
	require.Zero(t, d.Packages[0].Attempts)
}

func TestHeldLevelsAreShownAndReleased(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observed(25)
	ctx := context.Background()
	change := func(key string, by int) {
		var changes []stock.Change
		for i := range 25 {
			sku := fmt.Sprintf("MUG-%02d", i)
			changes = append(changes, stock.Change{Key: key + sku, SKU: sku, Location: "main", Kind: stock.Adjust, Quantity: by, Cause: stock.ByCount})
		}
		_, err := b.store.Ledger.ApplyStock(ctx, changes)
		require.NoError(t, err)
	}
	change("open", 10)
	b.golive("amazon-uk")
	code, out, _ := b.run("levels", "held")
	require.Zero(t, code)
	require.Contains(t, out, "holds nothing")
	change("mistake", -10)
	code, out, errs := b.run("levels", "held", "--account", "amazon-uk", "--limit", "5")
	require.Equal(t, 3, code)
	require.Contains(t, out, "MUG-03")
	require.Contains(t, errs, "levels release --account amazon-uk")
	code, out, errs = b.run("levels", "release", "--account", "amazon-uk", "MUG-03")
	require.Zero(t, code, errs)
	require.Contains(t, out, "1 level released")
	code, out, _ = b.run("levels", "release", "--account", "amazon-uk")
	require.Zero(t, code)
	require.Contains(t, out, "24 levels released")
}
