package account

import (
	"strings"
	"time"
	_ "time/tzdata" // the machine may have no zones

	"github.com/towpath/towpath/internal/channel"
)

// Zone returns the account's time zone, in which its dates are shown and its days begin; UTC where it has none that is known.
func (a Account) Zone() *time.Location {
	zone, err := time.LoadLocation(a.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// UTC is the time zone of accounts of which no other is known.
const UTC = "UTC"

// DefaultZone returns the time zone of an account whose settings name none: that of its marketplace's country, where the country has
// one that nearly everybody there goes by. A Shopify shop may be anywhere, and the United States, Canada, Mexico, Brazil and Australia have
// several: UTC.
func DefaultZone(kind channel.Kind, marketplace string) string {
	country := ""
	switch kind {
	case channel.Amazon:
		country = amazonCountries[marketplace]
	case channel.EBay:
		country = strings.TrimPrefix(marketplace, "EBAY_")
	case channel.Shopify:
	}
	if zone := countryZones[country]; zone != "" {
		return zone
	}
	return UTC
}

// amazonCountries are the countries of Amazon's marketplaces (SP-API documentation, "Marketplace IDs").
var amazonCountries = map[string]string{
	"A1F83G8C2ARO7P": "GB", "A1PA6795UKMFR9": "DE", "A13V1IB3VIYZZH": "FR", "APJ6JRA9NG5V4": "IT", "A1RKKUPIHCS9HS": "ES",
	"A28R8C7NBKEWEA": "IE", "A1805IZSGTT6HS": "NL", "AMEN7PMS3EDWL": "BE", "A2NODRKZP88ZB9": "SE", "A1C3SOZRARQ6R3": "PL",
	"A33AVAJ2PDY3EV": "TR", "A2VIGQ35RCS4UG": "AE", "A17E79C6D8DWNP": "SA", "ARBP9OOSHTCHU": "EG", "A21TJRUUN4KGV": "IN",
	"A1VC38T7YXB528": "JP", "A19VAU5U5O7RUS": "SG",
}

// countryZones are the time zones of countries that have one; of Spain, that of all but the Canary Islands (IANA time zone database).
var countryZones = map[string]string{
	"GB": "Europe/London", "IE": "Europe/Dublin", "DE": "Europe/Berlin", "AT": "Europe/Vienna", "CH": "Europe/Zurich", "FR": "Europe/Paris",
	"IT": "Europe/Rome", "ES": "Europe/Madrid", "NL": "Europe/Amsterdam", "BE": "Europe/Brussels", "SE": "Europe/Stockholm", "PL": "Europe/Warsaw",
	"TR": "Europe/Istanbul", "AE": "Asia/Dubai", "SA": "Asia/Riyadh", "EG": "Africa/Cairo", "IN": "Asia/Kolkata", "JP": "Asia/Tokyo",
	"SG": "Asia/Singapore", "HK": "Asia/Hong_Kong", "MY": "Asia/Kuala_Lumpur", "PH": "Asia/Manila", "TW": "Asia/Taipei",
}
