package shopify

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// updateProduct changes a product's status; this shop's productUpdate can do nothing else.
func (s *shop) updateProduct(ctx context.Context, a arguments) (any, error) {
	s.products.Lock()
	defer s.products.Unlock()
	in, _ := a["product"].(map[string]any)
	n, ok := number(text(in, "id", ""), "Product")
	if !ok {
		return nil, invalidID(text(in, "id", ""))
	}
	refuse := func(message string, field ...string) object {
		e := object{kind: "UserError", fields: map[string]any{"field": field, "message": message}}
		return object{kind: "ProductUpdatePayload", fields: map[string]any{"product": nil, "userErrors": list{e}}}
	}
	p, found, err := s.byNumber(ctx, n-productBase)
	if err != nil {
		return nil, err
	}
	if !found || s.options.Injector.Strikes(faults.ProductGone, "productUpdate") {
		return refuse("Product does not exist", "id"), nil
	}
	if len(in) != 2 || !slices.Contains([]string{"ACTIVE", "DRAFT", "ARCHIVED"}, text(in, "status", "")) {
		return nil, fail("BAD_REQUEST", "this simulated shop's productUpdate sets the status only")
	}
	p.Status = text(in, "status", "")
	if err := s.restatus(ctx, p); err != nil {
		return nil, err
	}
	return object{kind: "ProductUpdatePayload", fields: map[string]any{"product": s.productObject(p), "userErrors": list{}}}, nil
}

// restatus copies a product's status to its listings.
func (s *shop) restatus(ctx context.Context, p product) error {
	listings, err := s.variants(ctx, p)
	if err != nil {
		return err
	}
	if statusOf(p.Status) == market.Ended {
		_, err = s.market.ArchiveListings(ctx, p.SKUs) // their inventory stays as it is
	} else {
		for i := range listings {
			listings[i].Status, listings[i].Quantity = statusOf(p.Status), -1
		}
		err = s.market.SaveListings(ctx, listings)
	}
	if err == nil && len(listings) > 0 && listings[0].Product != "" {
		err = s.save(ctx, p)
	}
	return err
}
