package ebay

import (
	"context"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/aspects"
)

// Codes of issues that are found by what eBay lists already.
const (
	issueSoldOut      = "sold-out"
	issueNotPermitted = "not-permitted"
)

// Wants are the seller's settings and the product's category.
func (c *connection) Wants(p channel.Product) []string { return []string{"", p.Type} }

// Check holds products to their categories, to what the seller has set up, and to what eBay lists of them.
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

// sellerOf is what the seller has set up. Where the account names something that is not in the definition that is kept, eBay is asked anew: it may
// have been made since.
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
			return kept, nil // what is kept is known well enough
		}
		return fresh, nil
	}
	return kept, nil
}

// compare holds a product against what eBay has of it: what is listed exactly so, what the account may not do, and what eBay would not list.
func (s *submission) compare(f *family, issues map[string][]listing.Issue, same map[string]bool) {
	refused := s.forbidden(f)
	for _, v := range f.product.Variants {
		switch {
		case s.same(member{f, v}):
			same[v.SKU] = true
		case refused != nil && refused.Code == codeNoRelisting:
			issues[v.SKU] = append(issues[v.SKU], against(issueNotPermitted, "",
				"The product was listed and has ended, and the account may not put it up again.", "listings.relist in the accounts file"))
		case refused != nil:
			issues[v.SKU] = append(issues[v.SKU], against(issueNotPermitted, "",
				"The product is listed otherwise, and the account may not revise listings.", "listings.revise in the accounts file"))
		case !s.listed(v.SKU) && v.Quantity <= 0:
			issues[v.SKU] = append(issues[v.SKU], against(issueSoldOut, "/availableQuantity",
				"Nothing of it is available, and eBay lists nothing new that is sold out.", "stock, or a level that the account may list"))
		}
	}
}

func against(code, pointer, message, want string) listing.Issue {
	return listing.Issue{Stage: listing.Validation, Severity: listing.Error, Code: code, Pointer: pointer, Message: message, Want: want}
}
