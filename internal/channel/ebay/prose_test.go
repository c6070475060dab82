package ebay

import (
	"maps"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// prose is what eBay's documents say about fields only in words: they declare no enum, no required field and no
// length. It has these rules for the fields that we send and read, so that a wrong value fails a test.
type prose struct {
	enums    map[string][]string // by property
	patterns map[string]string
	lengths  map[string]uint64 // of texts, in characters
	required map[string][]string
}

// proseOf has the rules by file. Sources: the linked type pages (slr:ConditionEnum, slr:FormatTypeEnum,
// slr:ListingDurationEnum, txn:AspectModeEnum and others), and the "Max Length" and "required" sentences of the
// fields themselves.
var proseOf = map[string]prose{
	"sell_inventory_v1_oas3.json": {
		enums: map[string][]string{
			"condition": {"NEW", "LIKE_NEW", "NEW_OTHER", "NEW_WITH_DEFECTS", "MANUFACTURER_REFURBISHED", "CERTIFIED_REFURBISHED", "EXCELLENT_REFURBISHED",
				"VERY_GOOD_REFURBISHED", "GOOD_REFURBISHED", "SELLER_REFURBISHED", "USED_EXCELLENT", "USED_VERY_GOOD", "USED_GOOD", "USED_ACCEPTABLE",
				"FOR_PARTS_OR_NOT_WORKING", "PRE_OWNED_EXCELLENT", "PRE_OWNED_FAIR"},
			"format": {"AUCTION", "FIXED_PRICE"}, "listingDuration": {"DAYS_1", "DAYS_3", "DAYS_5", "DAYS_7", "DAYS_10", "DAYS_21", "DAYS_30", "GTC"},
			"status": {"PUBLISHED", "UNPUBLISHED"}, "listingStatus": {"ACTIVE", "OUT_OF_STOCK", "INACTIVE", "ENDED", "EBAY_ENDED", "NOT_LISTED"},
			"merchantLocationStatus": {"ENABLED", "DISABLED"}, "category": {"REQUEST", "BUSINESS", "APPLICATION"},
		},
		patterns: map[string]string{"marketplaceId": "^EBAY_[A-Z_]+$", "locale": "^[a-z]{2}_[A-Z]{2}$"},
		// Not sku and title: the marketplace refuses those that are too long, and tests send some.
		lengths: map[string]uint64{"listingDescription": 500_000, "merchantLocationKey": 36, "brand": 65, "mpn": 65},
		required: map[string][]string{
			"InventoryItemWithSkuLocale": {"sku", "locale"}, "EbayOfferDetailsWithKeys": {"sku", "marketplaceId", "format"}, "OfferKeyWithId": {"offerId"},
			"PublishByInventoryItemGroupRequest": {"inventoryItemGroupKey", "marketplaceId"}, "InventoryItemGroup": {"variantSKUs"}, "OfferPriceQuantity": {"offerId"},
		},
	},
	"commerce_taxonomy_v1_oas3.json": {
		enums: map[string][]string{
			"aspectDataType": {"DATE", "NUMBER", "STRING", "STRING_ARRAY"}, "aspectMode": {"FREE_TEXT", "SELECTION_ONLY"},
			"aspectUsage": {"RECOMMENDED", "OPTIONAL"}, "itemToAspectCardinality": {"SINGLE", "MULTI"}, "category": {"REQUEST", "BUSINESS", "APPLICATION"},
			"aspectFormat": {"YYYY", "YYYYMM", "YYYYMMDD", "int32", "double"},
		},
		required: map[string][]string{"BaseCategoryTree": {"categoryTreeId", "categoryTreeVersion"}},
	},
	"sell_account_v1_oas3.json": {patterns: map[string]string{"marketplaceId": "^EBAY_[A-Z_]+$"}},
	"sell_fulfillment_v1_oas3.json": {enums: map[string][]string{
		"orderFulfillmentStatus": {"NOT_STARTED", "IN_PROGRESS", "FULFILLED"}, "lineItemFulfillmentStatus": {"NOT_STARTED", "IN_PROGRESS", "FULFILLED"},
	}},
}

// declare writes the prose into a document.
func (p prose) declare(doc *openapi3.T) {
	for name, s := range doc.Components.Schemas {
		s.Value.Required = append(s.Value.Required, p.required[name]...)
		for property, of := range s.Value.Properties {
			if of.Ref != "" || of.Value == nil || !of.Value.Type.Is("string") {
				continue
			}
			own := *of.Value
			for _, value := range p.enums[property] {
				own.Enum = append(own.Enum, value)
			}
			if pattern := p.patterns[property]; pattern != "" {
				own.Pattern = pattern
			}
			if most, ok := p.lengths[property]; ok {
				own.MaxLength = &most
			}
			s.Value.Properties[property] = own.NewRef()
		}
	}
}

// Every field that the prose names exists: a misspelt one would be a rule without effect.
func TestTheProseIsOfFieldsThatThereAre(t *testing.T) {
	t.Parallel()
	docs := specified(t)
	for file, p := range proseOf {
		there := map[string]bool{}
		for name, s := range docs[file].Components.Schemas {
			for property := range s.Value.Properties {
				there[property] = true
				there[name+"."+property] = true
			}
		}
		for _, property := range slices.Concat(slices.Collect(maps.Keys(p.enums)), slices.Collect(maps.Keys(p.patterns)), slices.Collect(maps.Keys(p.lengths))) {
			require.True(t, there[property], "%s: %s", file, property)
		}
		for name, properties := range p.required {
			for _, property := range properties {
				require.True(t, there[name+"."+property], "%s: %s.%s", file, name, property)
			}
		}
	}
}
