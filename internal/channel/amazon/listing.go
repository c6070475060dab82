package amazon

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// The parts of a listings item that Towpath reads.
type (
	listingsAnswer struct {
		NumberOfResults int           `json:"numberOfResults"`
		Pagination      *pagination   `json:"pagination"`
		Items           []wireListing `json:"items"`
	}
	wireListing struct {
		SKU                     string                     `json:"sku"`
		Summaries               []wireSummary              `json:"summaries"`
		Attributes              map[string]json.RawMessage `json:"attributes"`
		Issues                  []issue                    `json:"issues"`
		Offers                  []wireOffer                `json:"offers"`
		FulfillmentAvailability []wireAvailability         `json:"fulfillmentAvailability"`
		Relationships           []struct {
			Relationships []struct {
				Type      string   `json:"type"`
				ChildSKUs []string `json:"childSkus"`
			} `json:"relationships"`
		} `json:"relationships"`
	}
	wireSummary struct {
		MarketplaceID   string    `json:"marketplaceId"`
		ASIN            string    `json:"asin"`
		ProductType     string    `json:"productType"`
		Status          []string  `json:"status"` // BUYABLE, DISCOVERABLE, both or none
		ItemName        string    `json:"itemName"`
		CreatedDate     time.Time `json:"createdDate"`
		LastUpdatedDate time.Time `json:"lastUpdatedDate"`
	}
	wireOffer struct {
		MarketplaceID string `json:"marketplaceId"`
		OfferType     string `json:"offerType"` // B2C or B2B
		Price         amount `json:"price"`
		Audience      *struct {
			Value string `json:"value"` // ALL, or a programme's members
		} `json:"audience"`
	}
	wireAvailability struct {
		FulfillmentChannelCode string `json:"fulfillmentChannelCode"`
		Quantity               *int   `json:"quantity"`
	}
)

const (
	buyable      = "BUYABLE"
	discoverable = "DISCOVERABLE"
)

// in returns the item's summary in a marketplace. Amazon creates it some minutes after accepting a new item.
func (w wireListing) in(marketplace string) (s wireSummary, found bool) {
	i := slices.IndexFunc(w.Summaries, func(s wireSummary) bool { return s.MarketplaceID == marketplace })
	if i < 0 {
		return s, false
	}
	return w.Summaries[i], true
}

// parent reports whether the item only groups variations. Such an item has no offer.
func (w wireListing) parent() bool {
	for _, place := range w.Relationships {
		for _, r := range place.Relationships {
			if r.Type == "VARIATION" && len(r.ChildSKUs) > 0 {
				return true
			}
		}
	}
	return false
}

// ownChannel is the fulfillment channel of stock that the seller ships; all others are Amazon's: AMAZON_NA, AMAZON_EU.
const ownChannel = "DEFAULT"

// amazonShips reports whether Amazon keeps and ships the item's stock. An item that the seller ships may have an entry
// of Amazon's channel too, so the seller's own counts, unless all units there are lie with Amazon.
func (w wireListing) amazonShips() bool {
	own, theirs, units := false, false, 0
	for _, a := range w.FulfillmentAvailability {
		switch {
		case a.FulfillmentChannelCode == ownChannel:
			own = true
			if a.Quantity != nil && *a.Quantity > 0 {
				return false
			}
		case strings.HasPrefix(a.FulfillmentChannelCode, "AMAZON"):
			theirs = true
			if a.Quantity != nil {
				units += *a.Quantity
			}
		}
	}
	return theirs && (!own || units > 0)
}

// available returns the quantity in the seller's own channel, or else in any other.
func (w wireListing) available() int {
	quantity := channel.UnknownQuantity
	for _, a := range w.FulfillmentAvailability {
		switch {
		case a.Quantity == nil || *a.Quantity < 0:
		case a.FulfillmentChannelCode == ownChannel:
			return *a.Quantity
		default:
			quantity = *a.Quantity
		}
	}
	return quantity
}

// price returns what every buyer in a marketplace pays; without a currency when Amazon names none that can be read. Prices for business
// buyers and for members of a programme are others.
func (w wireListing) price(marketplace string) (minor int64, currency string) {
	for _, o := range w.Offers {
		if o.MarketplaceID != marketplace || o.OfferType != "B2C" || o.Audience != nil && o.Audience.Value != "" && o.Audience.Value != "ALL" {
			continue
		}
		if minor, err := o.Price.minor(); err == nil && !o.Price.hidden() {
			return minor, o.Price.CurrencyCode
		}
	}
	return 0, ""
}

// read returns the item as a channel.Listed. A sold-out listing still counts as live. No listing is ended: Amazon
// keeps no deleted listings.
func (w wireListing) read(marketplace string) channel.Listed {
	s, _ := w.in(marketplace)
	l := channel.Listed{
		SKU: w.SKU, Ref: s.ProductType, ListingID: s.ASIN, Title: s.ItemName, State: channel.ListingInactive,
		ChannelStatus: strings.Join(s.Status, ","), Quantity: w.available(), ChannelFulfils: w.amazonShips(),
	}
	l.Price, l.Currency = w.price(marketplace)
	if !s.LastUpdatedDate.IsZero() {
		l.UpdatedAt = s.LastUpdatedDate.UTC()
	}
	if slices.Contains(s.Status, buyable) || slices.Contains(s.Status, discoverable) && l.Quantity == 0 {
		l.State = channel.ListingLive
	}
	return l
}
