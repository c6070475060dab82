package giftshop

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/simulator/book"
)

// option is the option in which the variants of a family differ.
const option = "Colour"

// code matches stock codes of goods: five digits and a suffix that separates variants. Other codes of the book are
// gift vouchers, charges and the like.
var code = regexp.MustCompile(`^(\d{5})[A-Z]{0,2}$`)

// family is the articles with the same stem, by SKU.
type family struct {
	stem string
	of   []book.Product
}

// families groups articles by stem: those with several articles first, each part sorted by stem.
func families(products []book.Product) []family {
	at := make(map[string]int)
	var all []family
	for _, p := range products { // by SKU
		m := code.FindStringSubmatch(p.SKU)
		if m == nil || p.UnitPrice == 0 || p.Title == p.SKU {
			continue
		}
		i, known := at[m[1]]
		if !known {
			i = len(all)
			at[m[1]], all = i, append(all, family{stem: m[1]})
		}
		all[i].of = append(all[i].of, p)
	}
	slices.SortStableFunc(all, func(a, b family) int {
		return cmp.Or(-cmp.Compare(min(len(a.of), 2), min(len(b.of), 2)), strings.Compare(a.stem, b.stem))
	})
	return all
}

// product returns the catalogue's product of a family. n counts the families.
func (f family) product(n int) catalogue.Product {
	p := catalogue.Product{
		Key: "gift-" + f.stem, Title: f.title(), Brand: brands[n%len(brands)],
		Category: "Gifts > " + department(f.of[0].Title), Images: []string{"https://images.example/gifts/" + f.stem + ".jpg"},
	}
	p.Description = fmt.Sprintf("%s. From our own range of gifts, packed by hand.", p.Title)
	p.Attributes = facts(n)
	if len(f.of) > 1 {
		p.Options = []string{option}
	}
	for i, a := range f.of {
		v := catalogue.Variant{
			SKU: a.SKU, Barcode: Barcode(f.stem, i), WeightGrams: 80 + 10*len(a.Title),
			Prices: []catalogue.Price{{Currency: "GBP", Amount: a.UnitPrice}},
		}
		if len(f.of) > 1 {
			v.Options = map[string]string{option: f.colour(i)}
		}
		p.Variants = append(p.Variants, v)
	}
	return p
}

// title returns the common part of the titles; of one article, its title.
func (f family) title() string {
	words := strings.Fields(f.of[0].Title)
	for _, a := range f.of[1:] {
		theirs := strings.Fields(a.Title)
		words = slices.DeleteFunc(words, func(w string) bool { return !slices.Contains(theirs, w) })
	}
	if len(words) == 0 {
		words = strings.Fields(f.of[0].Title)
	}
	return labelCase(words)
}

// colour returns the rest of an article's title, or its letters where the rest is empty or not unique.
func (f family) colour(i int) string {
	own := f.rest(i)
	for j := range f.of {
		if j != i && f.rest(j) == own {
			own = ""
		}
	}
	if letters := strings.TrimLeft(f.of[i].SKU, "0123456789"); own == "" {
		return strings.TrimSpace("Style " + letters)
	}
	return own
}

func (f family) rest(i int) string {
	common := strings.Fields(strings.ToUpper(f.title()))
	words := slices.DeleteFunc(strings.Fields(f.of[i].Title), func(w string) bool { return slices.Contains(common, strings.ToUpper(w)) })
	return labelCase(words)
}

// labelCase returns words in title case: the book is in capitals only.
func labelCase(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		lower := strings.ToLower(w)
		first, size := utf8.DecodeRuneInString(lower)
		out[i] = string(unicode.ToUpper(first)) + lower[size:]
	}
	return strings.Join(out, " ")
}

// brands are made up.
var brands = []string{"Lockside Gifts", "Wharf & Daughters", "Tillerman", "Narrowboat Home"}

// department returns a department chosen by a word of the title.
func department(title string) string {
	for _, d := range []struct{ name, words string }{
		{"Bags", "BAG PURSE SHOPPER"}, {"Candles and lights", "CANDLE LIGHT LANTERN HOLDER"}, {"Jewellery", "NECKLACE BRACELET EARRINGS RING BANGLE"},
		{"Kitchen", "MUG CUP BOWL PLATE TEA CAKE TIN JAR SPOON"}, {"Cards and paper", "CARD WRAP PAPER NOTEBOOK TAGS"},
	} {
		for _, w := range strings.Fields(title) {
			if slices.Contains(strings.Fields(d.words), w) {
				return d.name
			}
		}
	}
	return "Home"
}

// Barcode returns a GTIN-13 that is not assigned: Britain's prefix 506, the stem of five digits and the variant's
// index.
func Barcode(stem string, i int) string {
	return withCheckDigit(fmt.Sprintf("506%05s%04d", stem, i))
}

// withCheckDigit returns the GTIN-13 of its first twelve digits.
func withCheckDigit(digits string) string {
	sum := 0
	for n, d := range digits {
		weight := 1
		if n%2 == 1 {
			weight = 3
		}
		sum += weight * int(d-'0')
	}
	return digits + strconv.Itoa((10-sum%10)%10)
}
