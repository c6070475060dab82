package ebay

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
)

// answering is an eBay that shows one order, and answers its cancellations with these words by method and path.
func answering(t *testing.T, shown string, status int, answers map[string]string) (conn *connection, calls *[]*http.Request) {
	t.Helper()
	calls = new([]*http.Request)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == tokenPath:
			_, _ = w.Write([]byte(`{"access_token":"t","expires_in":7200}`))
		case strings.HasPrefix(r.URL.Path, fulfilment):
			_, _ = w.Write([]byte(shown))
		default:
			*calls = append(*calls, r)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(answers[r.Method+" "+strings.TrimPrefix(r.URL.Path, postOrder)]))
		}
	}))
	t.Cleanup(server.Close)
	opened, err := Open(channel.Account{
		ID: "ebay-uk", Kind: channel.EBay, Endpoint: channel.Production, BaseURL: server.URL, Marketplace: "EBAY_GB", Simulated: true,
		Credentials: map[string]string{"clientId": "c", "clientSecret": "s", "refreshToken": "r", "signingKey": publishedKey, "signingJWE": publishedJWE},
	})
	require.NoError(t, err)
	return opened.(*connection), calls
}

const openOrder = `{"orderId":"12-34567-89012","creationDate":"2026-11-21T09:00:00.000Z","lastModifiedDate":"2026-11-21T09:00:00.000Z",
	"orderFulfillmentStatus":"NOT_STARTED","orderPaymentStatus":"PAID","cancelStatus":{"cancelState":"STATE","cancelRequests":[REQUESTS]},
	"paymentSummary":{"payments":[{"paymentDate":"2026-11-21T09:01:00.000Z"}]},"lineItems":[{"lineItemId":"1","sku":"MUG","quantity":1}]}`

func shownWith(state, requests string) string {
	return strings.NewReplacer("STATE", state, "REQUESTS", requests).Replace(openOrder)
}

var toCancel = channel.Cancellation{OrderID: "12-34567-89012", Whole: true, Cause: order.CauseFraud, Lines: []order.LineQuantity{{LineID: "1", Quantity: 1}}}

func TestACancellationIsSignedAndNamesTheTokenIAF(t *testing.T) {
	t.Parallel()
	conn, calls := answering(t, shownWith(notAsked, ""), 200, map[string]string{"POST /cancellation": `{"cancelId":5001}`})
	answer, err := conn.CancelOrder(t.Context(), toCancel)
	require.NoError(t, err)
	require.Equal(t, "5001", answer.Pending)
	require.False(t, answer.Done, "only the order says that")
	r := (*calls)[0]
	require.Equal(t, "IAF t", r.Header.Get("Authorization"))
	require.Equal(t, "EBAY_GB", r.Header.Get("X-EBAY-C-MARKETPLACE-ID"))
	require.NotEmpty(t, r.Header.Get("Signature"))
	require.Contains(t, r.Header.Get("Signature-Input"), `"content-digest"`)
}

func TestWhatEBaySaysOfACancellationIsRead(t *testing.T) {
	t.Parallel()
	ineligible := func(reason string) string {
		return `{"orderEligibilityResult":{"eligible":false,"failureReason":["` + reason + `"]}}`
	}
	for name, c := range map[string]struct {
		status int
		body   string
		class  channel.Class // empty: accepted
		code   string
	}{
		"there is one already":  {200, ineligible("CANCELLATION_EXIST"), "", ""},
		"too late":              {200, ineligible("CANCEL_WINDOW_ELAPSED"), channel.Conflict, channel.CodeNotCancellable},
		"eBay's trouble":        {200, ineligible("INTERNAL_SYSTEM_ERROR"), channel.Unavailable, "INTERNAL_SYSTEM_ERROR"},
		"neither id nor reason": {200, `{}`, channel.Unavailable, "UNREADABLE"},
		"unsigned":              {403, `{"errors":[{"errorId":215001,"domain":"ACCESS","category":"REQUEST"}]}`, channel.Config, "215001"},
		"not the seller's":      {403, `{"errorMessage":{"error":[{"errorId":1308}]}}`, channel.Config, ""},
		"an internal error":     {500, `{"errorMessage":{"error":[{"errorId":1001}]}}`, channel.Unavailable, ""},
	} {
		conn, _ := answering(t, shownWith(notAsked, ""), c.status, map[string]string{"POST /cancellation": c.body})
		_, err := conn.CancelOrder(t.Context(), toCancel)
		if c.class == "" {
			require.NoError(t, err, name)
			continue
		}
		f := channel.AsFault(err, "")
		require.Equal(t, c.class, f.Class, name)
		if c.code != "UNREADABLE" {
			require.Equal(t, c.code, f.Code, name)
		}
	}
}

func TestNothingIsSentBesideACancellationThatIsUnderWay(t *testing.T) {
	t.Parallel()
	read := map[string]string{"GET /cancellation/6001": `{"cancelDetail":{"cancelState":"REFUND_PENDING","cancelStatus":"CANCEL_PENDING"}}`}
	for name, shown := range map[string]string{
		"by the seller": shownWith(inProgress, `{"cancelRequestId":"6001","cancelRequestState":"REQUESTED","cancelInitiator":"Seller"}`),
		"by nobody":     shownWith(inProgress, ""),
		"answered":      shownWith(inProgress, `{"cancelRequestId":"6001","cancelRequestState":"REQUESTED","cancelInitiator":"Buyer"}`),
	} {
		conn, calls := answering(t, shown, 200, read)
		answer, err := conn.CancelOrder(t.Context(), toCancel)
		require.NoError(t, err, name)
		require.False(t, answer.Done)
		for _, r := range *calls {
			require.Equal(t, http.MethodGet, r.Method, name)
		}
	}
}

func TestARequestThatWasRejectedThereRefusesTheCancellationThatAskedForIt(t *testing.T) {
	t.Parallel()
	shown := shownWith(notAsked, `{"cancelRequestId":"5001","cancelRequestState":"REJECTED","cancelInitiator":"Buyer"}`)
	read := map[string]string{"GET /cancellation/5001": `{"cancelDetail":{"cancelState":"CLOSED","cancelStatus":"CANCEL_REJECTED"}}`}
	conn, _ := answering(t, shown, 200, read)
	c := toCancel
	c.Pending = "5001"
	_, err := conn.CancelOrder(t.Context(), c)
	require.Equal(t, channel.CodeNotCancellable, channel.AsFault(err, "").Code)
}

func TestTheReasonIsOneThatASellerMayGive(t *testing.T) {
	t.Parallel()
	all := map[string]bool{"ADDRESS_ISSUES": true, "BUYER_ASKED_CANCEL": true, "ORDER_UNPAID": true, "OUT_OF_STOCK_OR_CANNOT_FULFILL": true}
	given := map[string]bool{}
	for _, c := range order.Causes() {
		given[cancelReason(c, true)], given[cancelReason(c, false)] = true, true
	}
	require.True(t, maps.Equal(all, given), given)
	require.Equal(t, "OUT_OF_STOCK_OR_CANNOT_FULFILL", cancelReason(order.CausePayment, true), "it is paid")
}

// A page of orders shows no requests, and the order alone shows them: the hold must not come and go between the two.
func TestACancellationInProgressHoldsTheOrderWhoeverBeganIt(t *testing.T) {
	t.Parallel()
	const buyers, sellers = `{"cancelRequestId":"5","cancelRequestState":"REQUESTED","cancelInitiator":"Buyer"}`, `{"cancelRequestId":"6","cancelRequestState":"REQUESTED","cancelInitiator":"Seller"}`
	const rejected = `{"cancelRequestId":"5","cancelRequestState":"REJECTED","cancelInitiator":"Buyer"}`
	decline := channel.Cancellation{OrderID: toCancel.OrderID, Decline: true}
	for requests, code := range map[string]string{"": channel.CodeNothingAsked, sellers: channel.CodeNothingAsked, rejected: "", buyers: ""} {
		o, err := decodeOrder([]byte(shownWith(inProgress, requests)))
		require.NoError(t, err)
		require.True(t, o.order(nil).BuyerCancels, requests)
		conn, calls := answering(t, shownWith(inProgress, requests), 200, map[string]string{"GET /cancellation/5": `{"cancelDetail":{"cancelState":"APPROVAL_PENDING"}}`})
		answer, err := conn.CancelOrder(t.Context(), decline)
		require.Equal(t, requests == buyers, len(*calls) == 2, "only the buyer's unanswered request is declined")
		if code != "" {
			require.Equal(t, code, channel.AsFault(err, "").Code, requests)
			continue
		}
		require.NoError(t, err, requests)
		require.False(t, answer.Done, "the order shows it still")
	}
}

// What it was first seen as must not keep it from being answered later.
func TestARequestThatIsNotYetToBeAnsweredIsAnsweredLater(t *testing.T) {
	t.Parallel()
	shown := shownWith(inProgress, `{"cancelRequestId":"5","cancelRequestState":"REQUESTED","cancelInitiator":"Buyer"}`)
	for _, state := range []string{"INITIAL", "OTHER"} {
		conn, calls := answering(t, shown, 200, map[string]string{"GET /cancellation/5": `{"cancelDetail":{"cancelState":"` + state + `"}}`})
		answer, err := conn.CancelOrder(t.Context(), toCancel)
		require.NoError(t, err)
		require.False(t, answer.Done)
		require.Empty(t, answer.Pending)
		require.Len(t, *calls, 1, "it is read only")
	}
	conn, calls := answering(t, shown, 200, map[string]string{"GET /cancellation/5": `{"cancelDetail":{"cancelState":"APPROVAL_PENDING"}}`})
	c := toCancel
	c.Pending = "5"
	_, err := conn.CancelOrder(t.Context(), c)
	require.NoError(t, err)
	require.Len(t, *calls, 2)
	require.Equal(t, postOrder+"/cancellation/5/approve", (*calls)[1].URL.Path)
}

// eBay might cancel it, and give the money back for goods that are on their way.
func TestWhatIsShippedInPartIsNotEvenAsked(t *testing.T) {
	t.Parallel()
	conn, calls := answering(t, strings.Replace(shownWith(notAsked, ""), notStarted, inProgress, 1), 200, map[string]string{"POST /cancellation": `{"cancelId":5001}`})
	_, err := conn.CancelOrder(t.Context(), toCancel)
	require.Equal(t, channel.CodeNotCancellable, channel.AsFault(err, "").Code)
	require.Empty(t, *calls)
}
