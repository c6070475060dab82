package listing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/order"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func shown(sku, id, ref string) listing.Shown {
	return listing.Shown{ChannelSKU: sku, ListingID: id, Ref: ref, Title: "A " + id, State: listing.StateLive, Quantity: 3, UpdatedAt: noon, SeenAt: noon}
}

// but returns a listing with a change.
func but(s listing.Shown, change func(*listing.Shown)) listing.Shown {
	change(&s)
	return s
}

func priced(minor int64) func(*listing.Shown) {
	return func(s *listing.Shown) { s.Price, s.Currency = minor, "GBP" }
}

func TestWhatBecomesOfAListingOfAnImport(t *testing.T) {
	t.Parallel()
	lamp := shown("lamp", "v1", "i1")
	for name, tc := range map[string]struct {
		shown  listing.Shown
		known  *listing.Shown
		counts listing.ImportCounts
		result *listing.ImportResult
	}{
		"new":                  {lamp, nil, listing.ImportCounts{Saved: 1}, &listing.ImportResult{Reference: "lamp", Status: listing.ImportSaved}},
		"unchanged":            {lamp, &lamp, listing.ImportCounts{Same: 1}, nil},
		"seen at another time": {but(lamp, func(s *listing.Shown) { s.SeenAt = noon.Add(time.Hour) }), &lamp, listing.ImportCounts{Same: 1}, nil},
		"of the same moment elsewhere": {but(lamp, func(s *listing.Shown) { s.UpdatedAt = noon.In(time.FixedZone("CET", 3600)) }), &lamp,
			listing.ImportCounts{Same: 1}, nil},
		"changed at the channel": {but(lamp, func(s *listing.Shown) { s.UpdatedAt = noon.Add(time.Hour) }), &lamp, listing.ImportCounts{Saved: 1},
			&listing.ImportResult{Reference: "lamp", Status: listing.ImportSaved}},
		"another quantity": {but(lamp, func(s *listing.Shown) { s.Quantity++ }), &lamp, listing.ImportCounts{Saved: 1},
			&listing.ImportResult{Reference: "lamp", Status: listing.ImportSaved}},
		"another price": {but(lamp, priced(1250)), new(but(lamp, priced(1200))), listing.ImportCounts{Saved: 1},
			&listing.ImportResult{Reference: "lamp", Status: listing.ImportSaved}},
		"a price that was not known": {but(lamp, priced(1250)), &lamp, listing.ImportCounts{Same: 1}, nil},
		"a price that is not named":  {lamp, new(but(lamp, priced(1250))), listing.ImportCounts{Same: 1}, nil},
		"one that was gone": {lamp, new(but(lamp, func(s *listing.Shown) { s.GoneAt = noon })), listing.ImportCounts{Saved: 1},
			&listing.ImportResult{Reference: "lamp", Status: listing.ImportSaved}},
		"one that a report knew": {lamp, new(but(lamp, func(s *listing.Shown) { s.Unmanaged = true })), listing.ImportCounts{Saved: 1},
			&listing.ImportResult{Reference: "lamp", Status: listing.ImportSaved}},
		"no SKU": {shown("", "v3", "i3"), nil, listing.ImportCounts{Skipped: 1},
			&listing.ImportResult{Reference: "v3", Status: listing.ImportSkipped, Reason: order.ReasonNoSKU}},
		"neither SKU nor id": {shown("", "", "i3"), nil, listing.ImportCounts{Skipped: 1},
			&listing.ImportResult{Reference: "i3", Status: listing.ImportSkipped, Reason: order.ReasonNoSKU}},
		"nothing to know it by": {listing.Shown{Title: "A thing"}, nil, listing.ImportCounts{Errors: 1},
			&listing.ImportResult{Reference: "A thing", Status: listing.ImportError, Reason: "the channel gave neither SKU nor listing id"}},
		"nothing at all": {listing.Shown{}, nil, listing.ImportCounts{Errors: 1},
			&listing.ImportResult{Reference: "(no title)", Status: listing.ImportError, Reason: "the channel gave neither SKU nor listing id"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := listing.NewImport([]listing.Shown{tc.shown})
			known := map[listing.Key]listing.Shown{}
			if tc.known != nil {
				known[tc.known.Key()] = *tc.known
			}
			in.Compare(known)
			tc.counts.Seen = 1
			require.Equal(t, tc.counts, in.Counts)
			require.Len(t, in.Listings(), 1-in.Counts.Errors, "what can be distinguished is kept")
			if tc.result == nil {
				require.Empty(t, in.Results)
				return
			}
			require.Equal(t, []listing.ImportResult{*tc.result}, in.Results)
		})
	}
}

// Of a listing that a page has twice the last counts, and listings come in the order of their keys.
func TestTheListingsOfAPage(t *testing.T) {
	t.Parallel()
	late := but(shown("lamp", "v2", "i2"), func(s *listing.Shown) { s.Quantity = 9 })
	in := listing.NewImport([]listing.Shown{shown("rope", "v1", "i1"), shown("lamp", "v2", "i2"), shown("lamp", "v1", "i1"), late, shown("", "v9", "")})
	in.Compare(nil)
	require.Equal(t, listing.ImportCounts{Seen: 5, Saved: 3, Same: 1, Skipped: 1}, in.Counts)
	require.Equal(t, []listing.Shown{shown("", "v9", ""), shown("lamp", "v1", "i1"), late, shown("rope", "v1", "i1")}, in.Listings())
	var many, want []listing.Shown
	for i := range 9 {
		want = append(want, shown("lamp", fmt.Sprint(i), "r"))
		many = append([]listing.Shown{want[i]}, many...)
	}
	require.Equal(t, want, listing.NewImport(many).Listings())
}
