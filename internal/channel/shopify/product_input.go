package shopify

import (
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/money"
)

// productInput is what productSet takes. Of a list that is given, Shopify deletes what the product has beside it;
// a list that is not given stays as it is.
type productInput struct {
	Handle      string         `json:"handle,omitempty"`
	Title       string         `json:"title"`
	Description string         `json:"descriptionHtml"`
	Vendor      string         `json:"vendor,omitempty"`
	Type        string         `json:"productType,omitempty"`
	Status      string         `json:"status,omitempty"`
	Tags        []string       `json:"tags,omitempty"`
	Collections []string       `json:"collections,omitempty"`
	Files       []fileInput    `json:"files,omitempty"`
	Options     []optionInput  `json:"productOptions"`
	Variants    []variantInput `json:"variants"`
}

type optionInput struct {
	Name     string      `json:"name"`
	Position int         `json:"position"`
	Values   []nameInput `json:"values"`
}

type nameInput struct {
	Name string `json:"name"`
}

// variantInput is a variant. Of one that the shop has already the quantities are left out: productSet has no key
// that makes a resend harmless, so an old publication would undo newer levels. Those go by SetLevels.
type variantInput struct {
	ID       string       `json:"id,omitempty"`
	SKU      string       `json:"sku,omitempty"`
	Barcode  string       `json:"barcode,omitempty"`
	Price    string       `json:"price,omitempty"`
	Policy   string       `json:"inventoryPolicy,omitempty"`
	Options  []valueInput `json:"optionValues"`
	Item     *itemInput   `json:"inventoryItem,omitempty"`
	Stock    []stockInput `json:"inventoryQuantities,omitempty"`
	File     *fileInput   `json:"file,omitempty"`
	existing *wireVariant // nil of a new one
}

type valueInput struct {
	Option string `json:"optionName"`
	Name   string `json:"name"`
}

type itemInput struct {
	Tracked bool `json:"tracked"`
}

type stockInput struct {
	LocationID string `json:"locationId"`
	Name       string `json:"name"`
	Quantity   int    `json:"quantity"`
}

// compose makes the input of a publication, with all that the shop has and Towpath does not manage, and the codes
// of what could not be set.
func (b *before) compose(p channel.Product, handle, location string) (in productInput, warnings []string) {
	names := optionNames(p)
	in = productInput{
		Handle: handle, Title: p.Title, Description: p.Description, Vendor: p.Brand, Type: p.Type, Tags: b.tags(p),
	}
	if b.product != nil {
		in.Handle = "" // it stays; the product is named by its id
	}
	if b.product == nil || b.product.Status == "DRAFT" || b.product.Status == statusArchived {
		in.Status = statusActive
	}
	own, others := b.variants(p, names)
	files, bySource, ok := b.files(p, len(others) == 0)
	if in.Files = files; !ok {
		warnings = append(warnings, CodeImagesLater)
	}
	for i, v := range p.Variants {
		one := newVariant(v, names, p.Currency, location)
		if own[i] != nil {
			one = one.instead(own[i])
			if !own[i].Item.Tracked {
				warnings = append(warnings, CodeNotTracked)
			}
		}
		if len(v.Images) > 0 && ok {
			file := bySource[v.Images[0]]
			one.File = &file
		}
		in.Variants = append(in.Variants, one)
	}
	for _, w := range others {
		in.Variants = append(in.Variants, kept(w))
	}
	in.Options = options(names, in.Variants)
	var byRule bool
	if in.Collections, byRule, ok = b.collections(p); !ok {
		warnings = append(warnings, CodeCollectionsLater)
	}
	if byRule {
		warnings = append(warnings, CodeCollectionByRule)
	}
	slices.Sort(warnings)
	return in, slices.Compact(warnings)
}

// newVariant is a variant that the shop does not have yet: tracked, not to be oversold, and stocked at the location.
func newVariant(v channel.Variant, names []string, currency, location string) variantInput {
	out := variantInput{
		SKU: v.SKU, Barcode: v.Barcode, Price: money.Format(v.Price, currency), Policy: "DENY", Item: &itemInput{Tracked: true},
		Stock: []stockInput{{LocationID: location, Name: "available", Quantity: v.Quantity}},
	}
	values := chosen(v, names)
	for _, name := range names {
		out.Options = append(out.Options, valueInput{Option: name, Name: values[name]})
	}
	return out
}

// instead revises a variant that the shop has: how it is stocked stays.
func (v variantInput) instead(of *wireVariant) variantInput {
	v.ID, v.existing, v.Policy, v.Item, v.Stock = of.ID, of, "", nil, nil
	return v
}

// kept names a variant that Towpath does not manage, so that it stays.
func kept(w *wireVariant) variantInput {
	out := variantInput{ID: w.ID, existing: w}
	for _, o := range w.Options {
		out.Options = append(out.Options, valueInput{Option: o.Name, Name: o.Value})
	}
	return out
}

// options lists each option's values in the order in which the variants bring them up.
func options(names []string, variants []variantInput) []optionInput {
	out := make([]optionInput, len(names))
	for i, name := range names {
		out[i] = optionInput{Name: name, Position: i + 1}
		for _, v := range variants {
			for _, o := range v.Options {
				if value := (nameInput{o.Name}); o.Option == name && !slices.Contains(out[i].Values, value) {
					out[i].Values = append(out[i].Values, value)
				}
			}
		}
	}
	return out
}

// tags are the aspects as "name: value", and the product's other tags. A comma would part a tag in two.
func (b *before) tags(p channel.Product) []string {
	if len(p.Aspects) == 0 {
		return nil
	}
	var tags []string
	if b.product != nil {
		for _, tag := range b.product.Tags {
			name, _, found := strings.Cut(tag, ": ")
			if _, ours := p.Aspects[name]; !found || !ours {
				tags = append(tags, tag)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Aspects)) {
		for _, value := range p.Aspects[name] {
			tags = append(tags, strings.ReplaceAll(name+": "+value, ",", " "))
		}
	}
	return tags
}

// collections are those that the product is to be put in, and those that others have put it in. By rule means that
// some were left out, because their rules decide; ok is false when not all of the product's could be read, and then
// they all stay as they are.
func (b *before) collections(p channel.Product) (ids []string, byRule, ok bool) {
	if len(p.Collections) == 0 {
		return nil, false, true
	}
	all := b.wanted
	if b.product != nil {
		if b.product.Collections.PageInfo.HasNextPage {
			return nil, false, false
		}
		all = append(slices.Clone(all), b.product.Collections.Nodes...)
	}
	for i := range all {
		switch {
		case all[i].byRule():
			byRule = byRule || slices.Contains(p.Collections, all[i].ID)
		case !slices.Contains(ids, all[i].ID):
			ids = append(ids, all[i].ID)
		}
	}
	return ids, byRule, true
}
