package shopify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/simulator/market"
)

// allScopes are the scopes granted to the app, unless Grant changes them.
var allScopes = []string{
	"read_all_orders", "write_inventory", "write_merchant_managed_fulfillment_orders", "write_orders", "write_products", "read_locations",
}

const scopesKind = "scopes"

// Grant makes the shop grant exactly these access scopes to the app.
func Grant(ctx context.Context, m market.Seller, scopes ...string) error {
	body, err := json.Marshal(scopes)
	if err != nil {
		return fmt.Errorf("grant scopes: %w", err)
	}
	return m.PutDocuments(ctx, []market.Document{{Kind: scopesKind, Key: "app", Body: body}})
}

func (s *shop) scopes(ctx context.Context) ([]string, error) {
	body, found, err := s.market.Document(ctx, scopesKind, "app")
	if err != nil || !found {
		return allScopes, err
	}
	var scopes []string
	if err := json.Unmarshal(body, &scopes); err != nil {
		return nil, fmt.Errorf("read scopes: %w", err)
	}
	return scopes, nil
}

// needs returns a field that can be read only with a scope; a write scope includes reading.
func (s *shop) needs(scope string, field call) call {
	do := field.do
	field.do = func(ctx context.Context, a arguments) (any, error) {
		granted, err := s.scopes(ctx)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(granted, scope) && !slices.Contains(granted, strings.Replace(scope, "read_", "write_", 1)) {
			return nil, fail("ACCESS_DENIED", "Access denied. Required access: `%s` access scope.", scope)
		}
		return do(ctx, a)
	}
	return field
}

func (s *shop) installation(ctx context.Context, _ arguments) (any, error) {
	granted, err := s.scopes(ctx)
	if err != nil {
		return nil, err
	}
	scopes := make(list, len(granted))
	for i, handle := range granted {
		scopes[i] = object{kind: "AccessScope", fields: map[string]any{"handle": handle, "description": handle}}
	}
	return object{kind: "AppInstallation", fields: map[string]any{"id": gid("AppInstallation", 1), "accessScopes": scopes}}, nil
}
