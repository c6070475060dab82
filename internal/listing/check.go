package listing

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxSKU is eBay's limit of a SKU, in characters (sell_inventory_v1, /inventory_item/{sku}).
const maxSKU = 50

// Rules are the facts besides the listings that the check needs.
type Rules struct {
	Marketplace string            // the account's site, e.g. EBAY_GB; empty: sites are not compared
	Managed     map[string]string // SKUs that the API knows already, with the listing that has each
}

// Check checks listings together: a SKU may be on one listing only, or a level sent for it would reach just one of
// them. Verdicts are in the order of the listings.
func Check(found []Found, rules Rules) []Verdict {
	owners := map[string][]string{} // listings by SKU
	for _, f := range found {
		for _, sku := range f.SKUs() {
			if ids := owners[sku]; len(ids) == 0 || ids[len(ids)-1] != f.ID {
				owners[sku] = append(ids, f.ID)
			}
		}
	}
	verdicts := make([]Verdict, len(found))
	for i, f := range found {
		v := &verdicts[i]
		v.Found = f
		v.format(rules)
		v.skus()
		v.shared(owners, rules.Managed)
		v.risks()
	}
	return verdicts
}

func (v *Verdict) against(code Code, format string, args ...any) {
	v.Against = append(v.Against, Reason{code, fmt.Sprintf(format, args...)})
}

// format checks the listing as a whole.
func (v *Verdict) format(rules Rules) {
	if f := strings.ToUpper(strings.ReplaceAll(v.Format, " ", "_")); f != "" && f != "FIXED_PRICE" {
		v.against(Auction, "its format is %s; only fixed-price listings can be migrated", v.Format)
	}
	site, known := sites[strings.ToLower(v.Site)]
	if known && rules.Marketplace != "" && !slices.Contains(site, rules.Marketplace) {
		v.against(OtherSite, "it is listed on eBay's site %s; the account is for %s", v.Site, rules.Marketplace)
	}
}

// skus checks that each item has its own SKU.
func (v *Verdict) skus() {
	var without []string
	seen := map[string]bool{}
	for _, i := range v.Items {
		switch n := utf8.RuneCountInString(i.SKU); {
		case i.SKU == "" && i.Variation == "":
			v.against(NoSKU, "it has no SKU; give it one (custom label) in Seller Hub")
		case i.SKU == "":
			without = append(without, i.Variation)
		case seen[i.SKU]:
			v.against(SKUTwice, "two of its variations have SKU %q; give each its own", i.SKU)
		case n > maxSKU:
			v.against(SKUTooLong, "SKU %q has %d characters; eBay allows %d", i.SKU, n, maxSKU)
		}
		seen[i.SKU] = true
	}
	if len(without) > 0 {
		v.against(NoVariationSKU, "%d of its %d variations have no SKU (%s); give each one in Seller Hub", len(without), len(v.Items), some(without))
	}
}

// shared checks that no other listing has its SKUs.
func (v *Verdict) shared(owners map[string][]string, managed map[string]string) {
	var skus, others []string
	for _, sku := range v.SKUs() {
		ids := owners[sku]
		if id, ok := managed[sku]; ok {
			ids = append(slices.Clone(ids), id)
		}
		ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == v.ID || id == "" })
		if len(ids) > 0 {
			skus = append(skus, fmt.Sprintf("%q", sku))
			others = append(others, ids...)
		}
	}
	if len(skus) > 0 {
		slices.Sort(others)
		v.against(SKUShared, "SKU %s is on listing %s too; a SKU may be on one listing only", some(skus), some(slices.Compact(others)))
	}
}

func (v *Verdict) risks() {
	var soldOut, odd []string
	for _, i := range v.Items {
		if i.Variation != "" && i.Quantity == 0 {
			soldOut = append(soldOut, first(i.SKU, i.Variation))
		}
		if strings.ContainsFunc(i.SKU, unusual) {
			odd = append(odd, fmt.Sprintf("%q", i.SKU))
		}
	}
	if len(soldOut) > 0 {
		v.Risks = append(v.Risks, Reason{SoldOut, fmt.Sprintf("%s lists 0: eBay may leave it out; put one in stock there before, if it is to be kept", some(soldOut))})
	}
	if len(odd) > 0 {
		v.Risks = append(v.Risks, Reason{OddSKU, fmt.Sprintf("SKU %s has other signs than letters, digits, - and _: eBay may refuse it", some(odd))})
	}
}

// unusual reports whether a character is rare in SKUs and not named in eBay's rule.
func unusual(r rune) bool {
	const usual = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
	return !strings.ContainsRune(usual, r)
}

// some returns up to three of several, as text.
func some(list []string) string {
	const most = 3
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// sites maps the names of sites in eBay's reports, in lower case, to the names in the APIs.
var sites = map[string][]string{
	"us": {"EBAY_US"}, "ebaymotors": {"EBAY_MOTORS_US", "EBAY_US"}, "uk": {"EBAY_GB"}, "germany": {"EBAY_DE"}, "australia": {"EBAY_AU"},
	"austria": {"EBAY_AT"}, "canada": {"EBAY_CA"}, "canadafrench": {"EBAY_CA"}, "france": {"EBAY_FR"}, "italy": {"EBAY_IT"}, "spain": {"EBAY_ES"},
	"netherlands": {"EBAY_NL"}, "belgium_french": {"EBAY_BE"}, "belgium_dutch": {"EBAY_BE"}, "switzerland": {"EBAY_CH"}, "ireland": {"EBAY_IE"},
	"poland": {"EBAY_PL"}, "hongkong": {"EBAY_HK"}, "singapore": {"EBAY_SG"}, "malaysia": {"EBAY_MY"}, "philippines": {"EBAY_PH"}, "taiwan": {"EBAY_TW"},
}
