package amazon

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const (
	denied = `{"errors":[{"code":"Unauthorized","message":"Access to requested resource is denied.","details":""}]}`
	down   = `{"errors":[{"code":"InternalFailure","message":"We encountered an internal error. Please try again.","details":""}]}`
)

// seen are the calls that a stub received.
type seen struct {
	mu    sync.Mutex
	calls []string
}

func (s *seen) add(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, r.Method+" "+r.URL.EscapedPath()[strings.LastIndexByte(r.URL.EscapedPath(), '/')+1:])
}

// refusing answers with a status for calls whose escaped path ends in one of the endings, and accepts all others.
func refusing(t *testing.T, status int, body string, endings ...string) (*client, *seen) {
	t.Helper()
	var s seen
	return stubbed(t, func(w http.ResponseWriter, r *http.Request) {
		s.add(r)
		for _, ending := range endings {
			if strings.HasSuffix(r.URL.EscapedPath(), ending) {
				w.WriteHeader(status)
				_, _ = io.WriteString(w, body)
				return
			}
		}
		_, _ = io.WriteString(w, `{"status":"ACCEPTED"}`)
	}), &s
}

func four() []channel.Level {
	return []channel.Level{{SKU: "A/1", Quantity: 1}, {SKU: "B1", Quantity: 1}, {SKU: "C1", Quantity: 1}, {SKU: "D1", Quantity: 1}}
}

// A1: the refused SKU is first, in the middle, or the only one.
func TestASKUThatAmazonDeniesHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	for _, levels := range [][]channel.Level{four(), {four()[1], four()[0], four()[2]}, {four()[0]}} {
		c, _ := refusing(t, http.StatusForbidden, denied, "/A%2F1")
		answer, err := c.SetLevels(t.Context(), levels)
		require.NoError(t, err)
		require.Len(t, answer.Results, len(levels))
		for _, r := range answer.Results {
			if r.SKU != "A/1" {
				require.Nil(t, r.Fault, r.SKU)
				continue
			}
			require.Equal(t, channel.Config, r.Fault.Class)
			require.True(t, r.Fault.Permanent(), "it counts as refused")
			require.False(t, r.Unsent)
			require.NotEmpty(t, r.RequestID)
		}
	}
}

// A1: when the account's test is refused too, no SKU is to blame.
func TestAnAccountThatAmazonDeniesBlamesNoSKU(t *testing.T) {
	t.Parallel()
	c, s := refusing(t, http.StatusForbidden, denied, "")
	_, err := c.SetLevels(t.Context(), four())
	f := channel.AsFault(err, "")
	require.Equal(t, []any{channel.Config, "Unauthorized", opPatch}, []any{f.Class, f.Code, f.Operation})
	require.Len(t, s.calls, 2, "one SKU and the test")
	_, err = c.End(t.Context(), []string{"A/1"})
	require.Error(t, err, "not permitted")
}

// A1, in kind: a failure of Amazon's own may be one SKU's; the second in a row is Amazon's.
func TestOneFailureOfAmazonsIsOfOneSKU(t *testing.T) {
	t.Parallel()
	c, s := refusing(t, http.StatusInternalServerError, down, "/A%2F1")
	answer, err := c.SetLevels(t.Context(), four())
	require.NoError(t, err)
	require.Equal(t, channel.Unavailable, answer.Results[0].Fault.Class)
	for _, r := range answer.Results[1:] {
		require.Nil(t, r.Fault, r.SKU)
	}
	require.Len(t, s.calls, 4)

	c, s = refusing(t, http.StatusInternalServerError, down, "")
	answer, err = c.SetLevels(t.Context(), four())
	require.NoError(t, err)
	require.Len(t, s.calls, 2)
	for i, r := range answer.Results {
		require.Equal(t, channel.Unavailable, r.Fault.Class)
		require.Equal(t, i >= 2, r.Unsent, r.SKU)
	}
}

// A1, in kind: listings are written and ended one by one too.
func TestAListingThatAmazonDeniesHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	c, _ := refusing(t, http.StatusForbidden, denied, "/A%2F1")
	c.account.Listings = channel.Permissions{End: true}
	results, err := c.End(t.Context(), []string{"A/1", "B1"})
	require.NoError(t, err)
	require.Equal(t, channel.Config, results[0].Fault.Class)
	require.Nil(t, results[1].Fault)

	out, err := c.submitEach(t.Context(), []submissionItem{{sku: "A/1"}, {sku: "B1"}}, channel.Publication{}, false)
	require.NoError(t, err)
	require.Equal(t, []any{channel.Config, "Unauthorized"}, []any{out.Results[0].Fault.Class, out.Results[0].Fault.Code})
	require.Nil(t, out.Results[1].Fault)
}

// D2: the refresh succeeded, and the new token is refused as well.
func TestAGrantThatIsRevokedNeedsAPerson(t *testing.T) {
	t.Parallel()
	for words, class := range map[string]channel.Class{
		"The access token you provided is revoked, malformed or invalid.": channel.Auth,
		"The access token you provided has expired.":                      channel.Unavailable,
		"": channel.Config,
	} {
		body := strings.Replace(denied, `"details":""`, `"details":"`+words+`"`, 1)
		c, s := refusing(t, http.StatusForbidden, body, "")
		require.Equal(t, class, channel.AsFault(c.Test(t.Context()), "").Class, words)
		require.Len(t, s.calls, map[bool]int{true: 2, false: 1}[words != ""], "refreshed once")
	}
}

// C8: the seller's own channel counts, whatever the order.
func TestTheSellersOwnQuantityCounts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]channel.Listed{
		`[{"fulfillmentChannelCode":"DEFAULT","quantity":21},{"fulfillmentChannelCode":"AMAZON_NA","quantity":0}]`: {Quantity: 21},
		`[{"fulfillmentChannelCode":"AMAZON_NA","quantity":0},{"fulfillmentChannelCode":"DEFAULT","quantity":21}]`: {Quantity: 21},
		`[{"fulfillmentChannelCode":"AMAZON_NA"},{"fulfillmentChannelCode":"DEFAULT","quantity":0}]`:               {Quantity: 0},
		`[{"fulfillmentChannelCode":"DEFAULT","quantity":0},{"fulfillmentChannelCode":"AMAZON_EU","quantity":7}]`:  {Quantity: 0, ChannelFulfils: true},
		`[{"fulfillmentChannelCode":"AMAZON_EU","quantity":7}]`:                                                    {Quantity: 7, ChannelFulfils: true},
		`[]`: {Quantity: channel.UnknownQuantity},
	} {
		var w wireListing
		require.NoError(t, json.Unmarshal([]byte(`{"fulfillmentAvailability":`+text+`}`), &w))
		l := w.read("A1F83G8C2ARO7P")
		require.Equal(t, want.Quantity, l.Quantity, text)
		require.Equal(t, want.ChannelFulfils, l.ChannelFulfils, text)
	}
}

// C9: not every answer has x-amzn-RequestId.
func TestRequestIDsAreTakenFromWhereTheyAre(t *testing.T) {
	t.Parallel()
	for header, storage := range map[string]bool{"X-Amz-Rid": false, "X-Amz-Request-Id": true, "X-Amz-Id-2": true} {
		c := stubbed(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Del(requestIDHeader)
			if !storage || r.Method == http.MethodPut {
				w.Header().Set(header, "id-1")
				w.WriteHeader(http.StatusNotFound)
				return
			}
			_, _ = io.WriteString(w, `{"feedDocumentId":"d","url":"http://`+r.Host+`/document"}`)
		})
		c.feedAbove = 1
		_, err := c.SetLevels(t.Context(), four())
		require.Equal(t, "id-1", channel.AsFault(err, "").RequestID, header)
	}
}

// C7: a carrier that Amazon does not list has the code Other and its name.
func TestACarrierThatAmazonDoesNotList(t *testing.T) {
	t.Parallel()
	var sent struct {
		Package packageDetail `json:"packageDetail"`
	}
	calls := 0
	c := stubbed(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		body, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(body, &sent)
		w.WriteHeader(http.StatusNoContent)
	})
	for given, want := range map[string][]string{"Bob's Vans": {"Other", "Bob's Vans"}, "royalmail": {"Royal Mail", ""}, "Evri": {"Other", "Evri"}} {
		_, err := c.ConfirmShipment(t.Context(), channel.Shipment{OrderID: "1", Number: 1, Carrier: given})
		require.NoError(t, err)
		require.Equal(t, want, []string{sent.Package.CarrierCode, sent.Package.CarrierName}, given)
		sent.Package = packageDetail{}
	}
	calls = 0
	for _, given := range []string{"", "  ", "Other"} {
		_, err := c.ConfirmShipment(t.Context(), channel.Shipment{OrderID: "1", Number: 1, Carrier: given})
		f := channel.AsFault(err, "")
		require.Equal(t, channel.CodeNoCarrier, f.Code)
		require.Contains(t, f.Raw, "names no carrier")
	}
	require.Zero(t, calls)
}

// D6: what the report does not say of a SKU is not known.
func TestAReportThatCountsFewerAndNamesNone(t *testing.T) {
	t.Parallel()
	f := outcome{answer: &transport.Answer{}, skus: []string{"A", "B", "C"}, issues: make([][]reportIssue, 3), held: make([]bool, 3)}
	r, err := readReport([]byte(`{"issues":null,"summary":{"messagesProcessed":3,"messagesAccepted":1,"messagesInvalid":2}}`))
	require.NoError(t, err)
	f.read(r, nil)
	for n := range f.skus {
		fault := f.fault(n)
		require.Equal(t, channel.Unknown, fault.Class)
		require.True(t, fault.Ambiguous, "it may have been applied")
		require.Equal(t, "Feed Rejected: Amazon accepted 1 of the feed's 3 messages and names 0 of the others, not this one", fault.Raw)
	}
}
