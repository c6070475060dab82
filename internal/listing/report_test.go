package listing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
)

func TestWhatAReportSaysNew(t *testing.T) {
	t.Parallel()
	f := found("1", variation("A", "Size=S", 4), variation("B", "Size=M", 4))
	other := func(change func(*listing.Found)) listing.Found {
		o := found("1", variation("A", "Size=S", 4), variation("B", "Size=M", 4))
		change(&o)
		return o
	}
	for name, tc := range map[string]struct {
		before  *listing.Found
		gone    bool
		same    bool
		refusal string // that it keeps
	}{
		"new":               {},
		"unchanged":         {before: &f, same: true, refusal: "25718"},
		"it was gone":       {before: &f, gone: true, refusal: "25718"},
		"another title":     {before: new(other(func(o *listing.Found) { o.Title = "Another" })), refusal: "25718"},
		"another site":      {before: new(other(func(o *listing.Found) { o.Site = "US" })), refusal: "25718"},
		"another format":    {before: new(other(func(o *listing.Found) { o.Format = "AUCTION" }))},
		"another SKU":       {before: new(other(func(o *listing.Found) { o.Items[0].SKU = "" }))},
		"another variation": {before: new(other(func(o *listing.Found) { o.Items[0].Variation = "Size=XS" }))},
		"another quantity":  {before: new(other(func(o *listing.Found) { o.Items[0].Quantity = 0 }))},
		"an item more":      {before: new(other(func(o *listing.Found) { o.Items = o.Items[:1] }))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			known := map[string]listing.Reported{"2": {Found: f, FaultCode: "of another"}}
			if tc.before != nil {
				known["1"] = listing.Reported{Found: *tc.before, Run: "before", Gone: tc.gone, FaultID: "f", FaultCode: "25718"}
			}
			r := listing.NewReport("now", []listing.Found{f})
			r.Compare(known)
			require.Equal(t, []string{"1"}, r.IDs())
			require.Equal(t, 1, r.Seen)
			require.Equal(t, tc.same, r.Same == 1)
			require.Equal(t, tc.same, r.Saved == 0)
			want := listing.Reported{Found: f, Run: "now", FaultCode: tc.refusal}
			if tc.refusal != "" {
				want.FaultID = "f"
			}
			require.Equal(t, []listing.Reported{want}, r.Listings)
		})
	}
}

func TestAListingOfWhichNothingIsToldIsNew(t *testing.T) {
	t.Parallel()
	r := listing.NewReport("now", []listing.Found{{ID: "1"}})
	r.Compare(nil)
	require.Equal(t, 1, r.Saved)
}

func TestWhatAReportNoLongerHas(t *testing.T) {
	t.Parallel()
	sold := func(by string, list ...listing.Shown) (out []listing.Sighting) {
		for _, s := range list {
			out = append(out, listing.Sighting{Shown: s, Run: by})
		}
		return out
	}
	item := func(sku, id string) listing.Shown {
		return listing.Shown{ChannelSKU: sku, ListingID: id, Unmanaged: true}
	}
	r := listing.NewReport("now", []listing.Found{found("1", variation("A", "Size=S", 1)), found("2", variation("", "Size=S", 1))})
	gone, items := r.End(map[string]listing.Reported{
		"1":       {Run: "before", Sold: sold("before", item("A", "1"), item("B", "1"))},                   // on this page, without B
		"2":       {Run: "before", Sold: sold("before", item("", "2"))},                                    // on this page, as it was
		"earlier": {Run: "now", Sold: sold("before", item("C", "earlier"))},                                // on a page before, without C
		"met":     {Run: "now", Sold: sold("now", item("D", "met"))},                                       //
		"missed":  {Run: "before", Sold: sold("before", item("E", "missed"))},                              //
		"api":     {Run: "before", Sold: sold("before", listing.Shown{ChannelSKU: "F", ListingID: "api"})}, // the API knows F by now
		"away":    {Run: "before", Gone: true},                                                             // already
	})
	require.Equal(t, []string{"api", "missed"}, gone)
	require.Equal(t, []listing.Key{{SKU: "B", ID: "1"}, {SKU: "C", ID: "earlier"}, {SKU: "E", ID: "missed"}}, items)
}

func TestWhatCanBeBoughtOfAListingOfAReport(t *testing.T) {
	t.Parallel()
	f := found("1", variation("B", "Size=M", 4), variation("A", "Size=S", -7), variation("", "Size=L", 1), variation("", "Size=XL", 2))
	shown := func(sku, title string, n int) listing.Shown {
		return listing.Shown{ChannelSKU: sku, ListingID: "1", Title: title, State: listing.StateLive, ChannelStatus: "FIXED_PRICE", Quantity: n, Unmanaged: true}
	}
	require.Equal(t, []listing.Shown{
		shown("", "Title of 1 (Size=XL)", 2), shown("A", "Title of 1 (Size=S)", listing.UnknownQuantity), shown("B", "Title of 1 (Size=M)", 4),
	}, f.Shown(), "items without SKU are one")
	require.Equal(t, []listing.Shown{shown("KET", "Title of 1", 3)}, found("1", item("KET")).Shown())
	require.False(t, f.Shown()[1].Offered(), "its level can't be set before it is migrated")
}

func TestWhatTheAPIKnows(t *testing.T) {
	t.Parallel()
	require.True(t, listing.Managed(true, time.Time{}), "it shows it")
	require.True(t, listing.Managed(false, noon), "it was migrated, and not read back so far")
	require.False(t, listing.Managed(false, time.Time{}))
}
