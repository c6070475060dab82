package amazon

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/order"
)

func TestAmountsAreExact(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"34.99 GBP": 3499, "0.1 GBP": 10, "-3.5 GBP": -350, "19940 JPY": 19940, "12.345 KWD": 12345, "5.9900 EUR": 599, "1E+2 USD": 10000, "1.5e-1 GBP": 15,
		"5000.00 UGX": 5000, "1.2345 CLF": 12345, "2E+3 JPY": 2000,
		"90071992547409.93 USD": 9007199254740993, // more digits than a float64 holds
	} {
		digits, currency, _ := strings.Cut(text, " ")
		got, err := (&amount{Amount: digits, CurrencyCode: currency}).minor()
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"1.005 GBP", "1.5 JPY", "one GBP", "1e99 GBP", "NaN GBP", "999999999999999999 GBP", "0x10 GBP", "1/3 GBP", "1e-3 GBP", "7.7225 GBP", "1,000.00 GBP", " GBP", "12.5 XYZ", "12.50 "} {
		digits, currency, _ := strings.Cut(text, " ")
		_, err := (&amount{Amount: digits, CurrencyCode: currency}).minor()
		require.Error(t, err, text)
	}
}

const anOrder = `{"orderId":"202-1","createdTime":"2026-11-01T10:00:00Z","lastUpdatedTime":"2026-11-01T11:00:00Z",
 "salesChannel":{"channelName":"AMAZON"},
 "recipient":{"deliveryPreference":{"dropOffLocation":"Porch","addressInstruction":"Ring twice"},"deliveryAddress":{"name":"J","companyName":"Quill Ltd","addressLine1":"1 Lane","addressLine2":"Flat 2","districtOrCounty":"Kent","countryCode":"GB"}},
 "proceeds":{"grandTotal":{"amount":"13.96","currencyCode":"GBP"}},
 "fulfillment":{"fulfillmentStatus":"UNSHIPPED","fulfilledBy":"MERCHANT"},
 "orderItems":[{"orderItemId":"1","quantityOrdered":5,"product":{"sellerSku":"A","price":{"unitPrice":{"amount":"2.50","currencyCode":"GBP"}}},
  "proceeds":{"proceedsTotal":{"amount":"13.96","currencyCode":"GBP"},"breakdowns":[{"type":"ITEM","subtotal":{"amount":"12.50","currencyCode":"GBP"}},
   {"type":"SHIPPING","subtotal":{"amount":"2.46","currencyCode":"GBP"}},{"type":"DISCOUNT","subtotal":{"amount":"-1.00","currencyCode":"GBP"}}]},
  "fulfillment":{"quantityFulfilled":2,"quantityUnfulfilled":1,"packing":{"giftOption":{"giftMessage":"Yours, Bob","giftWrapLevel":"PREMIUM"}}}}]}`

func parse(t *testing.T, body string) order.Snapshot {
	t.Helper()
	var w wireOrder
	require.NoError(t, json.Unmarshal([]byte(body), &w))
	o, err := w.read()
	require.NoError(t, err)
	return o
}

func TestAnOrderIsRead(t *testing.T) {
	t.Parallel()
	o := parse(t, anOrder)
	require.Equal(t, order.SnapshotLine{ID: "1", SKU: "A", Quantity: 5, Shipped: 2, Cancelled: 2, UnitPrice: 250, Total: 1250, Discount: 100}, o.Lines[0])
	require.Equal(t, []int64{1396, 246, 100, 0}, []int64{o.Total, o.Shipping, o.Discount, o.Tax}, "the items' figures stand in for the whole order's")
	require.Equal(t, "Ring twice\ndrop-off location: Porch", o.Buyer.Note, "case C6")
	require.Equal(t, []order.LineNote{{LineID: "1", Gift: "Yours, Bob", Text: "gift wrap: PREMIUM"}}, o.Buyer.LineNotes)
	require.Equal(t, []string{"Quill Ltd", "1 Lane, Flat 2", "Kent"}, []string{o.Buyer.Line1, o.Buyer.Line2, o.Buyer.Region})
}

// Its amounts are not known, as while Amazon hides the price; its lines still reserve their stock.
func TestAnOrderInAnUnknownCurrencyIsReadWithoutItsAmounts(t *testing.T) {
	t.Parallel()
	o := parse(t, strings.ReplaceAll(anOrder, "GBP", "XYZ"))
	require.Empty(t, o.Currency)
	require.Zero(t, o.Total)
	require.Equal(t, order.SnapshotLine{ID: "1", SKU: "A", Quantity: 5, Shipped: 2, Cancelled: 2}, o.Lines[0])
	require.Equal(t, []order.UnreadPart{order.UnreadAmounts}, o.Unread)
}

func TestAnUnknownStatusIsShownAndNotActedOn(t *testing.T) {
	t.Parallel()
	o := parse(t, strings.Replace(anOrder, "UNSHIPPED", "ON_THE_MOON", 1))
	require.Equal(t, order.FulfilmentUnmapped, o.Fulfilment)
	require.Equal(t, "ON_THE_MOON", o.ChannelStatus)
	require.False(t, o.Paid)
}

// Case C1: a buyer's request for cancellation is in the items.
func TestABuyersRequestForCancellationIsRead(t *testing.T) {
	t.Parallel()
	require.False(t, parse(t, anOrder).BuyerCancels)
	asked := strings.Replace(anOrder, `"orderItemId":"1"`, `"orderItemId":"1","cancellation":{"cancellationRequest":{"requester":"BUYER","cancelReason":"Changed my mind"}}`, 1)
	require.True(t, parse(t, asked).BuyerCancels)
	done := strings.Replace(asked, `"Changed my mind"}`, `"Changed my mind"},"cancellationExecution":{"cancelledBy":"MERCHANT"}`, 1)
	require.False(t, parse(t, done).BuyerCancels)
}

func TestTheDatesOfAnOrderAreRead(t *testing.T) {
	t.Parallel()
	with := strings.Replace(anOrder, `"fulfillmentStatus":"UNSHIPPED"`, `"fulfillmentStatus":"UNSHIPPED","shipByWindow":{"earliestDateTime":"2026-11-01T00:00:00Z",
		"latestDateTime":"2026-11-03T23:59:59Z"},"deliverByWindow":{"latestDateTime":"whenever"}`, 1)
	o := parse(t, with)
	require.Equal(t, time.Date(2026, 11, 3, 23, 59, 59, 0, time.UTC), o.ShipBy)
	require.True(t, o.DeliverBy.IsZero(), "a date that can't be read costs the date, not the order")
}

func TestARepeatedPageIsNoProgress(t *testing.T) {
	t.Parallel()
	var found searchAnswer
	body := `{"orders":[` + anOrder + `],"pagination":{"nextToken":"%s"},"lastUpdatedBefore":"2026-11-01T12:00:00Z"}`
	require.NoError(t, json.Unmarshal(fmt.Appendf(nil, body, "two"), &found))
	answer := &transport.Answer{Status: http.StatusOK}
	_, next, fault := readPage(answer, found, cursor{Token: "one"})
	require.Nil(t, fault)
	again, err := parseCursor(next.String())
	require.NoError(t, err)
	_, _, fault = readPage(answer, found, again)
	require.NotNil(t, fault, "the same token")
	require.Equal(t, codeNoProgress, fault.Code)
	for n := range mostTwice {
		found.Pagination.NextToken = fmt.Sprintf("three-%d", n)
		_, next, fault = readPage(answer, found, again)
		require.Nil(t, fault, "a page that comes again loses nothing")
		again = *next
	}
	found.Pagination.NextToken = "four"
	_, _, fault = readPage(answer, found, again)
	require.NotNil(t, fault, "the same orders again and again under other tokens")
	require.Equal(t, codeNoProgress, fault.Code)
}

func TestTheWatermarkIsTheFirstPagesBound(t *testing.T) {
	t.Parallel()
	first := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	later := searchAnswer{LastUpdatedBefore: first.Add(time.Minute)}
	page, _, fault := readPage(&transport.Answer{}, later, cursor{Token: "one", Before: first})
	require.Nil(t, fault)
	require.Equal(t, first, page.Watermark, "a bound that moved while paging must not skip what changed meanwhile")
	page, _, _ = readPage(&transport.Answer{}, later, cursor{Open: true})
	require.Zero(t, page.Watermark, "a sweep of open orders moves nothing")
}

func TestRefusalsAreClassified(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status int
		body   string
		class  channel.Class
		code   string
	}{
		{429, `{"errors":[{"code":"QuotaExceeded","message":"m"}]}`, channel.Throttled, "QuotaExceeded"},
		{400, `{"errors":[{"code":"InvalidInput","message":"m"}]}`, channel.Invalid, "InvalidInput"},
		{400, `{"errors":[{"code":"Invalid Input","message":"m"}]}`, channel.Invalid, "InvalidInput"},
		{403, `{"errors":[{"code":"Unauthorized","message":"Access to requested resource is denied."}]}`, channel.Config, "Unauthorized"},
		{404, `{"errors":[{"code":"NotFound","message":"m"}]}`, channel.Missing, "NotFound"},
		{413, ``, channel.Invalid, ""},
		{500, `{"errors":[{"code":"InternalFailure","message":"m"}]}`, channel.Unavailable, "InternalFailure"},
		{503, `<html>`, channel.Unavailable, ""},
		{302, ``, channel.Unknown, ""},
		{408, ``, channel.Unavailable, ""},
		{409, ``, channel.Unknown, ""},
	} {
		f := refused(&transport.Answer{Status: tc.status, Body: []byte(tc.body), Header: http.Header{}, RequestID: "r-1"}, "op")
		require.Equal(t, tc.class, f.Class, "%d %s", tc.status, tc.body)
		require.Equal(t, tc.code, f.Code)
		require.Equal(t, "r-1", f.RequestID)
	}
	for body, class := range map[string]channel.Class{
		`{"error":"invalid_grant"}`: channel.Auth, `{"error":"invalid_client"}`: channel.Auth, `{"error":"invalid_request"}`: channel.Config,
	} {
		require.Equal(t, class, tokenRefused(&transport.Answer{Status: 400, Body: []byte(body)}).Class)
	}
}

func TestHostsAndSettings(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]channel.Account{
		"https://sellingpartnerapi-eu.amazon.com":         {Marketplace: "A1F83G8C2ARO7P", Endpoint: channel.Production},
		"https://sandbox.sellingpartnerapi-na.amazon.com": {Marketplace: "ATVPDKIKX0DER", Endpoint: channel.Test},
		"http://127.0.0.1:1":                              {Marketplace: "ANY", BaseURL: "http://127.0.0.1:1/"},
	} {
		got, err := baseURL(a)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := Open(channel.Account{Marketplace: "A1F83G8C2ARO7P", Credentials: map[string]string{"clientId": "c"}})
	require.ErrorContains(t, err, "clientSecret")
	_, err = baseURL(channel.Account{Marketplace: "UK"})
	require.ErrorContains(t, err, `"UK"`)
}

func TestAFeedsReportIsReadPerSKU(t *testing.T) {
	t.Parallel()
	read := func(body string) []*channel.Fault {
		r, err := readReport([]byte(body))
		require.NoError(t, err)
		f := outcome{answer: &transport.Answer{Status: 200, RequestID: "r-1"}, skus: []string{"A", "B", "C"}, issues: make([][]reportIssue, 3), held: make([]bool, 3)}
		f.read(r, nil)
		return []*channel.Fault{f.fault(0), f.fault(1), f.fault(2)}
	}
	faults := read(`{"issues":[{"messageId":2,"severity":"ERROR","code":"13013","message":"m"},{"messageId":3,"severity":"WARNING","message":"w"}],
		"summary":{"messagesAccepted":2,"messagesInvalid":1}}`)
	require.Nil(t, faults[0])
	require.Equal(t, channel.Missing, faults[1].Class)
	require.JSONEq(t, `[{"messageId":2,"severity":"ERROR","code":"13013","message":"m"}]`, faults[1].Raw, "Amazon's own bytes")
	require.Nil(t, faults[2], "a warning is not a refusal")
	faults = read(`{"issues":[{"messageId":100002,"severity":"ERROR","message":"a child's number"},{"sku":"C","severity":"ERROR","message":"a name alone"}]}`)
	require.Nil(t, faults[0])
	require.NotNil(t, faults[1])
	require.NotNil(t, faults[2])
	for body, code := range map[string]string{
		`{"issues":[{"severity":"ERROR","message":"the feed is malformed"}],"summary":{"messagesAccepted":0}}`: "FEED_REJECTED",
		`{"issues":[],"summary":{"messagesAccepted":1,"messagesInvalid":2}}`:                                   "FEED_PARTLY_ACCEPTED",
	} {
		for _, f := range read(body) {
			require.Equal(t, code, f.Code, "what the report does not vouch for is not known to be good")
			require.True(t, f.Ambiguous)
		}
	}
}

func FuzzSearchAnswer(f *testing.F) {
	f.Add([]byte(`{"orders":[` + anOrder + `],"pagination":{"nextToken":"t"},"lastUpdatedBefore":"2026-11-01T12:00:00Z"}`))
	f.Add([]byte(`{"orders":[{"orderId":"1","lastUpdatedTime":"2026-11-01T12:00:00Z","orderItems":[{"orderItemId":"1","quantityOrdered":-1}]}]}`))
	f.Add([]byte(`{"errors":[{"code":"InvalidInput"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		answer := &transport.Answer{Status: 200, Body: body}
		var found searchAnswer
		if answer.Decode("op", &found) != nil {
			return
		}
		page, next, fault := readPage(answer, found, cursor{})
		if fault != nil {
			return
		}
		for _, o := range page.Orders {
			for _, l := range o.Lines {
				require.True(t, l.Shipped >= 0 && l.Cancelled >= 0 && l.Shipped+l.Cancelled <= l.Quantity, "%+v", l)
			}
		}
		if next != nil {
			_, err := parseCursor(next.String())
			if len(next.Token) < 8<<10 && next.Before.Year() < 10_000 {
				require.NoError(t, err)
			}
		}
	})
}

func FuzzSmallDecoders(f *testing.F) {
	f.Add([]byte(`{"issues":[{"messageId":1,"severity":"ERROR"}],"summary":{"messagesAccepted":0}}`))
	f.Add([]byte(handle{FeedID: "1", Digest: "0a"}.String()))
	f.Add([]byte(`{"errors":[{"code":"Unauthorized","details":"expired"}],"error":"invalid_grant"}`))
	f.Add([]byte("12.5"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if h, err := parseHandle(string(body)); err == nil {
			again, err := parseHandle(h.String())
			require.NoError(t, err)
			require.Equal(t, h, again)
		}
		_, _ = parseCursor(string(body))
		_, _ = (&amount{Amount: string(body), CurrencyCode: "GBP"}).minor()
		for _, packed := range []bool{false, true} {
			text, err := unpacked(body, packed)
			if err != nil {
				continue
			}
			_, _ = idsIn(text, "")
			if r, err := readReport(text); err == nil {
				f := outcome{answer: &transport.Answer{}, skus: []string{"A", "B"}, issues: make([][]reportIssue, 2), held: make([]bool, 2)}
				f.read(r, nil)
				for n := range f.skus {
					if fault := f.fault(n); fault != nil {
						require.LessOrEqual(t, len(fault.Raw), channel.MaxRaw)
					}
				}
			}
		}
		answer := &transport.Answer{Status: 403, Body: body, Header: http.Header{}}
		require.LessOrEqual(t, len(refused(answer, "op").Code), 64)
		tokenRefused(answer)
	})
}
