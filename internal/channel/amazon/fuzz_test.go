package amazon

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/listing/producttype"
)

const aListing = `{"sku":"A","summaries":[{"marketplaceId":"ATVPDKIKX0DER","asin":"B0","productType":"CUP","status":["BUYABLE","DISCOVERABLE"],
 "itemName":"Mug","createdDate":"2026-11-01T10:00:00Z","lastUpdatedDate":"2026-11-01T11:00:00Z"}],
 "attributes":{"item_name":[{"value":"Mug","marketplace_id":"ATVPDKIKX0DER"}]},"issues":[{"code":"1","message":"m","severity":"ERROR","categories":[]}],
 "fulfillmentAvailability":[{"fulfillmentChannelCode":"DEFAULT","quantity":3}],
 "relationships":[{"marketplaceId":"ATVPDKIKX0DER","relationships":[{"type":"VARIATION","parentSkus":["P"]}]}]}`

// FuzzListingsPage reads pages of listings: no panic, plausible quantities, and a cursor that can be read again and
// leads to another page.
func FuzzListingsPage(f *testing.F) {
	f.Add([]byte(`{"numberOfResults":1,"items":[` + aListing + `]}`))
	f.Add([]byte(`{"numberOfResults":1500,"pagination":{"nextToken":"t"},"items":[` + aListing + `,` + aListing + `]}`))
	f.Add([]byte(`{"numberOfResults":1500,"items":[` + aListing + `]}`))
	f.Add([]byte(`{"numberOfResults":2,"items":[{"sku":"A","summaries":[]},{"sku":"","fulfillmentAvailability":[{"fulfillmentChannelCode":"AMAZON_EU"},{"quantity":-4}]}]}`))
	f.Add([]byte(`{"items":null,"pagination":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		answer := &transport.Answer{Status: 200, Body: body}
		var found listingsAnswer
		if fault := answer.Decode("op", &found); fault != nil {
			require.Equal(t, channel.Unavailable, fault.Class)
			return
		}
		c := &client{account: channel.Account{Marketplace: "ATVPDKIKX0DER"}}
		listed := c.show(found.Items, nil)
		require.LessOrEqual(t, len(listed), len(found.Items))
		for _, l := range listed {
			require.GreaterOrEqual(t, l.Quantity, channel.UnknownQuantity)
			require.Contains(t, []channel.ListingState{channel.ListingLive, channel.ListingInactive}, l.State)
		}
		next, fault := listingsCursor{}.after(answer, found)
		if fault != nil || next == nil || next.Last.Year() > 9999 || next.Last.Year() < 0 {
			return
		}
		require.True(t, next.Token != "" || next.Since.After(listingsCursor{}.Since))
		if packed := pack(next); len(packed) < 64<<10 {
			var again listingsCursor
			require.NoError(t, unpack(packed, &again))
			require.Equal(t, next.Token, again.Token)
		}
	})
}

// FuzzSubmission reads answers to writes of listings: every refusal is a fault with a bounded code.
func FuzzSubmission(f *testing.F) {
	f.Add([]byte(`{"sku":"A","status":"ACCEPTED","submissionId":"1","issues":[]}`))
	f.Add([]byte(`{"status":"INVALID","issues":[{"code":"90220","message":"'size' is required.","severity":"ERROR","categories":["MISSING_ATTRIBUTE"]}]}`))
	f.Add([]byte(`{"status":"INVALID","issues":[{"code":"18027","severity":"WARNING"}]}`))
	f.Add([]byte(`{"status":"VALID","identifiers":[{"marketplaceId":"ATVPDKIKX0DER","asin":"B07N4M94X4"}]}`))
	f.Add([]byte(`{"status":7}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		answer := &transport.Answer{Status: 200, Body: body}
		var s submission
		if answer.Decode("op", &s) != nil {
			return
		}
		fault := invalid(answer, "op", s.Issues)
		require.LessOrEqual(t, len(fault.Code), 64)
		require.LessOrEqual(t, len(fault.Raw), channel.MaxRaw)
		require.True(t, fault.Class.Known())
		require.LessOrEqual(t, len(disliked(s.Issues)), len(s.Issues))
	})
}

// FuzzStored reads damaged versions of what Towpath itself stores of pages and publications.
func FuzzStored(f *testing.F) {
	f.Add(pack(listingsCursor{Token: "t", Shown: 20, Edge: []string{"A"}}))
	f.Add(plan{Op: planPatch, Merge: []string{"item_name"}}.String())
	f.Add(handle{FeedID: "50014019222", Digest: "9f8e7d6c5b4a", Held: []int{7, 31}}.String())
	f.Add("e30")
	f.Fuzz(func(t *testing.T, stored string) {
		var at listingsCursor
		if unpack(stored, &at) == nil {
			_ = at.query()
		}
		if p, err := parsePlan(stored); err == nil {
			again, err := parsePlan(p.String())
			require.NoError(t, err)
			require.Equal(t, p.String(), again.String())
		}
		if h, err := parseHandle(stored); err == nil {
			again, err := parseHandle(h.String())
			require.NoError(t, err)
			require.Equal(t, h, again)
		}
	})
}

// FuzzAttributes compares what Amazon may have of a listing with what would be put.
func FuzzAttributes(f *testing.F) {
	f.Add([]byte(aListing))
	f.Add([]byte(`{"attributes":{"item_name":[{"value":"Mug"}],"main_product_image_locator":[{}],"brand":7}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var l wireListing
		if json.Unmarshal(body, &l) != nil {
			return
		}
		c := &client{account: channel.Account{Marketplace: "ATVPDKIKX0DER"}}
		wanted := producttype.Attributes{"item_name": []any{map[string]any{"value": "Mug"}}}
		c.sameValues(wanted["item_name"].([]any), l.Attributes["item_name"])
		for _, gone := range goneImages(wanted, l) {
			require.True(t, isImage(gone))
		}
		listedOf(l)
	})
}
