package explain

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
)

// Names returns the spellings under which an order that a person calls by a reference may be saved, the given one first: without
// surrounding space, with and without Shopify's #, and as Shopify's global id.
func Names(reference string) []string {
	trimmed := strings.TrimSpace(reference)
	bare := strings.TrimPrefix(trimmed, "#")
	all := []string{reference, trimmed, bare, "#" + bare, strings.ToUpper(trimmed)}
	if digits.MatchString(bare) {
		all = append(all, shopifyOrder+bare)
	}
	var out []string
	for _, n := range all {
		if strings.Trim(n, " #") != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// shopifyOrder begins Shopify's global id of an order: the number in the address of its page in Shopify's admin follows.
const shopifyOrder = "gid://shopify/Order/"

// ListingNames returns the spellings under which a listing that a person calls by its id may be saved: as given, and as Shopify's global id of a variant.
func ListingNames(id string) []string {
	id = strings.TrimSpace(id)
	if digits.MatchString(id) {
		return []string{id, shopifyVariant + id}
	}
	return []string{id}
}

// shopifyVariant begins Shopify's global id of a variant.
const shopifyVariant = "gid://shopify/ProductVariant/"

// The order ids of the channels: Amazon's 3-7-7 digits, eBay's 2-5-5, Shopify's number, which is longer than an order's name.
var (
	digits    = regexp.MustCompile(`^[0-9]+$`)
	amazonID  = regexp.MustCompile(`^[0-9]{3}-[0-9]{7}-[0-9]{7}$`)
	ebayID    = regexp.MustCompile(`^[0-9]{2}-[0-9]{5}-[0-9]{5}$`)
	shopifyID = regexp.MustCompile(`^(gid://shopify/Order/)?[0-9]{8,}$`)
)

// AskBy returns the id by which a channel can be asked for an order that is not saved here, or why it can't.
func AskBy(kind channel.Kind, reference string) (id, why string) {
	id = strings.TrimSpace(reference)
	switch kind {
	case channel.Amazon:
		if !amazonID.MatchString(id) {
			return "", fmt.Sprintf("%q is no order id of Amazon: they look like 202-5538961-7743559", id)
		}
	case channel.EBay:
		if !ebayID.MatchString(id) {
			return "", fmt.Sprintf("%q is no order id of eBay: they look like 14-12345-67890", id)
		}
	case channel.Shopify:
		if !shopifyID.MatchString(id) {
			return "", fmt.Sprintf("Shopify is asked by the number in the address of the order's page in its admin, not by the name %q", id)
		}
		if !strings.HasPrefix(id, shopifyOrder) {
			id = shopifyOrder + id
		}
	}
	return id, ""
}

// Candidates returns the accounts on which an order that is not saved anywhere is looked for: those whose channel has order ids like
// the reference, or all if no channel has.
func Candidates(all []account.Account, reference string) []account.Account {
	likely := slices.DeleteFunc(slices.Clone(all), func(a account.Account) bool {
		_, why := AskBy(a.Channel, reference)
		return why != ""
	})
	if len(likely) > 0 {
		return likely
	}
	if named := slices.DeleteFunc(slices.Clone(all), func(a account.Account) bool { return a.Channel != channel.Shopify }); len(named) > 0 {
		return named // only Shopify's orders have names of the merchant's own
	}
	return all
}

// Sort puts the explanations first whose account has the order, or knows most of it; those of test endpoints, where nobody buys, last.
func Sort(list []Explanation) {
	rank := func(x Explanation) int {
		switch f := x.First(); {
		case x.RowID > 0:
			return 0
		case f.Cause == SetAside || f.Cause == Unusable || x.Answer.Has():
			return 1
		case f.Cause == NothingIsKnown:
			return 3
		case f.Cause == NotOnChannel:
			return 4
		}
		return 2
	}
	test := func(x Explanation) int {
		if x.Endpoint == channel.Test {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(list, func(a, b Explanation) int {
		return cmp.Or(rank(a)-rank(b), test(a)-test(b))
	})
}
