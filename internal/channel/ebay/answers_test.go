package ebay

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/simulator/faults"
)

func TestALimitInMidRunHoldsWhatIsNew(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	old := mugs(0, 2)
	f.submit(t, f.conn, old...)
	old[0].Variants[0].Price = 1111
	products := slices.Concat(old, mugs(100, 48), []channel.Product{shirt("S", "M")})
	require.NoError(t, f.injector.Set(faults.Rates{ListingLimit: 0.2}))
	got := f.submit(t, f.conn, products...)
	refused := faultsOf(got)
	require.NotEmpty(t, refused)
	require.Nil(t, refused["MUG-0"], "what is listed is revised all the same")
	for sku, fault := range refused {
		require.Equal(t, []any{channel.Limit, "25026", true}, []any{fault.Class, fault.Code, fault.Permanent()}, sku)
		require.NotEmpty(t, fault.RequestID)
	}
	require.NotNil(t, refused["SHIRT-S"], "groups are last: eBay is not asked any more")
	ids := map[string]bool{}
	for _, r := range got.Results {
		if r.Fault != nil {
			require.False(t, ids[r.Fault.ID], "each has a fault of its own")
			ids[r.Fault.ID] = true
			require.Equal(t, stepOffer, r.Step)
		}
	}
	require.NoError(t, f.injector.Set(faults.Rates{}))
	require.Empty(t, faultsOf(f.submit(t, f.conn, products...)))
	f.live(t, products...)
}

func TestEBaysAnswerIsReportedInItsOwnWords(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	good, bad := mug("GOOD"), mug("BAD")
	bad.Brand, bad.Aspects = "", map[string][]string{"Country of Origin": {"Atlantis"}}
	got := f.submit(t, f.conn, good, bad)
	require.Nil(t, got.Results[0].Fault)
	r := got.Results[1]
	require.Equal(t, stepOffer, r.Step)
	require.Len(t, r.Issues, 2, "all that is wrong")
	require.Equal(t, listing.Issue{
		Stage: listing.Response, Severity: listing.Error, Code: "25002", Attributes: []string{"Brand"}, RequestID: r.RequestID,
		Message: "A user error has occurred. The item specific Brand is missing. Add Brand to this listing, enter a valid value, and then try again.",
	}, r.Issues[0])
	require.Equal(t, []string{"Country of Origin"}, r.Issues[1].Attributes)
	require.Contains(t, r.Fault.Raw, `"parameters":[{"name":"0","value":"The item specific Brand is missing."}`, "the channel's own bytes")
	require.NotContains(t, r.Fault.Raw, r.Fault.ID)
	require.LessOrEqual(t, len(r.Fault.Raw), channel.MaxRaw)
}

func TestAttributesOfErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		parameters []parameter
		want       []string
	}{
		"named":        {[]parameter{{"fieldName", "title"}}, []string{"title"}},
		"numbered":     {[]parameter{{"0", "The item specific Type is missing."}, {"1", "Add Type."}, {"2", "Type"}}, []string{"Type"}},
		"about a SKU":  {[]parameter{{"sku", "A-1"}}, []string{"sku"}},
		"more words":   {[]parameter{{"additionalInfo", "quantity is below 0"}}, nil},
		"twice":        {[]parameter{{"fieldName", "title"}, {"fieldName", "title"}}, []string{"title"}},
		"without name": {[]parameter{{"", "x"}}, nil},
	} {
		require.Equal(t, c.want, apiError{Parameters: c.parameters}.attributes(), name)
	}
}

func TestWhatWasRemovedMeanwhileIsMissing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	products := mugs(0, 3)
	f.submit(t, f.conn, products...)
	for i := range products {
		products[i].Variants[0].Price = 1111
	}
	f.injector.Next(faults.ProductGone, opLevels, 1)
	refused := faultsOf(f.submit(t, f.conn, products...))
	require.Len(t, refused, 1)
	for _, fault := range refused {
		require.Equal(t, []any{channel.Missing, "25702"}, []any{fault.Class, fault.Code})
	}
}

// An offer that somebody creates between our read and our call is updated like any other.
func TestAnOfferThatWasCreatedMeanwhile(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := mug("MUG-9")
	s := f.conn.newSubmission([]channel.Product{p}, f.definitions(t, p))
	require.Nil(t, s.look(t.Context()))
	require.Empty(t, s.offers)
	s.saveItems(t.Context())
	other := p
	other.Variants = []channel.Variant{{SKU: "MUG-9", Price: 100, Quantity: 1}}
	f.publish(t, other)
	s.saveOffers(t.Context())
	s.list(t.Context())
	got := s.answer()
	require.Empty(t, faultsOf(got))
	require.Empty(t, got.Results[0].Issues)
	f.live(t, p)
}

func TestProductsThatCanNotGoTogether(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	first, second := mug("ONE"), mug("TWO")
	second.Variants[0].SKU = "ONE"
	got := f.submit(t, f.conn, first, second, mug("THREE"))
	require.Equal(t, []bool{false, true, false}, []bool{got.Results[0].Fault != nil, got.Results[1].Fault != nil, got.Results[2].Fault != nil})
	require.Equal(t, codeIncomplete, got.Results[1].Fault.Code)
	f.live(t, first, mug("THREE"))
}

func TestALongDescriptionIsTheOffers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := mug("LONG")
	for len(p.Description) < 10_000 {
		p.Description += " A longer text."
	}
	require.Empty(t, faultsOf(f.submit(t, f.conn, p)))
	f.live(t, p)
}

func TestCheckComparesWithWhatIsListed(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	listed := []channel.Product{mug("SAME"), mug("DEARER"), shirt("S", "M")}
	f.submit(t, f.conn, listed...)
	listed[1].Variants[0].Price++
	soldOut := mug("NONE")
	soldOut.Variants[0].Quantity = 0
	listed[0].Variants[0].Quantity = 0 // makes no difference: a listed item keeps the stock that it has
	products := slices.Concat(listed, []channel.Product{soldOut, mug("NEW")})

	check := func(conn *connection) []listing.Checked {
		checked, err := conn.Check(t.Context(), products, f.definitions(t, products...))
		require.NoError(t, err)
		require.Len(t, checked, len(products))
		return checked
	}
	got := check(f.conn)
	require.Equal(t, map[string]bool{"SAME": true}, got[0].Same)
	require.Empty(t, got[1].Same)
	require.Equal(t, map[string]bool{"SHIRT-S": true, "SHIRT-M": true}, got[2].Same)
	require.Equal(t, []string{issueSoldOut}, errorCodes(got[3].Issues["NONE"]))
	require.Empty(t, errorCodes(got[4].Issues["NEW"]))

	a := f.account
	a.Listings = channel.Permissions{}
	got = check(f.open(t, a))
	require.Equal(t, map[string]bool{"SAME": true}, got[0].Same)
	require.Empty(t, errorCodes(got[0].Issues["SAME"]), "nothing would be changed")
	require.Equal(t, []string{issueNotPermitted}, errorCodes(got[1].Issues["DEARER"]))
	require.Empty(t, errorCodes(got[4].Issues["NEW"]))

	products = []channel.Product{shirt("S", "M", "L")} // a new size changes the existing listing
	got = check(f.open(t, a))
	require.Equal(t, []string{issueNotPermitted}, errorCodes(got[0].Issues["SHIRT-L"]))
	a.Listings = channel.Permissions{Revise: true, End: true}
	_, err := f.conn.End(t.Context(), []string{"DEARER"})
	require.NoError(t, err)
	products = []channel.Product{listed[1]}
	require.Equal(t, []string{issueNotPermitted}, errorCodes(check(f.open(t, a))[0].Issues["DEARER"]))
}

func errorCodes(issues []listing.Issue) (codes []string) {
	for _, i := range issues {
		if i.Severity == listing.Error {
			codes = append(codes, i.Code)
		}
	}
	return codes
}

// A policy that was created after the definition was fetched is found by fetching again.
func TestANewPolicyIsAskedFor(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := mug("A")
	kept := f.definitions(t, p)
	d, fault := definitionOf("", map[string]any{"paymentPolicies": map[string]any{"paymentPolicies": []any{}}})
	require.Nil(t, fault)
	kept[""] = d
	got, err := f.conn.Check(t.Context(), []channel.Product{p}, kept)
	require.NoError(t, err)
	require.Empty(t, errorCodes(got[0].Issues["A"]))
	f.conn.account.Publishing = map[string]string{"fulfillmentPolicy": "1", "paymentPolicy": "2", "returnPolicy": "3", "merchantLocation": "attic"}
	got, err = f.conn.Check(t.Context(), []channel.Product{p}, kept)
	require.NoError(t, err)
	require.Equal(t, []string{"settings-wrong", "settings-wrong", "settings-wrong", "settings-wrong"}, errorCodes(got[0].Issues["A"]))
}

// D1 and D5: one SKU of a bulk answer meets a failure of eBay's; its level is sent again, and eBay's words are kept.
func TestASystemErrorOfOneSKUIsPassing(t *testing.T) {
	t.Parallel()
	const words = `{"sku":"A","statusCode":500,"errors":[{"errorId":25002,"domain":"API_INVENTORY","category":"REQUEST","message":"A user error has occurred.",` +
		`"longMessage":"System error. Unable to process your request. Please try again later.","parameters":[{"name":"additionalInfo","value":"inventory"}]}]}`
	got, fault := levelsAnswer(answer(207, `{"responses":[`+words+`,{"sku":"B","statusCode":200}]}`), []channel.Level{{SKU: "A"}, {SKU: "B"}})
	require.Nil(t, fault)
	f := got.Results[0].Fault
	require.Equal(t, []any{channel.Unavailable, "25002", 500, false}, []any{f.Class, f.Code, f.Status, f.Permanent()})
	require.Equal(t, words, f.Raw, "the channel's own bytes of that entry")
	require.Nil(t, got.Results[1].Fault)
}

// C7: the call has no field for the name of a carrier that eBay does not list.
func TestACarrierThatEBayDoesNotList(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	o := f.order(t, f.place(t, "1", 1, 1, 1))
	for n, given := range []string{"Bob's Vans", "royal mail"} {
		s := shipment(o, "T"+given[:1], 1)
		s.Lines[0].LineID, s.Carrier = o.Lines[n].ID, given
		_, err := f.conn.ConfirmShipment(t.Context(), s)
		require.NoError(t, err)
	}
	placed, err := f.market.Order(t.Context(), o.ID)
	require.NoError(t, err)
	require.Equal(t, []string{"Other", "RoyalMail"}, []string{placed.Shipments[0].Carrier, placed.Shipments[1].Carrier})
	s := shipment(o, "T3", 0, 0, 1)
	s.Carrier = ""
	_, err = f.conn.ConfirmShipment(t.Context(), s)
	require.Equal(t, channel.CodeNoCarrier, channel.AsFault(err, "").Code)
}
