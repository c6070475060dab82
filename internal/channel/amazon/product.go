package amazon

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/money"
)

var productTypes = regexp.MustCompile(`^[A-Z0-9_]+$`)

const longestSKU = 40 // characters

// incomplete says what a product lacks for a request that makes sense; empty = nothing.
func incomplete(p channel.Product) string {
	_, known := money.Digits(p.Currency)
	switch {
	case !productTypes.MatchString(p.Type):
		return fmt.Sprintf("the product type %q is not one of Amazon's: give one such as LUGGAGE", p.Type)
	case strings.TrimSpace(p.Title) == "":
		return "the product has no title"
	case !known:
		return fmt.Sprintf("the currency %q is not an ISO 4217 code", p.Currency)
	case len(p.Variants) == 0:
		return "the product has no variant"
	case len(p.Options) == 0 && len(p.Variants) > 1:
		return "the product has several variants and no option that tells them apart"
	case len(p.Options) > 0 && strings.TrimSpace(p.Key) == "":
		return "the product has variants and no key: it becomes the SKU of their parent"
	}
	seen := map[string]string{}
	if len(p.Options) > 0 {
		seen["sku "+p.Key] = "the product itself"
	}
	for _, v := range p.Variants {
		values := "options"
		for _, option := range p.Options {
			value := strings.TrimSpace(v.Options[option])
			if value == "" {
				return fmt.Sprintf("variant %s has no %s", v.SKU, option)
			}
			values += fmt.Sprintf(" %q", strings.ToLower(value))
		}
		switch {
		case strings.TrimSpace(v.SKU) == "" || len(v.SKU) > longestSKU:
			return fmt.Sprintf("the SKU %q of a variant is empty or longer than %d characters", v.SKU, longestSKU)
		case v.Price <= 0 || v.Quantity < 0:
			return fmt.Sprintf("variant %s has the price %d and the quantity %d", v.SKU, v.Price, v.Quantity)
		case seen["sku "+v.SKU] != "":
			return fmt.Sprintf("the SKU %s is also that of %s", v.SKU, seen["sku "+v.SKU])
		case len(p.Options) > 0 && seen[values] != "":
			return fmt.Sprintf("variants %s and %s have the same options", seen[values], v.SKU)
		}
		seen["sku "+v.SKU], seen[values] = "another variant", v.SKU
	}
	return ""
}

// same tells whether Amazon has an item as it would be put, but for its quantity, which is the levels' matter. Amazon
// adds attributes of its own, so one that only Amazon has makes no difference, unless it is an image.
func (c *client) same(i item, there wireListing) bool {
	for name, ours := range i.attributes {
		if name == "fulfillment_availability" {
			continue
		}
		if !c.sameValues(ours, there.Attributes[name]) {
			return false
		}
	}
	for name := range there.Attributes {
		if strings.Contains(name, "product_image_locator") && i.attributes[name] == nil {
			return false
		}
	}
	return true
}

// sameValues tells whether an attribute has these values in the account's marketplace, and no others.
func (c *client) sameValues(ours []map[string]any, there json.RawMessage) bool {
	var theirs, wanted []any
	text, err := json.Marshal(ours)
	if err != nil || json.Unmarshal(text, &wanted) != nil || json.Unmarshal(there, &theirs) != nil {
		return false
	}
	theirs = slices.DeleteFunc(theirs, func(value any) bool {
		entry, _ := value.(map[string]any)
		place, named := entry["marketplace_id"]
		return named && place != c.account.Marketplace
	})
	return within(wanted, theirs)
}

// within tells whether a JSON value holds all of another: the same number of entries in its lists, and at least the same
// fields in its objects.
func within(wanted, there any) bool {
	switch wanted := wanted.(type) {
	case []any:
		list, ok := there.([]any)
		return ok && len(list) == len(wanted) && !slices.ContainsFunc(wanted, func(w any) bool {
			return !slices.ContainsFunc(list, func(t any) bool { return within(w, t) })
		})
	case map[string]any:
		object, ok := there.(map[string]any)
		if !ok {
			return false
		}
		for name, value := range wanted {
			if !within(value, object[name]) {
				return false
			}
		}
		return true
	}
	return wanted == there
}
