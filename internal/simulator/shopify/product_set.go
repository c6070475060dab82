package shopify

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// setProduct creates or changes a product. Entries missing from a given list are deleted.
func (s *shop) setProduct(ctx context.Context, a arguments) (any, error) {
	s.products.Lock()
	defer s.products.Unlock()
	in, _ := a["input"].(map[string]any)
	identifier, _ := a["identifier"].(map[string]any)
	c, err := s.change(ctx, identifier, in)
	if err != nil {
		return nil, err
	}
	if len(c.errs) == 0 {
		err = s.carryOut(ctx, c)
	}
	if err != nil {
		return nil, err
	}
	if at, given := a["synchronous"].(bool); given && !at {
		return s.later(ctx, c)
	}
	var done any
	if len(c.errs) == 0 {
		done = s.productObject(c.becomes)
	}
	return payload("ProductSetPayload", map[string]any{"product": done, "productSetOperation": nil}, "ProductSetUserError", c.errs), nil
}

// payload returns a mutation's answer with its user errors.
func payload(kind string, fields map[string]any, errorKind string, errs []userError) object {
	all := make(list, len(errs))
	for i, e := range errs {
		all[i] = object{kind: errorKind, fields: map[string]any{"code": e.Code, "field": e.Field, "message": e.Message}}
	}
	fields["userErrors"] = all
	return object{kind: kind, fields: fields}
}

// change computes what a productSet changes.
func (s *shop) change(ctx context.Context, identifier, in map[string]any) (*productChange, error) {
	c := &productChange{}
	handle, err := s.identified(ctx, c, identifier, in)
	if err != nil || handle == "" {
		return c, err
	}
	if c.exists {
		if c.old, err = s.variants(ctx, c.was); err != nil {
			return nil, err
		}
	}
	if c.becomes = c.was; !c.exists {
		n, err := s.next(ctx, "product")
		if err != nil {
			return nil, err
		}
		c.becomes = product{Number: ownNumbers + n, Handle: handle, Status: "ACTIVE"}
	}
	if s.options.Injector.Strikes(faults.ListingLimit, "productSet") {
		c.wrong("VARIANTS_OVER_LIMIT", "Number of product variants exceeds shop limit", "variants")
		return c, nil
	}
	c.plain(in)
	c.files(in)
	c.options(in)
	if len(c.errs) == 0 {
		c.variantsOf(in, s.options.Location)
	}
	if s.options.Injector.Strikes(faults.DuplicateVariation, "productSet") {
		c.wrong("INVALID_VARIANT", "The variant 'Default Title' already exists. Please change at least one option value.", "variants", "0")
	}
	return c, s.clashes(ctx, c)
}

// identified finds the product by its handle or id and returns its handle; empty if that was refused.
func (s *shop) identified(ctx context.Context, c *productChange, identifier, in map[string]any) (handle string, err error) {
	if len(identifier) != 1 {
		return "", fail("INVALID_VARIABLE", "Variable $identifier of type ProductSetIdentifiers! requires exactly one argument")
	}
	if _, given := in["id"]; given {
		c.wrong("ID_NOT_ALLOWED", "The id field is not allowed if identifier is provided", "id")
	}
	if id := text(identifier, "id", ""); id != "" {
		n, ok := number(id, "Product")
		if !ok {
			return "", invalidID(id)
		}
		if c.was, c.exists, err = s.byNumber(ctx, n-productBase); err == nil && !c.exists {
			c.wrong("PRODUCT_DOES_NOT_EXIST", "Product does not exist")
		}
		return c.was.Handle, err
	}
	if handle = text(identifier, "handle", ""); handle == "" {
		return "", fail("BAD_REQUEST", "this simulated shop identifies products by handle or id")
	}
	switch given, ok := in["handle"].(string); {
	case !ok:
		c.wrong("MISSING_FIELD_REQUIRED", "The input field corresponding to the identifier is required", "handle")
	case given != handle:
		c.wrong("INPUT_MISMATCH", "The identifier value does not match the value of the corresponding field in the input", "handle")
	}
	c.was, c.exists, err = s.byHandle(ctx, handle)
	return handle, err
}

// clashes refuses a SKU that another product has. Shopify allows it; this shop has one listing per SKU.
func (s *shop) clashes(ctx context.Context, c *productChange) error {
	var skus []string
	for _, l := range c.listings {
		if l.SKU != "" && !slices.Contains(c.was.SKUs, l.SKU) {
			skus = append(skus, l.SKU)
		}
	}
	if len(skus) == 0 || len(c.errs) > 0 {
		return nil
	}
	found, _, err := s.market.Listings(ctx, market.ListingFilter{SKUs: skus})
	if err != nil {
		return fmt.Errorf("listings: %w", err)
	}
	for _, l := range found {
		i := slices.IndexFunc(c.listings, func(other market.Listing) bool { return other.SKU == l.SKU })
		d := detailsOf(l)
		if !d.Deleted {
			c.wrong("INVALID_VARIANT", "this simulated shop has the SKU in another product", "variants", strconv.Itoa(i), "sku")
			continue
		}
		fresh := detailsOf(c.listings[i])
		fresh.Life = d.Life + 1
		c.listings[i].Content = fresh.content()
		c.listings[i].Ref = gid("InventoryItem", itemBase+l.ID+fresh.Life*ownNumbers)
	}
	return nil
}

// carryOut writes the changes of a productSet.
func (s *shop) carryOut(ctx context.Context, c *productChange) error {
	p := &c.becomes
	status := statusOf(p.Status)
	p.SKUs = nil
	for i := range c.listings {
		l := &c.listings[i]
		if l.SKU == "" {
			n, err := s.next(ctx, "nameless")
			if err != nil {
				return err
			}
			l.SKU = nameless + strconv.FormatInt(n, 10)
		}
		l.Status, l.Title, l.ListingID = status, p.Title, ""
		if name := strings.Join(chosen(*p, *l), " / "); name != noOptionValue {
			l.Title += " - " + name
		}
		p.SKUs = append(p.SKUs, l.SKU)
	}
	if err := s.remove(ctx, c.old, p.SKUs); err != nil {
		return err
	}
	if err := s.market.SaveListings(ctx, c.listings); err != nil {
		return fmt.Errorf("set product: %w", err)
	}
	for _, q := range c.shelves {
		if err := s.market.Activate(ctx, q.SKU, q.Location); err != nil {
			return fmt.Errorf("set product: %w", err)
		}
	}
	refusals, err := s.market.SetQuantities(ctx, c.shelves)
	if err = errors.Join(append(refusals, err)...); err != nil {
		return fmt.Errorf("set product: %w", err)
	}
	return s.save(ctx, *p)
}

// remove deletes the listings that are not in stay. Their inventory items stay usable: a variant with a new SKU, and
// so a new listing, keeps its own.
func (s *shop) remove(ctx context.Context, old []market.Listing, stay []string) error {
	var skus []string
	var gone []market.Listing
	for _, l := range old {
		if slices.Contains(stay, l.SKU) {
			continue
		}
		d := detailsOf(l)
		d.Deleted = true
		l.Content, l.Product, l.Quantity, l.Status, l.Ref = d.content(), "", -1, market.Ended, l.Ref+"/gone"
		gone, skus = append(gone, l), append(skus, l.SKU)
	}
	if len(gone) == 0 {
		return nil
	}
	if _, err := s.market.EndListings(ctx, skus); err != nil {
		return fmt.Errorf("delete variants: %w", err)
	}
	return s.market.SaveListings(ctx, gone)
}

func statusOf(status string) market.ListingStatus {
	switch status {
	case "DRAFT":
		return market.Draft
	case "ARCHIVED":
		return market.Ended
	}
	return market.Live
}

// minorOf returns a Money value in minor units of the shop's currency.
func minorOf(v any) (int64, error) {
	s, _ := v.(string)
	minor, err := money.Parse(s, shopCurrency)
	if err == nil && minor < 0 {
		err = fmt.Errorf("no price: %s", s)
	}
	return minor, err
}

// hash returns a number derived from a text, for reproducible ids.
func hash(text string) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text))
	return int64(h.Sum32())
}
