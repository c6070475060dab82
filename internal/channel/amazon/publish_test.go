package amazon_test

import (
	"encoding/json"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// mug is a product, with a colour per SKU where there are several.
func mug(skus ...string) channel.Product {
	p := channel.Product{Key: "MUG", Type: "DRINKING_CUP", Title: "Enamel mug", Brand: "Quill", Currency: "GBP"}
	if len(skus) > 1 {
		p.Options = []string{"Colour"}
	}
	for n, sku := range skus {
		p.Variants = append(p.Variants, channel.Variant{SKU: sku, Price: 1099, Quantity: 5, Options: map[string]string{"Colour": string(rune('A' + n))}})
	}
	return p
}

// published waits for what is accepted.
func published(t *testing.T, conn seller, p channel.Publication) channel.Publication {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for p.Pending != "" {
		require.True(t, time.Now().Before(deadline), "the publication is pending for ever")
		<-time.After(10 * time.Millisecond)
		var err error
		p, err = conn.PublishOutcome(t.Context(), p.Pending)
		require.NoError(t, err)
	}
	return p
}

// TestAPublicationGoesOnWhereItStopped, and what is there already needs no permission to be revised.
func TestAPublicationGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	var puts atomic.Int32
	a, m := place(t, 0, 20_000, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut || puts.Add(1) != 3 {
			return false
		}
		wire.WriteJSON(w, http.StatusTooManyRequests, map[string]any{"errors": []map[string]string{{"code": "QuotaExceeded", "message": "later"}}})
		return true
	})
	conn := open(t, a)
	p, err := conn.Publish(t.Context(), mug("RED", "BLUE", "GREEN"), false)
	require.NoError(t, err)
	require.Empty(t, p.Pending)
	require.Nil(t, p.Results[0].Fault)
	for _, r := range p.Results[1:] {
		require.Equal(t, channel.Throttled, r.Fault.Class)
		require.Positive(t, r.Fault.RetryAfter)
	}
	require.Eventually(t, func() bool { _, err := m.Listing(t.Context(), "RED"); return err == nil }, 20*time.Second, 10*time.Millisecond)
	puts.Store(100)
	p, err = conn.Publish(t.Context(), mug("RED", "BLUE", "GREEN"), false)
	require.NoError(t, err)
	require.EqualValues(t, 102, puts.Load(), "only what was missing is put")
	p = published(t, conn, p)
	require.Len(t, p.Results, 3)
	require.NotEmpty(t, p.ListingID)
	for _, r := range p.Results {
		require.Nil(t, r.Fault)
		require.Equal(t, "live", r.Step)
		require.Equal(t, "DRINKING_CUP", r.Ref)
	}
}

func TestAForbiddenRevisionIsNotSent(t *testing.T) {
	t.Parallel()
	var writes atomic.Int32
	a, _ := place(t, 1, 20_000, func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut || r.Method == http.MethodDelete {
			writes.Add(1)
		}
		return false
	})
	conn := open(t, a)
	_, err := conn.Publish(t.Context(), mug("NEW-1", "SKU-1"), false)
	require.Equal(t, "REVISING_NOT_PERMITTED", faultOf(t, err).Code)
	_, err = conn.End(t.Context(), []string{"SKU-1"})
	require.Equal(t, "ENDING_NOT_PERMITTED", faultOf(t, err).Code)
	require.Zero(t, writes.Load())
}

func TestWhatIsNeverAppliedStaysPending(t *testing.T) {
	t.Parallel()
	a, _, injector := quirky(t, 0)
	require.NoError(t, injector.Set(faults.Rates{NeverLive: 1}))
	conn := open(t, a)
	p, err := conn.Publish(t.Context(), mug("MUG-1"), false)
	require.NoError(t, err)
	require.Equal(t, "ACCEPTED", p.Results[0].Step)
	for range 3 {
		p, err = conn.PublishOutcome(t.Context(), p.Pending)
		require.NoError(t, err)
		require.NotEmpty(t, p.Pending, "accepted is not live")
	}
	require.NoError(t, injector.Set(faults.Rates{}))
	again, err := conn.Publish(t.Context(), mug("MUG-1"), false)
	require.NoError(t, err)
	require.Nil(t, published(t, conn, again).Results[0].Fault)
}

// TestEndingWhatIsGoneIsDone: the answer to the first call may have been lost.
func TestEndingWhatIsGoneIsDone(t *testing.T) {
	t.Parallel()
	a, _ := place(t, 1, 20_000, nil)
	a.Listings.End = true
	conn := open(t, a)
	for range 2 {
		results, err := conn.End(t.Context(), []string{"SKU-1"})
		require.NoError(t, err)
		require.Nil(t, results[0].Fault)
		require.NotEmpty(t, results[0].RequestID)
	}
}

// TestAFamilyIsWrittenAsAmazonWantsIt looks at what the marketplace kept of a parent and its child.
func TestAFamilyIsWrittenAsAmazonWantsIt(t *testing.T) {
	t.Parallel()
	bodies := make(chan map[string]any, 4)
	a, _ := place(t, 0, 20_000, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut {
			return false
		}
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		bodies <- body
		wire.WriteJSON(w, http.StatusOK, map[string]any{"sku": "x", "status": "ACCEPTED", "submissionId": "1", "issues": []any{}})
		return true
	})
	p := mug("RED-S", "BLUE-S")
	p.Options, p.Images = []string{"Colour", "Size"}, []string{"https://images.example/1.jpg", "https://images.example/2.jpg"}
	p.Aspects = map[string][]string{
		"Bullet Point": {"Light", "Tough"}, "country_of_origin": {"GB"}, "item_weight": {`{"value":0.3,"unit":"kilograms"}`},
	}
	for i := range p.Variants {
		p.Variants[i].Options["Size"], p.Variants[i].Barcode = "S", "5012345678900"
	}
	p.Variants[0].Images = []string{"https://images.example/red.jpg"}
	_, err := open(t, a).Publish(t.Context(), p, false)
	require.NoError(t, err)

	parent, child := <-bodies, <-bodies
	require.Equal(t, "LISTING", parent["requirements"])
	const here = `"marketplace_id":"A1F83G8C2ARO7P"`
	require.JSONEq(t, `{
		"item_name":[{"value":"Enamel mug","language_tag":"en_GB",`+here+`}],
		"brand":[{"value":"Quill","language_tag":"en_GB",`+here+`}],
		"bullet_point":[{"value":"Light","language_tag":"en_GB",`+here+`},{"value":"Tough","language_tag":"en_GB",`+here+`}],
		"country_of_origin":[{"value":"GB",`+here+`}],
		"item_weight":[{"value":0.3,"unit":"kilograms",`+here+`}],
		"main_product_image_locator":[{"media_location":"https://images.example/1.jpg",`+here+`}],
		"other_product_image_locator_1":[{"media_location":"https://images.example/2.jpg",`+here+`}],
		"parentage_level":[{"value":"parent",`+here+`}],
		"child_parent_sku_relationship":[{"child_relationship_type":"variation",`+here+`}],
		"variation_theme":[{"name":"COLOR/SIZE",`+here+`}]}`, text(t, parent["attributes"]))
	attributes := child["attributes"].(map[string]any)
	for name, want := range map[string]string{
		"condition_type":                         `[{"value":"new_new",` + here + `}]`,
		"purchasable_offer":                      `[{"currency":"GBP","our_price":[{"schedule":[{"value_with_tax":10.99}]}],` + here + `}]`,
		"fulfillment_availability":               `[{"fulfillment_channel_code":"DEFAULT","quantity":5}]`,
		"externally_assigned_product_identifier": `[{"type":"ean","value":"5012345678900",` + here + `}]`,
		"main_product_image_locator":             `[{"media_location":"https://images.example/red.jpg",` + here + `}]`,
		"color":                                  `[{"value":"A","language_tag":"en_GB",` + here + `}]`,
		"size":                                   `[{"value":"S","language_tag":"en_GB",` + here + `}]`,
		"parentage_level":                        `[{"value":"child",` + here + `}]`,
		"child_parent_sku_relationship":          `[{"child_relationship_type":"variation","parent_sku":"MUG",` + here + `}]`,
		"variation_theme":                        `[{"name":"COLOR/SIZE",` + here + `}]`,
	} {
		require.JSONEq(t, want, text(t, attributes[name]), name)
	}
}

func text(t *testing.T, v any) string {
	t.Helper()
	body, err := json.Marshal(v)
	require.NoError(t, err)
	return string(body)
}

func TestIncompleteProductsAreNotSent(t *testing.T) {
	t.Parallel()
	a, _ := place(t, 0, 20_000, nil)
	conn := open(t, a)
	for name, spoil := range map[string]func(*channel.Product){
		"product type":  func(p *channel.Product) { p.Type = "cups and mugs" },
		"title":         func(p *channel.Product) { p.Title = " " },
		"currency":      func(p *channel.Product) { p.Currency = "pounds" },
		"no variant":    func(p *channel.Product) { p.Variants = nil },
		"no option":     func(p *channel.Product) { p.Options = nil },
		"no key":        func(p *channel.Product) { p.Key = "" },
		"SKU":           func(p *channel.Product) { p.Variants[0].SKU = "" },
		"price":         func(p *channel.Product) { p.Variants[0].Price = 0 },
		"has no Colour": func(p *channel.Product) { p.Variants[0].Options = nil },
		"the same opt":  func(p *channel.Product) { p.Variants[0].Options = map[string]string{"Colour": "b"} },
		"also that of":  func(p *channel.Product) { p.Variants[0].SKU = "BLUE" },
		"the product":   func(p *channel.Product) { p.Key = "BLUE" },
	} {
		p := mug("RED", "BLUE")
		spoil(&p)
		_, err := conn.Publish(t.Context(), p, true)
		f := faultOf(t, err)
		require.Equal(t, "PRODUCT_INCOMPLETE", f.Code, name)
		require.Contains(t, f.Raw, name)
	}
}
