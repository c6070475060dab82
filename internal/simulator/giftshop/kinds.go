package giftshop

import (
	"strings"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
)

// The ten kinds.
const (
	NoPrice     Kind = "no price"
	LongTitle   Kind = "title of 300 characters"
	NoFacts     Kind = "required attributes missing"
	OddCountry  Kind = "value outside a closed list"
	ManyBytes   Kind = "800 bytes that are 200 characters"
	NoBarcode   Kind = "no barcode"
	Alike       Kind = "variants alike but for capitals"
	Markup      Kind = "script in the description"
	WrongDate   Kind = "a date in no known form"
	OthersGoods Kind = "the barcode of somebody else's goods"
)

// facts returns the attributes of a product under a merchant's names.
func facts(n int) map[string][]string {
	return map[string][]string{
		"Material": {materials[n%len(materials)]}, "Country of Origin": {"GB"},
	}
}

var materials = []string{"Cotton", "Metal", "Wood", "Glass", "Paper", "Ceramic"}

var kinds = []kind{
	{NoPrice, noPrice, everywhere("price-missing")},
	{LongTitle, whole(func(p *catalogue.Product) { p.Title += strings.Repeat("!", 300-utf8.RuneCountInString(p.Title)) }), everywhere("value-too-long")},
	{NoFacts, whole(func(p *catalogue.Product) { p.Attributes = nil }), map[channel.Kind]Found{
		channel.Amazon: checked("attribute-missing"), channel.EBay: checked("attribute-missing"),
	}},
	{OddCountry, whole(func(p *catalogue.Product) { p.Attributes["Country of Origin"] = []string{"Atlantis"} }), map[channel.Kind]Found{
		channel.Amazon: checked("value-not-allowed"), channel.EBay: checked("value-not-allowed"),
	}},
	{ManyBytes, whole(func(p *catalogue.Product) {
		p.Attributes["generic_keyword"] = []string{strings.Repeat("\U0001F381", 200)}
	}), map[channel.Kind]Found{
		channel.Amazon: checked("value-too-long"), channel.EBay: checked("value-too-long"), // eBay: 50 characters of any item specific
	}},
	{NoBarcode, noBarcode, map[channel.Kind]Found{channel.Amazon: checked("identifier-missing")}},
	{Alike, alike, everywhere("variants-alike")},
	{Markup, whole(func(p *catalogue.Product) { p.Description += `<script src="https://elsewhere.example/a.js"></script>` }), map[channel.Kind]Found{
		channel.Amazon: checked("html-not-allowed"), channel.EBay: checked("html-not-allowed"), // Shopify takes it out
	}},
	{WrongDate, whole(func(p *catalogue.Product) { p.Attributes["product_site_launch_date"] = []string{"the 31st of May"} }), map[channel.Kind]Found{
		channel.Amazon: checked("wrong-format"),
	}},
	{OthersGoods, othersGoods, map[channel.Kind]Found{channel.Amazon: answered("8541")}},
}

// noPrice removes the price of a product's last variant.
func noPrice(p *catalogue.Product) ([]string, bool) {
	v := &p.Variants[len(p.Variants)-1]
	v.Prices = nil
	return []string{v.SKU}, true
}

// noBarcode removes the barcode of a product's first variant.
func noBarcode(p *catalogue.Product) ([]string, bool) {
	v := &p.Variants[0]
	v.Barcode = ""
	return []string{v.SKU}, true
}

// othersGoods gives a product's first variant a barcode with the prefix of another maker whom the simulated Amazon
// knows.
func othersGoods(p *catalogue.Product) ([]string, bool) {
	v := &p.Variants[0]
	v.Barcode = withCheckDigit("5060999" + v.Barcode[3:8])
	return []string{v.SKU}, true
}

// alike gives two variants colours that differ only in case, which the catalogue accepts as two.
func alike(p *catalogue.Product) ([]string, bool) {
	if len(p.Variants) < 2 {
		return nil, false
	}
	first, second := p.Variants[0].Options, p.Variants[1].Options
	if second[option] = strings.ToUpper(first[option]); second[option] == first[option] {
		second[option] = strings.ToLower(first[option])
	}
	return []string{p.Variants[0].SKU, p.Variants[1].SKU}, true
}

// Types are a merchant's settings for all gifts on each channel, for what the catalogue does not contain.
var Types = map[channel.Kind]listing.TypeSettings{
	channel.Amazon: {Type: "HOME", Values: map[string][]string{
		"recommended_browse_nodes": {"3147411"}, "bullet_point": {"From our own range of gifts"}, "supplier_declared_dg_hz_regulation": {"not_applicable"},
		"merchant_shipping_group": {"Default"},
	}},
	channel.EBay:    {Type: "10034"}, // the simulated eBay's category for most household goods, which requires a material
	channel.Shopify: {Type: "Gifts"},
}
