package shop

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/listing"
)

// Limits of a product.
const (
	maxName        = 255        // characters of titles, handles, vendors, types, tags, options, SKUs and barcodes
	maxDescription = 512 * 1024 // bytes
	maxFiles       = 250        // of a product
	maxTags        = 250        // of a product, but for shops on Plus
)

// check collects the issues of one product.
type check struct {
	listing.Product
	rules  Rules
	found  Found
	issues map[string][]listing.Issue
}

// Check returns all issues of a product: a variant's under its SKU, the product's under its key. Pointers point into
// productSet's input. If the answer is empty, the shop should accept the product.
func Check(p listing.Product, rules Rules, found Found) map[string][]listing.Issue {
	c := &check{Product: p, rules: rules, found: found, issues: map[string][]listing.Issue{}}
	c.account()
	c.texts()
	c.tags()
	c.collections()
	c.files()
	c.options()
	c.variants()
	c.stock()
	return c.issues
}

// note is an issue before it is assigned to a variant or the product.
type note struct {
	severity listing.Severity // empty: an error
	code     string
	pointer  string
	want     string
}

func (c *check) say(of string, n note, format string, args ...any) {
	if n.severity == "" {
		n.severity = listing.Error
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(n.pointer, "/"), "/")
	if part := strings.Split(n.pointer, "/"); name == "variants" && len(part) > 3 {
		name = part[3]
	}
	i := listing.Issue{
		Stage: listing.Validation, Severity: n.severity, Code: n.code, Pointer: n.pointer, Want: n.want, Message: fmt.Sprintf(format, args...),
	}
	if name != "" {
		i.Attributes = []string{name}
	}
	c.issues[of] = append(c.issues[of], i)
}

// wrong adds an issue of the whole product.
func (c *check) wrong(n note, format string, args ...any) { c.say(c.Key, n, format, args...) }

// wrongAt adds an issue of the variant at an index; the pointer continues from it.
func (c *check) wrongAt(place int, n note, format string, args ...any) {
	n.pointer = fmt.Sprintf("/variants/%d%s", place, n.pointer)
	c.say(c.Variants[place].SKU, n, format, args...)
}

// bounded adds an issue if a text of the product is too long.
func (c *check) bounded(pointer, what, text string) {
	if n := utf8.RuneCountInString(text); n > maxName {
		c.wrong(note{code: listing.CodeValueTooLong, pointer: pointer, want: atMost(maxName)}, "the %s has %d characters; Shopify allows %d", what, n, maxName)
	}
}

func atMost(characters int) string { return fmt.Sprintf("at most %d characters", characters) }

// account checks what applies to every product of the account.
func (c *check) account() {
	if at := c.rules.Location; at == nil || !at.Active {
		c.wrong(note{code: listing.CodeSettingsMissing, want: "the id of an active location"},
			"the shop has no active location of the id that the account names, so no stock could be listed")
	}
	if c.Currency != "" && c.Currency != c.rules.Currency { // without a currency there is no price, which each variant reports
		c.wrong(note{code: listing.CodeCurrencyWrong, want: "prices in " + c.rules.Currency}, "the prices are in %q; all of this shop's are in %s", clip(c.Currency), c.rules.Currency)
	}
	switch {
	case !c.found.Exists:
	case c.found.Archived && !c.rules.MayRelist:
		c.wrong(note{code: listing.CodeNotPermitted, want: "relist: true in the account's listings"}, "the shop's product is archived, and the account may not put it up again")
	case !c.found.Archived && !c.rules.MayRevise:
		c.wrong(note{code: listing.CodeNotPermitted, want: "revise: true in the account's listings"}, "the shop has the product, and the account may not change it")
	}
}

// clip shortens a text that is shown among others.
func clip(text string) string { return Clip(text, 60) }

// Clip shortens a text to this many characters.
func Clip(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "..."
}
