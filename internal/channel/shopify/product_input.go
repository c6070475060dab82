package shopify

import (
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/money"
)

// productInput is the input of productSet. Of a list that is sent, Shopify deletes the entries that are missing; a
// list that is not sent stays unchanged.
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

// variantInput is a variant. For an existing one the quantities are left out: productSet has no idempotency key, so
// an old publication sent again would overwrite newer levels. SetLevels sets those.
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
	existing *wireVariant // nil for a new one
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

// compose returns the input of a publication, including everything in the shop that Towpath does not manage, and the
// codes of what could not be set.
func (b *before) compose(p channel.Product, handle string, stocked []string) (in productInput, warnings []string) {
	names := optionNames(p)
	in = productInput{
		Handle: handle, Title: p.Title, Description: p.Description, Vendor: p.Brand, Type: p.Type, Tags: b.tags(p),
	}
	if b.product != nil {
		in.Handle = "" // unchanged; the product is identified by its id
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
		one := newVariant(v, names, p.Currency, stocked)
		if own[i] != nil {
			one = one.instead(own[i])
			if v.KeepsPrice {
				one.Price = "" // not sent, it stays
			}
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

// newVariant returns a new variant: tracked, not to be oversold, and stocked at the locations. Where there are several, SetLevels says
// how many each has: until then none is promised.
func newVariant(v channel.Variant, names []string, currency string, stocked []string) variantInput {
	out := variantInput{SKU: v.SKU, Barcode: v.Barcode, Price: money.Format(v.Price, currency), Policy: "DENY", Item: &itemInput{Tracked: true}}
	for _, gid := range stocked {
		one := stockInput{LocationID: gid, Name: "available"}
		if len(stocked) == 1 {
			one.Quantity = v.Quantity
		}
		out.Stock = append(out.Stock, one)
	}
	values := chosen(v, names)
	for _, name := range names {
		out.Options = append(out.Options, valueInput{Option: name, Name: values[name]})
	}
	return out
}

// instead returns the update of an existing variant: how it is stocked stays unchanged.
func (v variantInput) instead(of *wireVariant) variantInput {
	v.ID, v.existing, v.Policy, v.Item, v.Stock = of.ID, of, "", nil, nil
	return v
}

// kept returns the entry that keeps a variant that Towpath does not manage.
func kept(w *wireVariant) variantInput {
	out := variantInput{ID: w.ID, existing: w}
	for _, o := range w.Options {
		out.Options = append(out.Options, valueInput{Option: o.Name, Name: o.Value})
	}
	return out
}

// options returns each option's values in the order of the variants.
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

// tags returns the aspects as "name: value" and the product's other tags. A comma would split a tag.
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

// collections returns the collections that the product should be in and those that others added it to. byRule means
// that some were left out because rules select their products. ok is false when the product's collections could not
// all be read; then they stay unchanged.
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
