package amazon

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/oracletest"
	"github.com/towpath/towpath/internal/order"
)

// operation decodes an operation's answers as the adapter does.
type operation struct {
	model string
	shape func() any // what it decodes; nil = it does not read the body
	// do makes the call and returns its fault; nil = it is a part of another call.
	do func(t *testing.T, c *client) *channel.Fault
}

const (
	ordersModel   = "orders_2026-01-01.json"
	listingsModel = "listingsItems_2021-08-01.json"
	feedsModel    = "feeds_2021-06-30.json"
	aSandboxSKU   = "GM-ZDPI-9B4E"
)

// operations are all operations that the adapter calls.
var operations = map[string]operation{
	opSearchOrders: {ordersModel, func() any { return &searchAnswer{} }, func(t *testing.T, c *client) *channel.Fault {
		page, err := c.Orders(t.Context(), channel.OrdersQuery{Since: time.Now()})
		complete(t, page.Orders...)
		return channel.AsFault(err, opSearchOrders)
	}},
	opGetOrder: {ordersModel, func() any { return &orderAnswer{} }, func(t *testing.T, c *client) *channel.Fault {
		o, err := c.Order(t.Context(), "1")
		if err == nil {
			complete(t, o)
		}
		return channel.AsFault(err, opGetOrder)
	}},
	opConfirm: {"ordersV0.json", nil, func(t *testing.T, c *client) *channel.Fault {
		_, err := c.ConfirmShipment(t.Context(), channel.Shipment{OrderID: "902-1106328-1059050", Number: 1, Carrier: "FedEx"})
		return channel.AsFault(err, opConfirm)
	}},
	opSearchListings: {listingsModel, func() any { return &listingsAnswer{} }, func(t *testing.T, c *client) *channel.Fault {
		page, err := c.Listings(t.Context(), channel.ListingsQuery{})
		identified(t, page.Listings)
		return channel.AsFault(err, opSearchListings)
	}},
	opGetListing: {listingsModel, func() any { return &wireListing{} }, func(t *testing.T, c *client) *channel.Fault {
		page, err := c.Listings(t.Context(), channel.ListingsQuery{SKUs: []string{aSandboxSKU}})
		identified(t, page.Listings)
		return channel.AsFault(err, opGetListing)
	}},
	opPatch: {listingsModel, func() any { return &submission{} }, func(t *testing.T, c *client) *channel.Fault {
		answer, err := c.SetLevels(t.Context(), []channel.Level{{SKU: aSandboxSKU, Quantity: 1}})
		if err != nil {
			return channel.AsFault(err, opPatch)
		}
		return answer.Results[0].Fault
	}},
	opPutListing: {listingsModel, func() any { return &submission{} }, func(t *testing.T, c *client) *channel.Fault {
		p, err := c.Submit(t.Context(), []listing.Draft{{
			Product: channel.Product{Type: "LUGGAGE", Title: "Suitcase", Currency: "USD", Variants: []channel.Variant{{SKU: aSandboxSKU, Price: 10000}}},
			Plans:   map[string]string{aSandboxSKU: plan{Op: planPut}.String()},
		}}, false, luggage())
		if err != nil {
			return channel.AsFault(err, opPutListing)
		}
		r := p.Results[0]
		require.Equal(t, r.Fault != nil, listing.Failed(r.Issues) || len(r.Issues) == 0 && r.Fault != nil)
		return r.Fault
	}},
	opDefinition: {"definitionsProductTypes_2020-09-01.json", func() any { return &definitionAnswer{} }, nil},
	opDeleteListing: {listingsModel, func() any { return &submission{} }, func(t *testing.T, c *client) *channel.Fault {
		results, err := c.End(t.Context(), []string{aSandboxSKU})
		require.NoError(t, err)
		return results[0].Fault
	}},
	opFeedDocument:    {feedsModel, func() any { return &feedDocument{} }, nil},
	opFeed:            {feedsModel, func() any { return &createdFeed{} }, nil},
	opGetFeedDocument: {feedsModel, func() any { return &feedDocument{} }, nil},
	opGetFeeds:        {feedsModel, nil, func(t *testing.T, c *client) *channel.Fault { return c.checkFeeds(t.Context()).Fault }},
	opGetFeed: {feedsModel, func() any { return &feedState{} }, func(t *testing.T, c *client) *channel.Fault {
		answer, err := c.LevelsOutcome(t.Context(), "FeedId1."+digest([]string{"A"}), []string{"A"})
		if err != nil {
			return channel.AsFault(err, opGetFeed)
		}
		return answer.Results[0].Fault
	}},
	opParticipations: {"sellers.json", func() any { return &participations{} }, func(t *testing.T, c *client) *channel.Fault {
		return channel.AsFault(c.Test(t.Context()), opParticipations)
	}},
}

// complete checks that an order has what every order in the sandbox has.
func complete(t *testing.T, orders ...order.Snapshot) {
	t.Helper()
	for _, o := range orders {
		require.NotEmpty(t, o.ID)
		require.NotEqual(t, order.FulfilmentUnmapped, o.Fulfilment)
		require.NotEmpty(t, o.Currency)
		require.Positive(t, o.Total)
		require.NotNil(t, o.Buyer)
		require.NotEmpty(t, o.Buyer.PostalCode)
		require.NotEmpty(t, o.Lines)
		for _, l := range o.Lines {
			require.NotEmpty(t, l.SKU)
			require.LessOrEqual(t, l.Shipped+l.Cancelled, l.Quantity)
			require.Positive(t, l.Total)
		}
	}
}

func identified(t *testing.T, listed []channel.Listed) {
	t.Helper()
	for _, l := range listed {
		require.NotEmpty(t, l.SKU)
		require.NotEmpty(t, l.Ref)
		require.NotEmpty(t, l.ListingID)
		require.NotEmpty(t, l.Title)
		require.Equal(t, channel.ListingLive, l.State)
		require.False(t, l.UpdatedAt.IsZero())
	}
}

// sandboxCase is one entry of a model's x-amzn-api-sandbox.static.
type sandboxCase struct {
	Request struct {
		Parameters map[string]struct {
			Value any `json:"value"`
		} `json:"parameters"`
	} `json:"request"`
	Response json.RawMessage `json:"response"`

	status int
}

func sandboxCases(t *testing.T, file, operation string) (cases []sandboxCase) {
	t.Helper()
	var model struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	body, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(body, &model))
	for _, path := range model.Paths {
		for method, raw := range path {
			var op struct {
				OperationID string `json:"operationId"`
				Responses   map[string]struct {
					Sandbox struct {
						Static []sandboxCase `json:"static"`
					} `json:"x-amzn-api-sandbox"`
				} `json:"responses"`
			}
			if method == "parameters" || json.Unmarshal(raw, &op) != nil || op.OperationID != operation {
				continue
			}
			for status, response := range op.Responses {
				for _, c := range response.Sandbox.Static {
					c.status, err = strconv.Atoi(status)
					require.NoError(t, err)
					cases = append(cases, c)
				}
			}
		}
	}
	return cases
}

// TestSandboxResponsesAreRead serves every response that Amazon's sandbox gives to our operations: each field that
// our types name is decoded as it was published, and the call's outcome is what the response says.
func TestSandboxResponsesAreRead(t *testing.T) {
	t.Parallel()
	dir := oracletest.Dir(t, "amazon", "github.com/amzn/selling-partner-api-models")
	counter := oracletest.Count(t, "amazon")
	for _, name := range slices.Sorted(maps.Keys(operations)) {
		op := operations[name]
		cases := sandboxCases(t, filepath.Join(dir, op.model), name)
		require.NotEmpty(t, cases, name)
		for n, published := range cases {
			t.Run(fmt.Sprintf("%s %d %d", name, published.status, n), func(t *testing.T) {
				counter.Add("sandbox responses", 1)
				if published.status == http.StatusNoContent {
					published.Response = nil
				}
				if op.shape != nil && published.status < http.StatusMultipleChoices {
					into := op.shape()
					require.Nil(t, (&transport.Answer{Body: published.Response}).Decode(name, into))
					counter.Add("sandbox values", survived(t, name, published.Response, reflect.ValueOf(into)))
				}
				fault := published.serve(t, name, op)
				wanted := published.refusal(t)
				require.Equal(t, wanted == "", fault == nil, "%v", fault)
				if wanted != "" {
					require.Equal(t, wanted, fault.Code)
					require.Equal(t, "request-1", fault.RequestID)
					require.Contains(t, []channel.Class{channel.Invalid, channel.Unavailable}, fault.Class)
				}
			})
		}
	}
}

// serve lets the adapter call the operation and get this response.
func (s sandboxCase) serve(t *testing.T, name string, op operation) *channel.Fault {
	t.Helper()
	c := stubbed(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(s.status)
		_, _ = w.Write(s.Response)
	})
	c.account.Listings = channel.Permissions{Revise: true, End: true}
	if s.Request.Parameters["mode"].Value != nil {
		c.account.Endpoint = channel.Test
	}
	if op.do != nil {
		return op.do(t, c)
	}
	_, fault := c.call(t.Context(), request{operation: name, method: http.MethodGet, path: "/"}, op.shape())
	return fault
}

// refusal returns the error code of the response; empty = it is a success.
func (s sandboxCase) refusal(t *testing.T) string {
	t.Helper()
	var words struct {
		Errors           []apiError `json:"errors"`
		Status           string     `json:"status"`
		Issues           []issue    `json:"issues"`
		ProcessingStatus string     `json:"processingStatus"`
	}
	if len(s.Response) > 0 {
		require.NoError(t, json.Unmarshal(s.Response, &words))
	}
	switch {
	case len(words.Errors) > 0:
		return transport.Code(words.Errors[0].Code)
	case words.Status == "INVALID":
		return words.Issues[0].Code
	case words.ProcessingStatus == "CANCELLED":
		return "FEED_CANCELLED"
	}
	return ""
}

// survived requires that each value that a type names is in the decoded answer as it was published, and counts the
// scalar ones.
func survived(t *testing.T, at string, published json.RawMessage, got reflect.Value) (values int) {
	t.Helper()
	if got.Kind() == reflect.Pointer {
		require.False(t, got.IsNil(), at)
		return survived(t, at, published, got.Elem())
	}
	if m, ok := got.Interface().(transport.Moment); ok {
		got = reflect.ValueOf(m.Time())
	}
	if _, ok := got.Interface().(time.Time); !ok && got.Kind() == reflect.Struct {
		var fields map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(published, &fields), at)
		for i := range got.NumField() {
			name := got.Type().Field(i).Tag.Get("json")
			if value, ok := fields[name]; ok && !bytes.Equal(value, []byte("null")) {
				values += survived(t, at+"."+name, value, got.Field(i))
			}
		}
		return values
	}
	if got.Kind() == reflect.Slice && got.Type().Elem().Kind() != reflect.Uint8 {
		var list []json.RawMessage
		require.NoError(t, json.Unmarshal(published, &list), at)
		require.Equal(t, len(list), got.Len(), at)
		for i, value := range list {
			values += survived(t, fmt.Sprintf("%s[%d]", at, i), value, got.Index(i))
		}
		return values
	}
	again, err := json.Marshal(got.Interface())
	require.NoError(t, err)
	require.JSONEq(t, string(published), string(again), at)
	return 1
}
