package producttype_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/producttype"
)

func TestATypeSaysWhatItDemands(t *testing.T) {
	t.Parallel()
	require.Equal(t, []listing.Need{
		{Type: "DRINKING_CUP", Attribute: "brand", Title: "Brand"},
		{Type: "DRINKING_CUP", Attribute: "country_of_origin", Title: "Country of making", Values: []string{"GB", "DE", "PL", "UNKNOWN", "CN", "JP", "IN"}},
		{Type: "DRINKING_CUP", Attribute: "externally_assigned_product_identifier", Title: "Barcode"},
		{Type: "DRINKING_CUP", Attribute: "item_name", Title: "Title"},
		{Type: "DRINKING_CUP", Attribute: "merchant_shipping_group", Title: "Shipping template"},
	}, cup(t).Demands())
}

// TestOnlyWhatSellersSeeIsANeed hides one of the required attributes.
func TestOnlyWhatSellersSeeIsANeed(t *testing.T) {
	t.Parallel()
	const brand = `{"value": {"title": "Brand", "editable": false, "hidden": false`
	require.Contains(t, string(cupBody(t)), brand)
	d := compiled(t, []byte(strings.Replace(string(cupBody(t)), brand, strings.Replace(brand, `"hidden": false`, `"hidden": true`, 1), 1)))
	for _, n := range d.Demands() {
		require.NotEqual(t, "brand", n.Attribute)
	}
}

func TestTheShapeOfAnAttributeIsRead(t *testing.T) {
	t.Parallel()
	a, ok := cup(t).Attribute("capacity")
	require.True(t, ok)
	require.Equal(t, []string{"marketplace_id"}, a.Selectors)
	require.Equal(t, 1, a.Most)
	require.False(t, a.Required)
	var fields []string
	for _, f := range a.Fields {
		fields = append(fields, f.Name+" "+f.Type)
	}
	require.Equal(t, []string{"marketplace_id string", "unit string", "value number"}, fields)
	require.Equal(t, []producttype.Value{{Value: "milliliters", Name: "Milliliters"}, {Value: "liters", Name: "Liters"}}, a.Fields[1].Values)
	require.True(t, a.Fields[1].Closed && a.Fields[1].Required)
	_, ok = cup(t).Attribute("seat_height")
	require.False(t, ok)
}

// TestWhatIsListedStaysWhereWeSayNothing checks the attributes that a listing has after a revision.
func TestWhatIsListedStaysWhereWeSayNothing(t *testing.T) {
	t.Parallel()
	merged := cup(t).Merge(
		producttype.Attributes{
			"size":      parsed(t, `[{"value":"S","language_tag":"en_GB","marketplace_id":"A1F83G8C2ARO7P"},{"value":"P","marketplace_id":"A1PA6795UKMFR9"}]`),
			"item_name": parsed(t, `[{"value":"Old"}]`), "of_another_type": parsed(t, `[{"value":1}]`), "brand": "no list",
		},
		producttype.Attributes{"item_name": parsed(t, `[{"value":"New"}]`)},
	)
	require.JSONEq(t, `{"item_name":[{"value":"New"}],"size":[{"value":"S","language_tag":"en_GB","marketplace_id":"A1F83G8C2ARO7P"}]}`, text(t, merged))
}
