// Package aspects has eBay's rules for listings: what a leaf category requires (item specifics, which eBay's APIs
// call aspects, and conditions), what applies to every listing, and what the seller must have set up. It is pure: its
// inputs are documents that eBay's APIs served (Document, SellerDocument).
//
// Sources are eBay's published OpenAPI documents: commerce_taxonomy_v1 (AspectConstraint, AspectValue,
// ValueConstraint), sell_metadata_v1 (ItemConditionPolicy), sell_account_v1 (the three policies) and the prose of
// sell_inventory_v1 (lengths).
package aspects

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/listing"
)

// MaxBody limits a document, in bytes. A category with lists of about ten thousand brands and models has about 4 MB.
const MaxBody = 16 << 20

// ErrTooLarge means that a document exceeds MaxBody.
var ErrTooLarge = errors.New("the definition has more than 16 MB")

// Document has eBay's answers about one leaf category: the definition that is stored.
type Document struct {
	Marketplace string          `json:"marketplace"` // EBAY_GB
	Tree        string          `json:"categoryTreeId"`
	TreeVersion string          `json:"categoryTreeVersion"`
	Category    string          `json:"categoryId"`
	Aspects     json.RawMessage `json:"itemAspects"`           // the answer of getItemAspectsForCategory
	Conditions  json.RawMessage `json:"itemConditionPolicies"` // the answer of getItemConditionPolicies
}

// Category is a leaf category of one of eBay's sites, ready to check goods against. It is safe for concurrent use.
type Category struct {
	Marketplace, Tree, TreeVersion, ID string

	Aspects           []Aspect // in eBay's order
	Conditions        []string // allowed ones, in the words of the Inventory API; empty = not known
	ConditionRequired bool

	byName map[string]int // place in Aspects, by folded name
}

// Aspect is one item specific of a category.
type Aspect struct {
	Name        string // as the site's language has it
	Required    bool
	Recommended bool
	Closed      bool   // SELECTION_ONLY: only Values are allowed
	Many        bool   // MULTI: it may have several values
	Varies      bool   // the variants of a listing may differ in it
	Type        string // STRING, STRING_ARRAY, NUMBER or DATE
	Format      string // of a NUMBER: int32 or double; of a DATE: YYYY, YYYYMM or YYYYMMDD
	MaxLength   int    // in characters; 0 = not known
	Values      []Value

	byValue map[string]int // place in Values, by folded value
}

// Value is a value in eBay's list for an aspect.
type Value struct {
	Text     string
	Controls []Control // when it is allowed; empty = always
}

// Control limits a value to certain values of another aspect of the category.
type Control struct {
	Aspect string   // its name
	Values []string // one of which is needed for the value
}

// Parse reads a Document. Errors: ErrTooLarge, or a deviation from eBay's specification.
func Parse(body []byte) (*Category, error) {
	if len(body) > MaxBody {
		return nil, ErrTooLarge
	}
	var d Document
	if err := json.Unmarshal(body, &d); err != nil {
		return nil, fmt.Errorf("read the definition of a category: %w", err)
	}
	if d.Category == "" {
		return nil, errors.New("read the definition of a category: it does not say of which")
	}
	c := &Category{Marketplace: d.Marketplace, Tree: d.Tree, TreeVersion: d.TreeVersion, ID: d.Category, byName: map[string]int{}}
	if err := c.readAspects(d.Aspects); err != nil {
		return nil, fmt.Errorf("read the aspects of category %s: %w", d.Category, err)
	}
	if err := c.readConditions(d.Conditions); err != nil {
		return nil, fmt.Errorf("read the conditions of category %s: %w", d.Category, err)
	}
	return c, nil
}

// Find returns an aspect by a merchant's name for it: case, spaces, hyphens and underscores are ignored.
func (c *Category) Find(name string) (*Aspect, bool) {
	if c == nil {
		return nil, false
	}
	i, ok := c.byName[fold(name)]
	if !ok {
		return nil, false
	}
	return &c.Aspects[i], true
}

// Value returns a value of eBay's list, ignoring case and spacing.
func (a *Aspect) Value(text string) (Value, bool) {
	i, ok := a.byValue[foldValue(text)]
	if !ok {
		return Value{}, false
	}
	return a.Values[i], true
}

// maxIssues limits the issues of one SKU: more do not help a person.
const maxIssues = 50

// findings are the issues of a product by SKU; those of the whole product under its key.
type findings struct {
	whole string
	by    map[string][]listing.Issue
}

// WholeKey returns the key of the issues of the whole product in Check's result: the product's key, or without one
// its first SKU.
func WholeKey(p listing.Product) string {
	if p.Key == "" && len(p.Variants) > 0 {
		return p.Variants[0].SKU
	}
	return p.Key
}

// issue is one finding. Pointer points into eBay's record that would contain it: an inventory item, a group, or an
// offer.
type issue struct {
	code, pointer, aspect, message, want string
}

func (f *findings) add(key string, i issue) { f.addAs(listing.Error, key, i) }

func (f *findings) addAs(s listing.Severity, key string, i issue) {
	if len(f.by[key]) >= maxIssues {
		return
	}
	found := listing.Issue{
		Stage: listing.Validation, Severity: s, Code: i.code, Pointer: i.pointer, Message: i.message, Want: i.want,
	}
	if i.aspect != "" {
		found.Attributes = []string{clip(i.aspect, maxShown)}
	}
	f.by[key] = append(f.by[key], found)
}

// pointer joins names to a JSON pointer (RFC 6901).
func pointer(names ...any) string {
	var b strings.Builder
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	for _, n := range names {
		b.WriteString("/" + escape.Replace(clip(fmt.Sprint(n), maxShown)))
	}
	return b.String()
}

// maxShown is the greatest length of a name in an issue: longer ones are wrong anyway.
const maxShown = 100

// clipped returns a text shortened for a sentence.
func clipped(text string) string {
	const most = 60
	return clip(text, most)
}

func clip(text string, most int) string {
	if runes := []rune(text[:min(len(text), utf8.UTFMax*(most+1))]); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return text
}

// someOf returns the first entries of a list as text.
func someOf(list []string) string {
	const most = 20
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
}
