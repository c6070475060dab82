package merchantfile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/merchantfile"
)

// sold returns the orders of a sample, by reference.
func sold(t *testing.T, name string) (map[string]merchantfile.SoldOrder, merchantfile.Report) {
	t.Helper()
	f := sample(t, name, merchantfile.Options{})
	all := map[string]merchantfile.SoldOrder{}
	report, err := f.SoldOrders(t.Context(), func(o merchantfile.SoldOrder) error {
		require.NotContains(t, all, o.Reference)
		all[o.Reference] = o
		return nil
	})
	require.NoError(t, err)
	return all, report
}

// Fact 9: a cancelled line stands in a shipped order, pending rows are no sales yet, Non-Amazon rows are none at all.
func TestAmazonsItemStatusDecides(t *testing.T) {
	t.Parallel()
	all, report := sold(t, "amazon-all-orders-uk.txt")
	require.Zero(t, report.Wrong)
	require.Equal(t, []merchantfile.Skip{{Line: 9, What: "S02-0000005-0000005", Why: "Amazon ships it for a sale elsewhere: it is no sale on Amazon"}}, report.Skips)
	require.Len(t, all, 5)
	mixed := all["204-0000006-0000006"]
	require.Equal(t, []merchantfile.SoldLine{
		{Line: 7, SKU: "TOW-M", Title: "Linen Tea Towel", Quantity: 1, Shipped: true},
		{Line: 8, SKU: "ROPE 8MM", Title: "Mooring Rope, 8 mm, 10 m", Quantity: 1, Cancelled: true},
	}, mixed.Lines)
	require.Equal(t, time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), mixed.ChangedAt)
	require.Equal(t, "Amazon.co.uk", mixed.Site)
	require.Equal(t, `Canal Map 12" x 18" Print`, all["204-0000001-0000001"].Lines[1].Title, "nothing is quoted in this report")
	require.True(t, all["204-0000002-0000002"].Cancelled)
	require.False(t, all["204-0000003-0000003"].Paid)
	require.False(t, all["204-0000003-0000003"].Lines[0].Shipped)
	require.True(t, all["204-0000004-0000004"].ChannelFulfils)
}

// Fact 10: a summary row is no line, the lines at the end are no orders, and a row without order number was never paid.
func TestEbaysSummaryRowsAreNoLines(t *testing.T) {
	t.Parallel()
	all, report := sold(t, "ebay-orders-us.csv")
	require.Zero(t, report.Wrong)
	require.Len(t, report.Skips, 1)
	require.Equal(t, "147", report.Skips[0].What)
	require.Len(t, all, 3)
	two := all["11-10000-00002"]
	require.Len(t, two.Lines, 2)
	require.Equal(t, merchantfile.SoldLine{Line: 6, SKU: "MUG-BLU", Title: "Lockside Mug", Quantity: 2, Shipped: true}, two.Lines[0])
	require.False(t, two.Lines[1].Shipped, "the other one is still to be sent")
	require.Equal(t, time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), two.ChangedAt)

	all, report = sold(t, "ebay-orders-au-columns.csv")
	require.Zero(t, report.Wrong)
	require.Len(t, all["01-10000-00002"].Lines, 2)
	require.Equal(t, time.Date(2026, 5, 26, 0, 0, 0, 0, time.UTC), all["16-10000-00001"].PlacedAt)
}

// Fact 5: the first row has the order, the others only a line; a tip needs no shipping; a spreadsheet cuts the ids.
func TestShopifysRowsBelongTogether(t *testing.T) {
	t.Parallel()
	all, report := sold(t, "shopify-orders.csv")
	require.Zero(t, report.Wrong)
	require.Len(t, all, 6)
	require.Equal(t, "gid://shopify/Order/5940000010091", all["#1009"].ID)
	require.Len(t, all["#1009"].Lines, 2)
	require.Equal(t, "PAID/PARTIAL", all["#1008"].Status)
	require.Equal(t, []bool{true, false}, []bool{all["#1008"].Lines[0].Shipped, all["#1008"].Lines[1].Shipped})
	require.True(t, all["#1006"].Cancelled)
	require.True(t, all["#1005"].Lines[0].NoShipping)
	require.True(t, all["#1004"].Lines[0].Cancelled)
	require.Equal(t, time.Date(2026, 10, 24, 23, 59, 59, 0, time.UTC), all["#1005"].PlacedAt)

	all, report = sold(t, "shopify-orders-resaved-in-a-spreadsheet.csv")
	require.Empty(t, all)
	require.Equal(t, 2, report.Wrong)
	require.Equal(t, 2, report.Mistakes[0].Line)
	require.Equal(t, "Id", report.Mistakes[0].Column)
}
