package shopify

import (
	"context"
	"errors"
	"fmt"

	"github.com/towpath/towpath/internal/simulator/market"
)

// activate stocks an item at a location. One that is stocked there already keeps its quantity, as since API version 2026-04.
func (s *shop) activate(ctx context.Context, a arguments) (any, error) {
	answer := func(message string, field ...string) object {
		errs := list{}
		if message != "" {
			errs = append(errs, object{kind: "UserError", fields: map[string]any{"field": field, "message": message}})
		}
		return object{kind: "InventoryActivatePayload", fields: map[string]any{"inventoryLevel": nil, "userErrors": errs}}
	}
	l, err := s.market.ListingByRef(ctx, a.text("inventoryItemId"))
	switch {
	case errors.Is(err, market.ErrNoListing):
		return answer("The specified inventory item could not be found.", "inventoryItemId"), nil
	case err != nil:
		return nil, fmt.Errorf("listing: %w", err)
	case !s.has(a.text("locationId")):
		return answer("The specified location could not be found.", "locationId"), nil
	}
	if at := s.further(a.text("locationId")); at != "" {
		if err := s.market.Activate(ctx, l.SKU, at); err != nil {
			return nil, fmt.Errorf("activate: %w", err)
		}
	}
	return answer(""), nil
}

// available returns what a listing has at a location, also where it is not sold from there.
func (s *shop) available(ctx context.Context, l market.Listing, location string) int {
	if at := s.further(location); at != "" {
		n, _, _ := s.market.Shelf(ctx, l.SKU, at)
		return n
	}
	return l.Quantity
}
