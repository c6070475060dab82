package shopify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// mutation returns the root of mutations; keys are the @idempotent keys of its fields.
func (s *shop) mutation(keys map[string]string) object {
	return object{kind: "Mutation", fields: map[string]any{
		"fulfillmentCreate": s.needs("write_merchant_managed_fulfillment_orders",
			call{[]string{"fulfillment", "message"}, s.fulfillmentCreate}),
		"fulfillmentTrackingInfoUpdate": s.needs("write_merchant_managed_fulfillment_orders",
			call{[]string{"fulfillmentId", "trackingInfoInput", "notifyCustomer"}, s.updateTracking}),
		"orderCancel": s.needs("write_orders",
			call{[]string{"orderId", "reason", "refundMethod", "restock", "notifyCustomer", "staffNote"}, s.cancelOrder}),
		"inventorySetQuantities": s.needs("write_inventory", call{[]string{"input"}, func(ctx context.Context, a arguments) (any, error) {
			return s.setQuantities(ctx, a, keys["inventorySetQuantities"])
		}}),
		"inventoryActivate": s.needs("write_inventory", call{[]string{"inventoryItemId", "locationId", "available"}, s.activate}),
		"fulfillmentOrderMove": s.needs("write_merchant_managed_fulfillment_orders",
			call{[]string{"id", "newLocationId", "fulfillmentOrderLineItems"}, s.fulfillmentOrderMove}),
		"productSet":    s.needs("write_products", call{[]string{"identifier", "input", "synchronous"}, s.setProduct}),
		"productUpdate": s.needs("write_products", call{[]string{"product"}, s.updateProduct}),
	}}
}

// idempotencyKeys returns the keys given with @idempotent, by field.
func idempotencyKeys(op *ast.OperationDefinition, x *executor) map[string]string {
	keys := map[string]string{}
	fields, err := x.fields(op.SelectionSet, "Mutation", 0)
	if err != nil {
		return keys
	}
	for _, f := range fields {
		d := f.Directives.ForName("idempotent")
		if d == nil || d.Arguments.ForName("key") == nil {
			continue
		}
		v, _ := d.Arguments.ForName("key").Value.Value(x.vars)
		keys[f.Name], _ = v.(string)
	}
	return keys
}

// userError is a refusal within a mutation's answer.
type userError struct {
	Code    string   `json:"code"`
	Field   []string `json:"field"`
	Message string   `json:"message"`
}

// quantities is the result of inventorySetQuantities, which is stored under its key.
type quantities struct {
	Group  string      `json:"group,omitempty"`
	Errors []userError `json:"errors,omitempty"`
}

func (q quantities) object() object {
	errs := make(list, len(q.Errors))
	for i, e := range q.Errors {
		var field any
		if e.Field != nil {
			field = e.Field
		}
		errs[i] = object{kind: "InventorySetQuantitiesUserError", fields: map[string]any{"code": e.Code, "field": field, "message": e.Message}}
	}
	var group any
	if q.Group != "" {
		group = object{kind: "InventoryAdjustmentGroup", fields: map[string]any{"id": q.Group, "reason": "correction"}}
	}
	return object{kind: "InventorySetQuantitiesPayload", fields: map[string]any{"inventoryAdjustmentGroup": group, "userErrors": errs}}
}

func refused(code, message string) quantities {
	return quantities{Errors: []userError{{Code: code, Message: message}}}
}

// setQuantities sets quantities, all or none. A repeated key returns the stored answer without effect; a key whose
// call was refused can't be used again.
func (s *shop) setQuantities(ctx context.Context, a arguments, key string) (any, error) {
	if key == "" {
		return nil, fail("BAD_REQUEST", "The @idempotent directive is required for this mutation but was not provided.")
	}
	changes, err := readQuantities(a["input"])
	if err != nil {
		return nil, err
	}
	if !referable(a["input"]) {
		return refused("INVALID_REFERENCE_DOCUMENT", "The specified reference document is invalid.").object(), nil
	}
	if !s.enter(key) {
		return refused("IDEMPOTENCY_CONCURRENT_REQUEST", "This request is currently in progress, please try again.").object(), nil
	}
	defer s.leave(key)
	print, err := fingerprint(a["input"])
	if err != nil {
		return nil, err
	}
	known, text, found, err := s.market.Recall(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("recall: %w", err)
	}
	if found {
		return replay(known == print, text)
	}
	done, err := s.apply(ctx, changes)
	if err != nil {
		return nil, err
	}
	text, err = json.Marshal(done)
	if err != nil {
		return nil, fmt.Errorf("remember: %w", err)
	}
	if err := s.market.Remember(ctx, key, print, text); err != nil {
		return nil, fmt.Errorf("remember: %w", err)
	}
	return done.object(), nil
}

func replay(same bool, text []byte) (any, error) {
	if !same {
		return refused("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "The same idempotency key cannot be used with different operation parameters.").object(), nil
	}
	var before quantities
	if err := json.Unmarshal(text, &before); err != nil {
		return nil, fmt.Errorf("remembered answer: %w", err)
	}
	if len(before.Errors) > 0 {
		return refused("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", "A previous request with this idempotency key failed. Retry with a new idempotency key.").object(), nil
	}
	return before.object(), nil
}

// enter marks a call with the key as in progress; it returns false if one already is.
func (s *shop) enter(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[key] {
		return false
	}
	s.busy[key] = true
	return true
}

func (s *shop) leave(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.busy, key)
}

// quantityChange is one entry of the input.
type quantityChange struct {
	item, location string
	quantity       int
	from           *int // compare and set; nil = no check
}

// readQuantities reads the input; what a schema would refuse is a top-level error.
func readQuantities(input any) ([]quantityChange, error) {
	in, _ := input.(map[string]any)
	entries, ok := in["quantities"].([]any)
	reason, _ := in["reason"].(string)
	if !ok || reason == "" {
		return nil, fail("INVALID_VARIABLE", "Variable $input of type InventorySetQuantitiesInput! was provided invalid value")
	}
	if name, _ := in["name"].(string); name != "available" {
		return nil, fail("BAD_REQUEST", "this simulated shop keeps available quantities only, not %q", name)
	}
	if len(entries) > maxPage {
		return nil, fail("INVALID_VARIABLE", "The input array size of %d is greater than the maximum allowed of %d.", len(entries), maxPage)
	}
	changes := make([]quantityChange, len(entries))
	for i, e := range entries {
		one, _ := e.(map[string]any)
		c := &changes[i]
		c.item, _ = one["inventoryItemId"].(string)
		c.location, _ = one["locationId"].(string)
		if c.quantity, ok = whole(one["quantity"]); !ok || c.item == "" || c.location == "" {
			return nil, fail("INVALID_VARIABLE", "Variable $input: quantities.%d was provided invalid value", i)
		}
		from, given := one["changeFromQuantity"]
		if !given {
			return nil, fail("INVALID_FIELD_ARGUMENTS", "InventoryQuantityInput must include the following argument: changeFromQuantity")
		}
		if n, ok := whole(from); ok {
			c.from = &n
		}
	}
	return changes, nil
}

// apply checks every entry and sets all quantities if none is wrong. A purchase may happen between the check of
// changeFromQuantity and the change; with null, which Towpath sends, nothing is checked.
func (s *shop) apply(ctx context.Context, changes []quantityChange) (quantities, error) {
	var done quantities
	set, seen := make([]market.QuantityChange, 0, len(changes)), map[string]bool{}
	for i, c := range changes {
		bad := func(field, code, message string) {
			done.Errors = append(done.Errors, userError{Code: code, Field: []string{"input", "quantities", strconv.Itoa(i), field}, Message: message})
		}
		l, err := s.market.ListingByRef(ctx, c.item)
		switch {
		case errors.Is(err, market.ErrNoListing), err == nil && detailsOf(l).Deleted,
			err == nil && s.options.Injector.Strikes(faults.ProductGone, "inventorySetQuantities"):
			bad("inventoryItemId", "INVALID_INVENTORY_ITEM", "The specified inventory item could not be found.")
			continue
		case err != nil:
			return quantities{}, fmt.Errorf("listing: %w", err)
		case s.options.Injector.Chosen(faults.ForbiddenSKU, "inventorySetQuantities", l.SKU):
			bad("inventoryItemId", "NON_MUTABLE_INVENTORY_ITEM", "The specified inventory item is not allowed to be adjusted via API.")
		case !s.has(c.location):
			bad("locationId", "INVALID_LOCATION", "The specified location could not be found.")
		case c.quantity < 0:
			bad("quantity", "INVALID_QUANTITY_NEGATIVE", "The quantity can't be negative.")
		case c.quantity > 1_000_000_000:
			bad("quantity", "INVALID_QUANTITY_TOO_HIGH", "The total quantity can't be higher than 1,000,000,000.")
		case seen[c.item+c.location]:
			bad("inventoryItemId", "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", "The combination of inventoryItemId and locationId must be unique.")
		case c.from != nil && *c.from != s.available(ctx, l, c.location):
			bad("changeFromQuantity", "CHANGE_FROM_QUANTITY_STALE", "The changeFromQuantity value does not match persisted value.")
		}
		seen[c.item+c.location] = true
		set = append(set, market.QuantityChange{SKU: l.SKU, Quantity: c.quantity, Location: s.further(c.location), Ended: true}) // an archived product's inventory can be set
	}
	if len(done.Errors) > 0 {
		return done, nil
	}
	refusals, err := s.market.SetQuantities(ctx, set)
	if err = errors.Join(append(refusals, err)...); err != nil {
		return quantities{}, fmt.Errorf("set quantities: %w", err)
	}
	return quantities{Group: "gid://shopify/InventoryAdjustmentGroup/" + uuid.NewString()}, nil
}

// gidReference matches a reference document in the form of a complete global id.
var gidReference = regexp.MustCompile(`^gid://[\w-]+/\w+/[\w-]+$`)

// referable reports whether the input's reference document, if it has one, is a URI with a scheme and more.
func referable(input any) bool {
	in, _ := input.(map[string]any)
	text, given := in["referenceDocumentUri"].(string)
	if !given || strings.HasPrefix(text, "gid:") {
		return !given || gidReference.MatchString(text)
	}
	u, err := url.Parse(text)
	return err == nil && u.Scheme != "" && u.Host+u.Path+u.Opaque != ""
}

// fingerprint returns a hash of a request, to compare requests with the same key.
func fingerprint(input any) (string, error) {
	text, err := json.Marshal(input)
	if err != nil {
		return "", fmt.Errorf("fingerprint: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
