package packing

import (
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/order"
)

// Prefix of Shopify's ids in its API. Exports of its admin show only the rest.
const shopifyOrder = "gid://shopify/Order/"

// Names returns the references and channel order ids that a row's text for an order may mean, the likeliest first:
// the text itself, then with and without the # that Shopify puts before an order's name.
func Names(word string) []string {
	names := []string{word}
	if bare, has := strings.CutPrefix(word, "#"); has {
		return append(names, bare)
	}
	names = append(names, "#"+word)
	if digits(word) {
		names = append(names, shopifyOrder+word)
	}
	return names
}

// Orders has orders by reference and channel order id.
type Orders map[string][]*Order

// Index returns orders by reference and channel order id.
func Index(orders []*Order) Orders {
	found := make(Orders, 2*len(orders))
	for _, o := range orders {
		found[o.ID] = append(found[o.ID], o)
		if o.Reference != o.ID {
			found[o.Reference] = append(found[o.Reference], o)
		}
	}
	return found
}

// find returns the orders for the word on the account (empty: on any).
func (f Orders) find(word, account string) []*Order {
	for _, name := range Names(word) {
		var fit []*Order
		for _, o := range f[name] {
			if account == "" || o.Account == account {
				fit = append(fit, o)
			}
		}
		if len(fit) > 0 {
			return fit
		}
	}
	return nil
}

// line returns a line by the channel's id; for Shopify's ids the last part is enough.
func (o *Order) line(id string) *order.Line {
	for i := range o.Lines {
		if l := o.Lines[i]; l.LineID == id || strings.HasSuffix(l.LineID, "/"+id) {
			return l
		}
	}
	return nil
}

// lineOfSKU returns the only line with the row's SKU.
func (o *Order) lineOfSKU(r Row, wrong func(column, what, want string)) string {
	var found []string
	for _, l := range o.Lines {
		if l.SKU == r.SKU {
			found = append(found, l.LineID)
		}
	}
	switch len(found) {
	case 0:
		wrong("sku", fmt.Sprintf("order %s has no line of %s", o.Reference, r.SKU), "a line's id, one of "+lineNames(o))
	case 1:
		return found[0]
	default:
		wrong("sku", fmt.Sprintf("order %s has %d lines of %s", o.Reference, len(found), r.SKU), "the line's id, one of "+strings.Join(found, ", "))
	}
	return ""
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}
