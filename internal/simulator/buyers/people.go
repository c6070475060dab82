package buyers

import (
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/towpath/towpath/internal/simulator/market"
)

// Word lists for invented buyers: invented towns and streets, a mail domain reserved for examples (RFC 2606), and
// telephone numbers that Ofcom reserves for drama.
var (
	firstNames = []string{
		"Ada", "Bram", "Carys", "Dilwyn", "Edda", "Fenn", "Greta", "Hollis", "Imke", "Joss", "Kerensa", "Lorcan",
		"Maren", "Niall", "Oona", "Piran", "Quill", "Rhona", "Soren", "Tamsin", "Una", "Vigo", "Wren", "Ysolde",
	}
	lastNames = []string{
		"Ashlock", "Birchwater", "Coldharbour", "Dunmarsh", "Elmgate", "Fairlode", "Gorsefield", "Hartlock",
		"Inglewharf", "Kestrel", "Larkmoor", "Millrace", "Netherby", "Oxbow", "Pennywell", "Quayle", "Reedham",
		"Saltmarsh", "Thornbeck", "Underhill", "Vellacott", "Waterstrand", "Yarrowby",
	}
	streets = []string{
		"Lock Lane", "Towpath Row", "Heron Street", "Wharf Road", "Basin Close", "Cutting Hill", "Aqueduct Terrace",
		"Windlass Way", "Lengthsman Court", "Tiller Street", "Gongoozler Green", "Bargeman Avenue",
	}
	towns = []string{
		"Great Paddlock", "Netherlock", "Sluicebridge", "Winding Hole", "Upper Pound", "Stanchion", "Balance Beam",
		"Mooring Parva", "Staircase Locks", "Old Cut", "Summit Level", "Feeder St Mary",
	}
)

// countries maps the book's names of countries to ISO 3166-1 alpha-2; the two names that are no country go
// to where the retailer posted most of such packages.
var countries = map[string]string{
	"australia": "AU", "austria": "AT", "bahrain": "BH", "belgium": "BE", "bermuda": "BM", "brazil": "BR",
	"canada": "CA", "channel islands": "JE", "cyprus": "CY", "czech republic": "CZ", "denmark": "DK", "eire": "IE",
	"european community": "BE", "finland": "FI", "france": "FR", "germany": "DE", "greece": "GR",
	"hong kong": "HK", "iceland": "IS", "israel": "IL", "italy": "IT", "japan": "JP", "korea": "KR",
	"lebanon": "LB", "lithuania": "LT", "malta": "MT", "netherlands": "NL", "nigeria": "NG", "norway": "NO",
	"poland": "PL", "portugal": "PT", "rsa": "ZA", "saudi arabia": "SA", "singapore": "SG", "spain": "ES",
	"sweden": "SE", "switzerland": "CH", "thailand": "TH", "united arab emirates": "AE", "united kingdom": "GB",
	"unspecified": "GB", "usa": "US", "west indies": "BB",
}

// buyer returns an invented buyer for an order. Equal seeds and ids give equal buyers.
func buyer(seed int64, orderID, country string) market.Buyer {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d/%s", seed, orderID)
	d := dice(h.Sum64())
	first, last := firstNames[d.roll(len(firstNames))], lastNames[d.roll(len(lastNames))]
	iso, known := countries[strings.ToLower(strings.TrimSpace(country))]
	if !known {
		iso = "GB"
	}
	b := market.Buyer{
		Name:       first + " " + last,
		Email:      fmt.Sprintf("%s.%s.%04d@example.com", strings.ToLower(first), strings.ToLower(last), d.roll(10_000)),
		Phone:      fmt.Sprintf("+447700900%03d", d.roll(1000)),
		Line1:      fmt.Sprintf("%d %s", 1+d.roll(180), streets[d.roll(len(streets))]),
		City:       towns[d.roll(len(towns))],
		PostalCode: postalCode(iso, &d),
		Country:    iso,
	}
	const one = 2 // of so many buyers writes a note, or a gift message
	if d.roll(one) == 0 {
		b.Note = fmt.Sprintf("Please leave it with %s %s at number %d.", firstNames[d.roll(len(firstNames))], lastNames[d.roll(len(lastNames))], 1+d.roll(1000))
	}
	if d.roll(one) == 0 {
		b.Gift = fmt.Sprintf("For your %dth, love from %s and %s.", 20+d.roll(80), first, firstNames[d.roll(len(firstNames))])
	}
	return b
}

// postalCode returns a code in the country's own form where that is well known, else five digits.
func postalCode(iso string, d *dice) string {
	switch iso {
	case "GB":
		return fmt.Sprintf("ZZ%d %dZZ", 1+d.roll(99), d.roll(10)) // no place has the area ZZ
	case "NL":
		return fmt.Sprintf("%04d ZZ", 1000+d.roll(9000))
	case "IE":
		return fmt.Sprintf("Z%02d ZZ%02d", d.roll(100), d.roll(100))
	case "HK", "AE":
		return "" // an address there has none
	case "AU", "AT", "BE", "CH", "CY", "DK", "NO":
		return fmt.Sprintf("%04d", 1000+d.roll(9000))
	}
	return fmt.Sprintf("%05d", 10_000+d.roll(90_000))
}

// dice is a small deterministic random source (an xorshift generator).
type dice uint64

func (d *dice) roll(sides int) int {
	x := uint64(*d) | 1
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	*d = dice(x)
	return int((x >> 11) % uint64(sides))
}
