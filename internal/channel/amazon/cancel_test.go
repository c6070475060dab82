package amazon

import (
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
)

var toCancel = channel.Cancellation{OrderID: "026-1111111-1111111", Whole: true, Cause: order.CauseBuyer,
	Lines: []order.LineQuantity{{LineID: "11", Quantity: 1}, {LineID: "12", Quantity: 2}}}

// acknowledging is an Amazon that shows an unshipped order and a feed in this state with this report. uploaded has what was sent.
func acknowledging(t *testing.T, status, report string) (c *client, uploaded *[]string) {
	t.Helper()
	return showing(t, `"fulfillment":{"fulfillmentStatus":"UNSHIPPED"},"orderItems":[{"orderItemId":"11","quantityOrdered":1},{"orderItemId":"12","quantityOrdered":2}]`,
		status, report)
}

// showing is acknowledging with an order of one's own.
func showing(t *testing.T, shown, status, report string) (c *client, uploaded *[]string) {
	t.Helper()
	uploaded = new([]string)
	return stubbed(t, func(w http.ResponseWriter, r *http.Request) {
		write := func(text string) { _, _ = w.Write([]byte(text)) }
		switch {
		case strings.HasPrefix(r.URL.Path, ordersPath):
			write(`{"order":{"orderId":"026-1111111-1111111","createdTime":"2026-11-21T09:00:00Z","lastUpdatedTime":"2026-11-21T09:00:00Z",` + shown + `}}`)
		case r.Method == http.MethodPost && r.URL.Path == documentsPath:
			write(`{"feedDocumentId":"in","url":"http://` + r.Host + `/_in"}`)
		case r.URL.Path == "/_in":
			body, _ := io.ReadAll(r.Body)
			*uploaded = append(*uploaded, string(body))
		case r.Method == http.MethodPost && r.URL.Path == feedsPath:
			write(`{"feedId":"77"}`)
		case strings.HasPrefix(r.URL.Path, feedsPath):
			write(`{"processingStatus":"` + status + `","resultFeedDocumentId":"out"}`)
		case strings.HasPrefix(r.URL.Path, documentsPath):
			write(`{"feedDocumentId":"out","url":"http://` + r.Host + `/_out"}`)
		default:
			write(report)
		}
	}), uploaded
}

// TestAnAcknowledgementIsTheEnvelope compares what is sent with the example of MWS's guide, which the schema describes.
func TestAnAcknowledgementIsTheEnvelope(t *testing.T) {
	t.Parallel()
	c, uploaded := acknowledging(t, "IN_QUEUE", "")
	answer, err := c.CancelOrder(t.Context(), toCancel)
	require.NoError(t, err)
	require.Equal(t, "77", answer.Pending)
	require.Equal(t, xml.Header+`<AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion><MerchantIdentifier>A2SELLER</MerchantIdentifier></Header>`+
		`<MessageType>OrderAcknowledgement</MessageType><Message><MessageID>1</MessageID><OrderAcknowledgement><AmazonOrderID>026-1111111-1111111</AmazonOrderID>`+
		`<StatusCode>Failure</StatusCode><Item><AmazonOrderItemCode>11</AmazonOrderItemCode><CancelReason>BuyerCanceled</CancelReason></Item>`+
		`<Item><AmazonOrderItemCode>12</AmazonOrderItemCode><CancelReason>BuyerCanceled</CancelReason></Item></OrderAcknowledgement></Message></AmazonEnvelope>`,
		(*uploaded)[0])
}

func TestWhatAFeedOfAcknowledgementsCameToIsRead(t *testing.T) {
	t.Parallel()
	result := func(code string) string {
		return `<AmazonEnvelope><MessageType>ProcessingReport</MessageType><Message><ProcessingReport><Result><MessageID>1</MessageID><ResultCode>` + code +
			`</ResultCode><ResultMessageCode>18028</ResultMessageCode><ResultDescription>Already shipped.</ResultDescription></Result></ProcessingReport></Message></AmazonEnvelope>`
	}
	for name, want := range map[string]struct {
		status, report string
		pending        string
		class          channel.Class
		code           string
		sent           int
	}{
		"it waits":               {status: "IN_QUEUE", pending: "77"},
		"it is worked on":        {status: "IN_PROGRESS", pending: "77"},
		"it was cancelled":       {status: "CANCELLED", pending: "77", sent: 1},
		"all is well":            {status: "DONE", report: "<AmazonEnvelope/>", pending: "done.77"},
		"a warning":              {status: "DONE", report: result("Warning"), pending: "done.77"},
		"a report of a new kind": {status: "DONE", report: `{"issues":[]}`, pending: "done.77"},
		"the order is refused":   {status: "DONE", report: result("Error"), class: channel.Conflict, code: channel.CodeNotCancellable},
		"the feed is refused":    {status: "FATAL", report: result("Error"), class: channel.Invalid, code: "FEED_FATAL"},
	} {
		c, uploaded := acknowledging(t, want.status, want.report)
		w := toCancel
		w.Pending = "77"
		answer, err := c.CancelOrder(t.Context(), w)
		require.Len(t, *uploaded, want.sent, name)
		if want.class == "" {
			require.NoError(t, err, name)
			require.Equal(t, want.pending, answer.Pending, name)
			require.False(t, answer.Done, name)
			continue
		}
		f := channel.AsFault(err, "")
		require.Equal(t, want.class, f.Class, name)
		require.Equal(t, want.code, f.Code, name)
		require.Contains(t, f.Raw, "Already shipped.", "Amazon's own words")
	}
}

// The report may be read ten times in a row, and then once in 45 seconds: it is read once.
func TestAReportIsReadOnce(t *testing.T) {
	t.Parallel()
	c, uploaded := acknowledging(t, "FATAL", "")
	w := toCancel
	w.Pending = "done.77"
	answer, err := c.CancelOrder(t.Context(), w)
	require.NoError(t, err)
	require.Equal(t, w.Pending, answer.Pending)
	require.Empty(t, *uploaded)
}

// Amazon would give the buyer all of his money back.
func TestWhatIsShippedInPartIsNotEvenAsked(t *testing.T) {
	t.Parallel()
	c, uploaded := showing(t, `"fulfillment":{"fulfillmentStatus":"PARTIALLY_SHIPPED"},"orderItems":[{"orderItemId":"11","quantityOrdered":2,
		"fulfillment":{"quantityFulfilled":1,"quantityUnfulfilled":1}}]`, "DONE", "")
	_, err := c.CancelOrder(t.Context(), toCancel)
	require.Equal(t, channel.CodeNotCancellable, channel.AsFault(err, "").Code)
	require.Empty(t, *uploaded)
}
