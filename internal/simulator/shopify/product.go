package shopify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/simulator/market"
)

// product groups listings as its variants. A listing without one is a product of its own, with Shopify's default
// option.
type product struct {
	Number      int64    `json:"number"`
	Handle      string   `json:"handle"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Vendor      string   `json:"vendor"`
	Type        string   `json:"type"`
	Status      string   `json:"status"`
	Tags        []string `json:"tags,omitempty"`
	Collections []string `json:"collections,omitempty"`
	Media       []media  `json:"media,omitempty"`
	Options     []option `json:"options"`
	SKUs        []string `json:"skus"` // of the variants, in order: the keys of their listings
}

type media struct {
	ID     string `json:"id"`
	Source string `json:"source"`
	URL    string `json:"url"`
}

type option struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// details are a variant's fields that other marketplaces do not have.
type details struct {
	Barcode   string `json:"barcode,omitempty"`
	Policy    string `json:"policy,omitempty"`
	Untracked bool   `json:"untracked,omitempty"`
	Image     string `json:"image,omitempty"` // the media's id
	Deleted   bool   `json:"deleted,omitempty"`
	Life      int64  `json:"life,omitempty"` // how often it was deleted and created again, each time with new ids
}

// The option of a product with one variant.
const (
	noOption      = "Title"
	noOptionValue = "Default Title"
)

// nameless is the prefix of the market's key of a variant without a SKU.
const nameless = "no SKU "

// The kinds of a shop's own records.
const (
	productKind = "product" // by handle
	handleKind  = "handle"  // a product's handle by its number
	counterKind = "counter"
)

// ownNumbers is the first number of products with several listings; lower ones are single listings.
const ownNumbers = 1_000_000_000

func detailsOf(l market.Listing) (d details) {
	_ = json.Unmarshal(l.Content, &d) // nothing was kept of it
	return d
}

func (d details) content() []byte {
	text, _ := json.Marshal(d) // flat text and numbers always marshal
	return text
}

func variantID(l market.Listing) string {
	return gid("ProductVariant", variantBase+l.ID+detailsOf(l).Life*ownNumbers)
}

func (p product) id() string { return gid("Product", productBase+p.Number) }

// alone returns the product of a single listing.
func alone(l market.Listing) product {
	status := "ACTIVE"
	switch l.Status {
	case market.Draft:
		status = "DRAFT"
	case market.Ended:
		status = "ARCHIVED"
	case market.Live:
	}
	return product{
		Number: l.ID, Handle: single + strconv.FormatInt(l.ID, 10), Title: l.Title, Status: status, SKUs: []string{l.SKU},
		Options: []option{{noOption, []string{noOptionValue}}},
	}
}

// of returns the product of a listing.
func (s *shop) of(ctx context.Context, l market.Listing) (product, error) {
	if l.Product == "" {
		return alone(l), nil
	}
	p, found, err := s.byHandle(ctx, l.Product)
	if err == nil && !found {
		err = fmt.Errorf("listing %s: its product %s is not there", l.SKU, l.Product)
	}
	return p, err
}

// byHandle returns a product by handle. A single listing that later became a product keeps its handle and number.
func (s *shop) byHandle(ctx context.Context, handle string) (product, bool, error) {
	body, found, err := s.market.Document(ctx, productKind, handle)
	if err != nil {
		return product{}, false, err
	}
	if !found {
		if n, ok := strings.CutPrefix(handle, single); ok {
			if number, err := strconv.ParseInt(n, 10, 64); err == nil {
				return s.listed(ctx, number)
			}
		}
		return product{}, false, nil
	}
	var p product
	if err := json.Unmarshal(body, &p); err != nil {
		return product{}, false, fmt.Errorf("read product %s: %w", handle, err)
	}
	return p, true, nil
}

// single is the prefix of the handle of a single listing's product.
const single = "listing-"

// listed returns the product of a single listing.
func (s *shop) listed(ctx context.Context, number int64) (product, bool, error) {
	listings, _, err := s.market.Listings(ctx, market.ListingFilter{AfterID: number - 1, Limit: 1})
	if err != nil || len(listings) == 0 || listings[0].ID != number || listings[0].Product != "" || detailsOf(listings[0]).Deleted {
		return product{}, false, err
	}
	return alone(listings[0]), true, nil
}

func (s *shop) byNumber(ctx context.Context, number int64) (product, bool, error) {
	handle, found, err := s.market.Document(ctx, handleKind, strconv.FormatInt(number, 10))
	if err != nil {
		return product{}, false, err
	}
	if !found {
		return s.listed(ctx, number)
	}
	var text string
	if err := json.Unmarshal(handle, &text); err != nil {
		return product{}, false, fmt.Errorf("read handle: %w", err)
	}
	return s.byHandle(ctx, text)
}

// save writes a product that has, or may have, several listings.
func (s *shop) save(ctx context.Context, p product) error {
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("save product: %w", err)
	}
	handle, err := json.Marshal(p.Handle)
	if err != nil {
		return fmt.Errorf("save product: %w", err)
	}
	return s.market.PutDocuments(ctx, []market.Document{
		{Kind: productKind, Key: p.Handle, Body: body}, {Kind: handleKind, Key: strconv.FormatInt(p.Number, 10), Body: handle},
	})
}

// next returns the next number of a counter: 1, 2, 3, ... The caller holds s.products.
func (s *shop) next(ctx context.Context, what string) (int64, error) {
	body, found, err := s.market.Document(ctx, counterKind, what)
	if err != nil {
		return 0, err
	}
	n := int64(0)
	if found {
		if n, err = strconv.ParseInt(string(body), 10, 64); err != nil {
			return 0, fmt.Errorf("count %s: %w", what, err)
		}
	}
	n++
	body = strconv.AppendInt(nil, n, 10)
	return n, s.market.PutDocuments(ctx, []market.Document{{Kind: counterKind, Key: what, Body: body}})
}

// variants returns a product's listings in its order.
func (s *shop) variants(ctx context.Context, p product) ([]market.Listing, error) {
	if len(p.SKUs) == 0 {
		return nil, nil
	}
	listings, _, err := s.market.Listings(ctx, market.ListingFilter{SKUs: p.SKUs})
	if err != nil {
		return nil, fmt.Errorf("variants: %w", err)
	}
	slices.SortFunc(listings, func(a, b market.Listing) int { return slices.Index(p.SKUs, a.SKU) - slices.Index(p.SKUs, b.SKU) })
	return listings, nil
}

// productObject returns a product as an object. Related objects are read only when they are selected.
func (s *shop) productObject(p product) object {
	options := make(list, len(p.Options))
	for i, o := range p.Options {
		values := make(list, len(o.Values))
		for n, v := range o.Values {
			values[n] = object{kind: "ProductOptionValue", fields: map[string]any{"name": v}}
		}
		options[i] = object{kind: "ProductOption", fields: map[string]any{"name": o.Name, "position": i + 1, "optionValues": values}}
	}
	var publishedAt any
	if p.Status == "ACTIVE" {
		publishedAt = second(time.Unix(1_700_000_000, 0))
	}
	tags := append([]string{}, p.Tags...)
	pictures := make([]object, len(p.Media))
	for i, m := range p.Media {
		pictures[i] = object{kind: "MediaImage", fields: map[string]any{
			"id": m.ID, "status": "READY", "image": object{kind: "Image", fields: map[string]any{"url": m.URL}},
		}}
	}
	return object{kind: "Product", fields: map[string]any{
		"id": p.id(), "handle": p.Handle, "title": p.Title, "descriptionHtml": p.Description, "vendor": p.Vendor, "productType": p.Type,
		"status": p.Status, "tags": tags, "publishedAt": publishedAt,
		"hasOnlyDefaultVariant": len(p.Options) == 1 && p.Options[0].Name == noOption,
		"variantsCount":         object{kind: "Count", fields: map[string]any{"count": len(p.SKUs), "precision": "EXACT"}},
		"options":               call{[]string{"first"}, func(context.Context, arguments) (any, error) { return options, nil }},
		"media":                 paged("Media", pictures),
		"variants":              s.variantsField(p),
		"collections":           s.collectionsField(p),
	}}
}

func (s *shop) variantsField(p product) call {
	return call{[]string{"first", "after"}, func(ctx context.Context, a arguments) (any, error) {
		listings, err := s.variants(ctx, p)
		if err != nil {
			return nil, err
		}
		nodes := make([]object, len(listings))
		for i, l := range listings {
			nodes[i] = s.variantObject(p, l)
		}
		return paged("ProductVariant", nodes).do(ctx, a)
	}}
}
