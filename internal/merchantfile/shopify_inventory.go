package merchantfile

import (
	"fmt"
	"strings"
)

// The inventory export has one row for each variant and location; that of before 2023 had one row for each variant
// and one column for each location.
var (
	shopifyInventory = definition{
		Format: Format{ID: "shopify-inventory", Title: "Shopify's inventory export", Holds: []Kind{Stock}, Use: "give it to: towpath stock import"},
		needs:  [][]string{need("handle"), need("sku"), need("location"), need("on hand (current)", "on hand", "available (not editable)", "available")},
		bind:   bindShopifyInventory,
	}
	shopifyInventoryByLocation = definition{
		Format: Format{
			ID: "shopify-inventory-by-location", Title: "Shopify's older inventory export, with a column for each location",
			Holds: []Kind{Stock}, Use: "give it to: towpath stock import",
		},
		needs: [][]string{need("handle"), need("sku"), need("option1 name"), need("coo", "hs code")},
		never: []string{"location", "variant sku", "available", "on hand"},
		bind:  bindShopifyByLocation,
	}
)

// notStocked is what Shopify writes instead of a number for a location without the variant.
const notStocked = "not stocked"

type inventoryRow struct {
	title, option, sku, location            column
	onHand, changed, available, unavailable column
}

// bindShopifyInventory reads what is on hand, less what Shopify calls unavailable (damaged, or set aside): those
// units are on the shelf but can't be sold.
func bindShopifyInventory(h *header, _ Options) shape {
	h.use(Stock)
	f := &inventoryRow{
		title: h.find("title"), option: h.find("option1 value"), sku: h.find("sku"), location: h.find("location"),
		onHand: h.find("on hand (current)", "on hand"), changed: h.find("on hand (new)"), available: column{at: -1}, unavailable: column{at: -1},
	}
	if f.onHand.there() {
		f.unavailable = h.find("unavailable (not editable)", "unavailable")
	} else {
		f.available = h.find("available (not editable)", "available")
	}
	return shape{
		last: f.sku, stock: f.read, numbers: []column{f.onHand, f.changed, f.available, f.unavailable},
	}
}

func (f *inventoryRow) read(p *page, rows []row, hand func(StockRow) error) error {
	r := rows[0]
	s := StockRow{Line: r.line, Location: r.get(f.location), Means: OnHand}
	count := f.onHand
	if !f.onHand.there() {
		s.Means, count = Available, f.available
	}
	switch {
	case r.get(f.sku) == "":
		s.Skip = fmt.Sprintf("%s has no SKU: give it one in Shopify, and export again", quote(label(r, f.title, f.option)))
	case strings.EqualFold(r.get(count), notStocked):
		s.SKU, s.Skip = r.bare(f.sku), "not stocked at "+s.Location
	default:
		if s.SKU = p.skuText(r, f.sku, r.bare(f.sku)); s.SKU == "" || !p.once(r, f.sku, s.SKU, s.Location) {
			return nil
		}
	}
	if s.Skip == "" && !f.agree(p, r) {
		return nil
	}
	return p.unitsOrSkip(r, count, s, func(s StockRow) error {
		if off := f.unsellable(p, r); off > 0 && s.Skip == "" {
			s.Note = fmt.Sprintf("%d on hand, of which %d are unavailable in Shopify and left out", s.Quantity, off)
			s.Quantity = max(0, s.Quantity-off)
		}
		return hand(s)
	})
}

// agree refuses a row in which the merchant has typed another count beside Shopify's.
func (f *inventoryRow) agree(p *page, r row) bool {
	typed := r.get(f.changed)
	if typed == "" || typed == r.get(f.onHand) {
		return true
	}
	p.wrong(r.line, f.changed, fmt.Sprintf("it says %s, and %s says %s", quote(typed), f.onHand.name, quote(r.get(f.onHand))),
		"one count: import the file into Shopify and export again, or empty this column")
	return false
}

func (f *inventoryRow) unsellable(p *page, r row) int {
	if text := r.get(f.unavailable); text == "" || strings.EqualFold(text, notStocked) {
		return 0
	}
	units, _ := p.quantity(r, f.unavailable)
	return units
}

// label returns a name for a variant without a SKU.
func label(r row, title, option column) string {
	if value := r.get(option); value != "" && value != "Default Title" {
		return r.get(title) + ", " + value
	}
	return r.get(title)
}

// inventoryColumns are the columns of the older export that are not locations.
var inventoryColumns = []string{
	"handle", "title", "option1 name", "option1 value", "option2 name", "option2 value", "option3 name", "option3 value", "sku", "hs code", "coo",
}

// bindShopifyByLocation finds the columns of the older export, which has only what is available.
func bindShopifyByLocation(h *header, _ Options) shape {
	h.use(Stock)
	sku, title, option := h.find("sku"), h.find("title"), h.find("option1 value")
	known := map[string]bool{"": true}
	for _, name := range inventoryColumns {
		known[name] = true
	}
	var locations []column
	for i, name := range h.names {
		if !known[plain(name)] {
			locations = append(locations, h.claim(i))
		}
	}
	s := shape{last: sku, numbers: locations}
	s.stock = func(p *page, rows []row, hand func(StockRow) error) error {
		r := rows[0]
		text := ""
		if r.get(sku) != "" {
			if text = p.skuText(r, sku, r.bare(sku)); text == "" || !p.once(r, sku, text, "") {
				return nil
			}
		}
		for _, c := range locations {
			s := StockRow{Line: r.line, SKU: text, Location: c.name, Means: Available}
			if text == "" {
				s.Skip = fmt.Sprintf("%s has no SKU: give it one in Shopify, and export again", quote(label(r, title, option)))
			} else if strings.EqualFold(r.get(c), notStocked) {
				s.Skip = "not stocked at " + c.name
			}
			if err := p.unitsOrSkip(r, c, s, hand); err != nil {
				return err
			}
		}
		return nil
	}
	if len(locations) == 0 {
		s.lacks = map[Kind]string{Stock: "no column is a location's"}
	}
	return s
}
