package ebay

import (
	"encoding/json"
	"reflect"
)

// equal reports whether two records are equal, ignoring the fields in aside.
func (r record) equal(other record, aside ...string) bool {
	a, b := recordOf(r, aside...), recordOf(other, aside...)
	if len(a) != len(b) {
		return false
	}
	for name, raw := range a {
		var x, y any
		if json.Unmarshal(raw, &x) != nil || json.Unmarshal(b[name], &y) != nil || !reflect.DeepEqual(x, y) {
			return false
		}
	}
	return true
}

// sameItem reports whether eBay's item is as wanted. The stock is not compared: SetLevels sets it.
func (s *submission) sameItem(m member) bool {
	have := s.items[m.SKU]
	return have != nil && s.listed(m.SKU) && s.itemOf(m).equal(recordOf(have, readOnlyOfItems...), "sku", "locale", "availability")
}

// samePrice and sameOffer report whether the price, or the rest of the offer, is as wanted. A price that is left to another tool is.
func (s *submission) samePrice(m member) bool {
	return m.KeepsPrice && s.listed(m.SKU) || s.offers[m.SKU].fields.within("pricingSummary").costs(m.Price, m.product.Currency)
}

func (s *submission) sameOffer(m member) bool {
	have := recordOf(s.offers[m.SKU].fields, readOnlyOfOffers...)
	return s.listed(m.SKU) && s.offerOf(m).equal(have, "pricingSummary")
}

// sameGroup reports whether eBay's group of the family is as wanted.
func (s *submission) sameGroup(f *family) bool {
	return !f.grouped() || f.group != nil && f.groupRecord(s.open(f)).equal(recordOf(f.group, readOnlyOfGroups...))
}

// same reports whether the variant is listed as wanted, so that nothing is sent.
func (s *submission) same(m member) bool {
	return s.listed(m.SKU) && s.sameItem(m) && s.sameOffer(m) && s.samePrice(m) && s.sameGroup(m.family)
}
