// Package shop has the rules of what a Shopify shop takes as a product: what its productSet would refuse, and what it would take
// although the seller can't mean it. It is pure.
//
// Sources: the published Admin schema of version 2026-10 (ProductSetInput, ProductVariantSetInput, ProductSetUserErrorCode,
// ShopResourceLimits), Shopify's changelog of 4 March 2019 (250 tags, but for Plus), and bounds that its answers and help pages tell:
// 255 characters for names, 250 files, 512 KB of description.
package shop

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/net/html"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/money"
)

// Settings is what a shop says of itself. It is the definition of the whole account, whose type is the empty one.
type Settings struct {
	Currency    string    `json:"currency"`              // ISO 4217: all prices are in it
	Plan        string    `json:"plan"`                  // as the shop's owner knows it: Basic, Grow, Plus, Development
	Plus        bool      `json:"plus,omitempty"`        // tags have no bound
	Development bool      `json:"development,omitempty"` // a shop for trying things out
	MaxOptions  int       `json:"maxOptions"`            // of a product
	MaxVariants int       `json:"maxVariants"`           // of a product
	Location    *Location `json:"location,omitempty"`    // where the account lists its stock; nil: the shop has no such location
}

// Location is a place where a shop keeps stock.
type Location struct {
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	Active bool   `json:"active"`
}

// maxSettings bounds a definition, in bytes: a real one has some hundred.
const maxSettings = 64 << 10

// Definition makes the settings the account's definition; its version is its checksum. FetchedAt is the caller's to set.
func (s Settings) Definition() (listing.Definition, error) {
	body, err := json.Marshal(s)
	if err != nil {
		return listing.Definition{}, fmt.Errorf("write the shop's settings: %w", err)
	}
	sum := md5.Sum(body) //nolint:gosec // G401: tells versions apart, as Amazon's checksums do; nothing is protected by it
	checksum := base64.StdEncoding.EncodeToString(sum[:])
	return listing.Definition{Version: checksum, Checksum: checksum, Body: body}, nil
}

// ParseSettings reads a definition that Definition made. Its error says what is wrong with it.
func ParseSettings(body []byte) (Settings, error) {
	var s Settings
	if len(body) > maxSettings {
		return s, fmt.Errorf("the shop's settings have %d bytes, more than %d", len(body), maxSettings)
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return s, fmt.Errorf("read the shop's settings: %w", err)
	}
	if _, known := money.Digits(s.Currency); !known {
		return s, fmt.Errorf("the shop's settings name the currency %q, which ISO 4217 does not have", clip(s.Currency))
	}
	if s.MaxOptions < 1 || s.MaxVariants < 1 {
		return s, fmt.Errorf("the shop's settings allow %d options and %d variants: want at least one of each", s.MaxOptions, s.MaxVariants)
	}
	return s, nil
}

// active finds the first part of an HTML text that runs something: a script, an event handler, an address of JavaScript. It is
// empty when there is none. However broken the HTML is, it is read as browsers read it.
func active(text string) string {
	if !strings.Contains(text, "<") {
		return ""
	}
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		switch z.Next() {
		case html.ErrorToken: // the end
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			if part := activeTag(z); part != "" {
				return part
			}
		case html.TextToken, html.EndTagToken, html.CommentToken, html.DoctypeToken:
		}
	}
}

func activeTag(z *html.Tokenizer) string {
	name, more := z.TagName()
	if string(name) == "script" {
		return "<script>"
	}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if strings.HasPrefix(string(key), "on") {
			return string(key) + "=..."
		}
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(string(value))), "javascript:") {
			return "javascript:..."
		}
	}
	return ""
}

// Rules is what a product is held against: what the shop says of itself, and what the account may do there.
type Rules struct {
	Settings
	MayRevise bool // change a product that is there
	MayRelist bool // put an archived product up again
}

// Found is what the shop has that a product's publication touches. Its zero value is a shop that has nothing of it.
type Found struct {
	Handle      string             // that the product has or will have; empty: its key makes none
	Exists      bool               // the shop has a product of that handle, or one with all its SKUs
	Archived    bool               // and took it off sale
	Variants    []Variant          // of that product
	Tags        []string           // of that product
	Collections map[string]bool    // of the collections that the product is to be in, those that are there; true: by rule
	Elsewhere   map[string]Holding // SKUs that another product of the shop has
}

// Variant is a variant as the shop has it.
type Variant struct {
	SKU     string
	Options map[string]string
}

// Holding is another product of the shop.
type Holding struct {
	Handle string
	Title  string
}
