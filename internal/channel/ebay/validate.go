package ebay

import (
	"context"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/aspects"
)

// Codes of issues found by comparison with eBay's listings.
const (
	issueSoldOut      = "sold-out"
	issueNotPermitted = "not-permitted"
)

// Wants returns the seller's settings and the product's category.
func (c *connection) Wants(p channel.Product) []string { return []string{"", p.Type} }

// Check compares products with their categories, the seller's settings and eBay's listings.
func (c *connection) Check(ctx context.Context, products []channel.Product, definitions channel.Definitions) ([]listing.Checked, error) {
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	set, f := c.sellerOf(ctx, definitions)
	if f != nil {
		return nil, f
	}
	s := c.newSubmission(products, definitions)
	if f := s.look(ctx); f != nil {
		return nil, f
	}
	if f := s.lookForGroups(ctx, s.anyListed); f != nil {
		return nil, f
	}
	checked := make([]listing.Checked, len(products))
	for i, p := range products {
		issues := aspects.Check(p, aspects.Rules{
			Marketplace: c.account.Marketplace, Currency: currencies[c.account.Marketplace], Settings: c.account.Publishing,
			Category: c.rules.category(definitions, p.Type), Seller: set,
		})
		same := map[string]bool{}
		if family := s.families[i]; family.refused == nil {
			s.compare(family, issues, same)
		}
		checked[i] = listing.Checked{Issues: issues, Same: same}
	}
	return checked, nil
}

// sellerOf returns the seller's settings. If the account names something that is not in the stored definition, eBay
// is asked again: it may be new.
func (c *connection) sellerOf(ctx context.Context, definitions channel.Definitions) (*aspects.Seller, *channel.Fault) {
	kept := seller(definitions)
	for _, name := range aspects.Settings() {
		if has, known := kept.Has(name, c.account.Publishing[name]); !known || has || c.account.Publishing[name] == "" {
			continue
		}
		d, err := c.defineSeller(ctx)
		if err != nil {
			return nil, channel.AsFault(err, opShipping)
		}
		fresh, err := aspects.ParseSeller(d.Body)
		if err != nil {
			return kept, nil // the stored definition is good enough
		}
		return fresh, nil
	}
	return kept, nil
}

// compare compares a product with eBay's: what is listed as wanted, what the account may not do, and what eBay would
// not list.
func (s *submission) compare(f *family, issues map[string][]listing.Issue, same map[string]bool) {
	refused := s.forbidden(f)
	for _, v := range f.product.Variants {
		switch {
		case s.same(member{f, v}):
			same[v.SKU] = true
		case refused != nil && refused.Code == codeNoRelisting:
			issues[v.SKU] = append(issues[v.SKU], against(issueNotPermitted, "",
				"The product's listing has ended, and the account may not relist it.", "listings.relist in the accounts file"))
		case refused != nil:
			issues[v.SKU] = append(issues[v.SKU], against(issueNotPermitted, "",
				"The product is listed with differences, and the account may not revise listings.", "listings.revise in the accounts file"))
		case !s.listed(v.SKU) && v.Quantity <= 0:
			issues[v.SKU] = append(issues[v.SKU], against(issueSoldOut, "/availableQuantity",
				"Nothing of it is available, and eBay accepts no new listing that is sold out.", "stock, or a level that the account may list"))
		}
	}
}

func against(code, pointer, message, want string) listing.Issue {
	return listing.Issue{Stage: listing.Validation, Severity: listing.Error, Code: code, Pointer: pointer, Message: message, Want: want}
}
