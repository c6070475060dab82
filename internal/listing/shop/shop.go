// Package shop has the rules for products of a Shopify shop: what its productSet would refuse, and what it would
// accept although the seller can't want it. It is pure.
//
// Sources: the published Admin schema of version 2026-10 (ProductSetInput, ProductVariantSetInput,
// ProductSetUserErrorCode, ShopResourceLimits), Shopify's changelog of 4 March 2019 (250 tags, except for Plus), and
// limits in its answers and help pages: 255 characters for names, 250 files, 512 KB of description.
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

// Settings are a shop's own settings. They are the definition of the whole account, with an empty type.
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

// maxSettings limits a definition, in bytes: a real one has some hundred.
const maxSettings = 64 << 10

// Definition returns the settings as the account's definition; its version is its checksum. The caller sets
// FetchedAt.
func (s Settings) Definition() (listing.Definition, error) {
	body, err := json.Marshal(s)
	if err != nil {
		return listing.Definition{}, fmt.Errorf("write the shop's settings: %w", err)
	}
	sum := md5.Sum(body) //nolint:gosec // G401: tells versions apart, as Amazon's checksums do; nothing is protected by it
	checksum := base64.StdEncoding.EncodeToString(sum[:])
	return listing.Definition{Version: checksum, Checksum: checksum, Body: body}, nil
}

// ParseSettings reads a definition made by Definition.
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

// active returns the first part of an HTML text that runs code: a script, an event handler, a JavaScript URL; empty
// if there is none. Broken HTML is read as browsers read it.
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

// Rules are what a product is checked against: the shop's settings, and what the account may do there.
type Rules struct {
	Settings
	MayRevise bool // change a product that is there
	MayRelist bool // put an archived product up again
}

// Found is what the shop already has of a product. The zero value is a shop without it.
type Found struct {
	Handle      string             // that the product has or will have; empty: its key makes none
	Exists      bool               // the shop has a product of that handle, or one with all its SKUs
	Archived    bool               // and took it off sale
	Variants    []Variant          // of that product
	Tags        []string           // of that product
	Collections map[string]bool    // the wanted collections that exist; true = filled by a rule
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
