package shopify

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// shirt returns a product with one variant per SKU, each in its own size.
func shirt(skus ...string) channel.Product {
	p := channel.Product{
		Key: "Linen Shirt/2026", Type: "Shirts", Title: "Linen shirt", Description: "<p>Light.</p>", Brand: "Quill", Options: []string{"Size"},
		Images: []string{"https://images.example/shirt.jpg"}, Aspects: map[string][]string{"Material": {"Linen"}}, Currency: "GBP",
	}
	for i, sku := range skus {
		p.Variants = append(p.Variants, channel.Variant{
			SKU: sku, Barcode: fmt.Sprintf("505%010d", i), Price: 2999, Quantity: 3, Options: map[string]string{"Size": "S" + sku},
		})
	}
	return p
}

// publish submits one product without a check, and waits for operations in the background.
func (f *fixture) publish(t *testing.T, p channel.Product) channel.Publication {
	t.Helper()
	return f.submit(t, listing.Draft{Product: p})
}

func (f *fixture) submit(t *testing.T, drafts ...listing.Draft) channel.Publication {
	t.Helper()
	got, err := f.conn.Submit(t.Context(), drafts, false, nil)
	require.NoError(t, err)
	known, missing := got.Results, map[string]bool{}
	for _, d := range drafts {
		for _, v := range d.Product.Variants {
			missing[v.SKU] = true
		}
	}
	for _, r := range known {
		delete(missing, r.SKU)
	}
	polltest.Until(t, "the submission has its outcome", func() bool {
		if got.Pending != "" {
			got, err = f.conn.SubmitOutcome(t.Context(), got.Pending, slices.Sorted(maps.Keys(missing)))
			require.NoError(t, err)
		}
		return got.Pending == ""
	})
	if len(missing) > 0 {
		require.Len(t, got.Results, len(missing))
		got.Results = append(known, got.Results...)
	}
	return got
}

func accepted(t *testing.T, got channel.Publication) channel.Publication {
	t.Helper()
	for _, r := range got.Results {
		require.Nil(t, r.Fault, "%s: %+v", r.SKU, r.Fault)
		require.NotEmpty(t, r.Ref)
		require.NotEmpty(t, r.ListingID)
		require.NotEmpty(t, r.RequestID)
		require.Equal(t, "active", r.Step)
	}
	return got
}

// everything is a product of which all data is read.
var everything = channel.Product{Collections: []string{"gid://shopify/Collection/1"}, Images: []string{"https://images.example/a.jpg"}}

// stored returns the shop's product as the adapter reads it.
func (f *fixture) stored(t *testing.T, key string) *wireProduct {
	t.Helper()
	b, fault := f.conn.look(t.Context(), everything, identifier{Handle: handleOf(key)})
	require.Nil(t, fault)
	return b.product
}

// What somebody else has added to the product is still there after every publication.
func TestWhatIsNotOursStays(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := shirt("A", "B", "C")
	groups, err := f.conn.Collections(t.Context(), "")
	require.NoError(t, err)
	p.Collections = []string{groups.Collections[0].ID}
	accepted(t, f.publish(t, p))

	// Another tool adds a variant, a picture, a tag and a collection.
	others := shirt("A", "B", "C", "THEIRS")
	others.Images = append(others.Images, "https://other.example/theirs") // without an ending: not known again as ours
	others.Collections = []string{groups.Collections[0].ID, groups.Collections[1].ID}
	others.Aspects = map[string][]string{"Material": {"Linen"}, "Season": {"Summer"}}
	accepted(t, f.publish(t, others))
	require.NoError(t, f.market.SaveListings(t.Context(), []market.Listing{f.listing(t, "A", 41), f.listing(t, "THEIRS", 17)}))

	p.Variants[0].Price, p.Variants[0].Quantity = 2499, 1
	p.Aspects = map[string][]string{"Material": {"Flax, linen"}}
	p.Collections = []string{groups.Collections[0].ID}
	accepted(t, f.publish(t, p))

	now := f.stored(t, p.Key)
	var skus []string
	for _, v := range now.Variants.Nodes {
		skus = append(skus, v.SKU)
	}
	require.ElementsMatch(t, []string{"A", "B", "C", "THEIRS"}, skus)
	require.Len(t, now.Media.Nodes, 2, "ours once, however often it was published, and theirs")
	require.ElementsMatch(t, []string{"Material: Flax  linen", "Season: Summer"}, now.Tags)
	require.Len(t, now.Collections.Nodes, 2)
	require.Equal(t, 41, f.quantity(t, "A"), "the level is not the publication's to set")
	require.Equal(t, 17, f.quantity(t, "THEIRS"))
	l, err := f.market.Listing(t.Context(), "A")
	require.NoError(t, err)
	require.EqualValues(t, 2499, l.Price)

	p.Images = []string{"https://images.example/new.png"}
	accepted(t, f.publish(t, p))
	now = f.stored(t, p.Key)
	require.Len(t, now.Media.Nodes, 3, "the old one may be of a variant that is not named")

	p.Options, p.Variants = nil, p.Variants[:1]
	got := f.publish(t, p)
	require.Equal(t, CodeOtherOptions, got.Results[0].Fault.Code)
}

// A publication of some variants does not change the others' pictures; one of the whole product replaces our
// pictures.
func TestPicturesOfVariantsThatAreNotNamedStay(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := shirt("A", "B")
	p.Variants[0].Images, p.Variants[1].Images = []string{"https://images.example/a.jpg"}, []string{"https://images.example/b.jpg"}
	accepted(t, f.publish(t, p))
	require.Len(t, f.stored(t, p.Key).Media.Nodes, 3)
	accepted(t, f.publish(t, p.Only(func(sku string) bool { return sku == "A" })))
	require.Len(t, f.stored(t, p.Key).Media.Nodes, 3)
	p.Images = []string{"https://images.example/new.png"}
	accepted(t, f.publish(t, p))
	require.Len(t, f.stored(t, p.Key).Media.Nodes, 3)
	p.Variants[1].Images = nil
	accepted(t, f.publish(t, p))
	require.Len(t, f.stored(t, p.Key).Media.Nodes, 2)
}

func (f *fixture) listing(t *testing.T, sku string, quantity int) market.Listing {
	t.Helper()
	l, err := f.market.Listing(t.Context(), sku)
	require.NoError(t, err)
	l.Quantity = quantity
	return l
}

// A product too large to wait for is set in the background, and all its variants get their results.
func TestALargeProductIsSetInTheBackground(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const many = 260
	skus := make([]string, many)
	for i := range skus {
		skus[i] = fmt.Sprintf("SIZE-%03d", i)
	}
	large := shirt(skus...)
	large.Key = "Large shirt"
	drafts := []listing.Draft{{Product: large}, {Product: shirt("A", "B")}}
	first, err := f.conn.Submit(t.Context(), drafts, false, nil)
	require.NoError(t, err)
	require.NotEmpty(t, first.Pending)
	require.Len(t, first.Results, 2, "what is known comes with the handle")
	require.Less(t, len(first.Pending), 12*many, "handles are short")
	got := accepted(t, f.submit(t, drafts...)) // sent again while the first call is in progress
	got.Results = got.Results[2:]
	require.Len(t, got.Results, many)
	for i, r := range got.Results {
		require.Equal(t, skus[i], r.SKU)
	}
	require.Equal(t, 3, f.quantity(t, skus[7]))
	page, err := f.conn.Listings(t.Context(), channel.ListingsQuery{})
	require.NoError(t, err)
	require.Equal(t, many+3, page.Total)
	require.Len(t, page.Listings, listingsPerPage)

	_, err = f.conn.SubmitOutcome(t.Context(), "not a handle", nil)
	requireFault(t, err, channel.Invalid, CodeBadCursor)
	var gone handle
	gone.add(sent{product: shirt("A"), pending: "gid://shopify/ProductSetOperation/99"})
	got, err = f.conn.SubmitOutcome(t.Context(), gone.String(), []string{"A", "NEVER-SENT"})
	require.NoError(t, err)
	require.Equal(t, channel.Missing, got.Results[0].Fault.Class)
	require.Equal(t, CodeOperationGone, got.Results[0].Fault.Code)
	require.False(t, got.Results[1].Fault.Permanent(), "it is to be sent again")
}

// The refusal of an operation in the background is reported as if it had been made at once.
func TestALargeProductIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	skus := make([]string, 60)
	for i := range skus {
		skus[i] = fmt.Sprintf("SIZE-%03d", i)
	}
	p := shirt(skus...)
	p.Variants[7].Options["Size"] = p.Variants[5].Options["Size"]
	got := f.publish(t, p)
	require.Len(t, got.Results, 60)
	require.Equal(t, "INVALID_VARIANT", got.Results[7].Fault.Code)
	require.Contains(t, got.Results[7].Fault.Raw, `"variants","7"`)
}

func TestPublicationsThatAreRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	change := func(do func(*channel.Product)) channel.Product {
		p := shirt("A", "B")
		do(&p)
		return p
	}
	for code, p := range map[string]channel.Product{
		CodeNoHandle:         change(func(p *channel.Product) { p.Key = "???" }),
		CodeNoVariants:       change(func(p *channel.Product) { p.Variants = nil }),
		CodeCurrency:         change(func(p *channel.Product) { p.Currency = "EUR" }),
		CodeCollectionGone:   change(func(p *channel.Product) { p.Collections = []string{"gid://shopify/Collection/1"} }),
		"INVALID_VARIANT":    change(func(p *channel.Product) { p.Variants[1].Options = p.Variants[0].Options }),
		"OPTIONS_OVER_LIMIT": change(func(p *channel.Product) { p.Options = []string{"Size", "A", "B", "C"} }),
	} {
		got, err := f.conn.Submit(t.Context(), []listing.Draft{{Product: p}}, false, nil)
		fault := channel.AsFault(err, "")
		if err == nil {
			fault = got.Results[0].Fault
		}
		require.NotNil(t, fault, code)
		require.Equal(t, code, fault.Code)
		require.True(t, fault.Permanent(), code)
	}
	require.Nil(t, f.stored(t, "Linen Shirt/2026"))

	nowhere := f.account
	nowhere.Location = ""
	_, err := open(t, nowhere).Submit(t.Context(), []listing.Draft{{Product: shirt("A")}}, false, nil)
	requireFault(t, err, channel.Config, CodeNoLocation)
}

func TestCollectionsByRuleAreLeftOut(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var byRule, byHand []string
	q := ""
	for range 10 {
		page, err := f.conn.Collections(t.Context(), q)
		require.NoError(t, err)
		for _, c := range page.Collections {
			require.NotEmpty(t, c.Title)
			if c.ByRule {
				byRule = append(byRule, c.ID)
			} else {
				byHand = append(byHand, c.ID)
			}
		}
		if q = page.Next; q == "" {
			break
		}
	}
	require.NotEmpty(t, byRule)
	require.NotEmpty(t, byHand)
	p := shirt("A")
	p.Collections = []string{byRule[0], byHand[0]}
	got := accepted(t, f.publish(t, p))
	require.Equal(t, []string{CodeCollectionByRule}, got.Results[0].Warnings)
	require.Len(t, f.stored(t, p.Key).Collections.Nodes, 1)
}

func TestEndingAPartOfAProductIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	accepted(t, f.publish(t, shirt("A", "B")))
	results, err := f.conn.End(t.Context(), []string{"A", "NOT-HERE", "MUG"})
	require.NoError(t, err)
	require.Equal(t, CodeOtherVariants, results[0].Fault.Code)
	require.Equal(t, CodeSKUNotFound, results[1].Fault.Code)
	require.Nil(t, results[2].Fault)
	require.Equal(t, 3, f.quantity(t, "A"))

	for range 2 { // the second time nothing changes
		results, err = f.conn.End(t.Context(), []string{"A", "B"})
		require.NoError(t, err)
		for _, r := range results {
			require.Nil(t, r.Fault)
			require.Equal(t, "archived", r.Step)
		}
	}
	require.Equal(t, "ARCHIVED", f.stored(t, "Linen Shirt/2026").Status)

	require.NoError(t, f.injector.Set(faults.Rates{ProductGone: 1}))
	accepted(t, f.publish(t, shirt("A", "B")))
	results, err = f.conn.End(t.Context(), []string{"A", "B"})
	require.NoError(t, err)
	require.Equal(t, channel.Missing, results[0].Fault.Class)
	require.NotEqual(t, results[0].Fault.ID, results[1].Fault.ID)
}

func TestHandles(t *testing.T) {
	t.Parallel()
	require.Equal(t, "linen-shirt-2026", handleOf(" Linen Shirt//2026!"))
	require.Empty(t, handleOf("¡!"))
}

// It is not known whether a picture that Shopify is still fetching is ours, so no picture is changed.
func TestPicturesThatAreBeingFetchedStay(t *testing.T) {
	t.Parallel()
	b := before{product: &wireProduct{Status: statusActive}}
	b.product.Media.Nodes = []wireMedia{{Type: "MediaImage", ID: "m1", Status: "PROCESSING"}}
	in, warnings := b.compose(shirt("A"), "h", []string{"l"})
	require.Nil(t, in.Files)
	require.Equal(t, []string{CodeImagesLater}, warnings)

	b.product.Media.Nodes[0].Status = "FAILED"
	in, warnings = b.compose(shirt("A"), "h", []string{"l"})
	require.Len(t, in.Files, 2)
	require.Empty(t, warnings)
}

// A variant that the shop's owner created by hand, without a SKU, is used when its options are the same.
func TestAVariantWithoutSKUIsAdopted(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := shirt("A", "")
	p.Variants[1].Options = map[string]string{"Size": "Large"}
	_, err := f.conn.Submit(t.Context(), []listing.Draft{{Product: p}}, false, nil)
	require.NoError(t, err)
	page, err := f.conn.Listings(t.Context(), channel.ListingsQuery{})
	require.NoError(t, err)
	i := slices.IndexFunc(page.Listings, func(l channel.Listed) bool { return l.SKU == "" })
	require.GreaterOrEqual(t, i, 0, "a listing without a SKU is shown")
	require.NotEmpty(t, page.Listings[i].Ref)
	require.Equal(t, "Linen shirt - Large", page.Listings[i].Title)

	p.Variants[1].SKU = "B"
	accepted(t, f.publish(t, p))
	require.Len(t, f.stored(t, p.Key).Variants.Nodes, 2)
}
