package amazon

import (
	"context"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/order"
)

var _ channel.Canceller = (*client)(nil)

const opAcknowledge = "POST_ORDER_ACKNOWLEDGEMENT_DATA"

// acknowledgementFeed is the feed that cancels orders. The SP-API documents its type and nothing else; its content is that of Amazon's
// OrderAcknowledgement.xsd (help/xsd/release_1_9), which MWS had before.
var acknowledgementFeed = feedKind{opAcknowledge, "text/xml; charset=UTF-8"}

// cancelReasons are Amazon's reasons (OrderAcknowledgement.xsd, CancelReason). The others of its ten are of carriers, exchanges and
// returns. With any but NoInventory Amazon puts the units back into the listing itself, MWS's guide says, so levels are sent once more
// when the order shows the cancellation.
var cancelReasons = map[order.Cause]string{
	order.CauseBuyer: "BuyerCanceled", order.CauseStock: "NoInventory", order.CauseAddress: "ShippingAddressUndeliverable",
}

func cancelReason(c order.Cause) string {
	if reason, known := cancelReasons[c]; known {
		return reason
	}
	return "GeneralAdjustment"
}

// acknowledged is before the id of a feed whose report says that the order was cancelled: only the order is read from then on.
const acknowledged = "done."

// CancelOrder cancels a whole order by an acknowledgement with the status Failure, which is also the answer to a buyer's request; a
// declined request has no answer but the shipment. MWS's guide says that it cancels the entire order, and that after something was
// shipped it gives the buyer all of his money back: then it is never sent. How items are cancelled one by one is not published for this
// feed, so a part of an order is not sent either. Whether the feed was created is not known when the answer was lost, as Amazon does not
// show what a feed contains; a second one is refused in its report, since the order is cancelled.
func (c *client) CancelOrder(ctx context.Context, w channel.Cancellation) (channel.CancelAnswer, error) {
	switch {
	case w.Decline:
		return channel.CancelAnswer{}, channel.Refusal(channel.Config, opAcknowledge, channel.CodeNothingAsked, "Amazon has no call that declines a request; the shipment does")
	case !w.Whole:
		return channel.CancelAnswer{}, channel.Refusal(channel.Config, opAcknowledge, channel.CodeWholeOnly, "the acknowledgement feed cancels whole orders")
	}
	o, err := c.Order(ctx, w.OrderID)
	if err != nil {
		return channel.CancelAnswer{}, err
	}
	switch {
	case o.Fulfilment == order.FulfilmentCancelled:
		return channel.CancelAnswer{Done: true}, nil
	case o.ChannelFulfils:
		return channel.CancelAnswer{}, channel.Refusal(channel.Conflict, opAcknowledge, channel.CodeNotCancellable, "Amazon ships this order")
	case o.Fulfilment == order.FulfilmentShipped, slices.ContainsFunc(o.Lines, func(l order.SnapshotLine) bool { return l.Shipped > 0 }):
		return channel.CancelAnswer{}, channel.Refusal(channel.Conflict, opAcknowledge, channel.CodeNotCancellable, "Amazon shows something of the order as shipped")
	case strings.HasPrefix(w.Pending, acknowledged):
		return channel.CancelAnswer{Pending: w.Pending}, nil
	}
	answer, f := c.acknowledge(ctx, w)
	if f != nil {
		return channel.CancelAnswer{}, f
	}
	return answer, nil
}

// acknowledge creates the feed, or reads what became of it. One that Amazon cancelled before it began is created anew.
func (c *client) acknowledge(ctx context.Context, w channel.Cancellation) (channel.CancelAnswer, *channel.Fault) {
	if w.Pending == "" {
		return c.createAcknowledgement(ctx, w)
	}
	var feed feedState
	answer, fault := c.call(ctx, request{operation: opGetFeed, method: http.MethodGet, path: feedsPath + "/" + url.PathEscape(w.Pending)}, &feed)
	if fault != nil {
		return channel.CancelAnswer{}, fault
	}
	switch feed.ProcessingStatus {
	case "DONE", "FATAL":
		return c.acknowledgementRead(ctx, w.Pending, feed, answer)
	case "CANCELLED":
		return c.createAcknowledgement(ctx, w)
	}
	return channel.CancelAnswer{Pending: w.Pending, RequestID: answer.RequestID}, nil
}

// The content of the feed (amzn-envelope.xsd, OrderAcknowledgement.xsd).
type (
	envelope struct {
		XMLName  xml.Name  `xml:"AmazonEnvelope"`
		Version  string    `xml:"Header>DocumentVersion"`
		Merchant string    `xml:"Header>MerchantIdentifier"`
		Type     string    `xml:"MessageType"`
		Messages []message `xml:"Message"`
	}
	message struct {
		ID    int             `xml:"MessageID"`
		Order acknowledgement `xml:"OrderAcknowledgement"`
	}
	acknowledgement struct {
		OrderID string             `xml:"AmazonOrderID"`
		Status  string             `xml:"StatusCode"`
		Items   []acknowledgedItem `xml:"Item"`
	}
	acknowledgedItem struct {
		ID     string `xml:"AmazonOrderItemCode"`
		Reason string `xml:"CancelReason"`
	}
)

func (c *client) createAcknowledgement(ctx context.Context, w channel.Cancellation) (channel.CancelAnswer, *channel.Fault) {
	a := acknowledgement{OrderID: w.OrderID, Status: "Failure"}
	for _, l := range w.Lines {
		a.Items = append(a.Items, acknowledgedItem{l.LineID, cancelReason(w.Cause)})
	}
	text, err := xml.Marshal(envelope{Version: "1.01", Merchant: c.account.Credentials["sellerId"], Type: "OrderAcknowledgement", Messages: []message{{1, a}}})
	if err != nil {
		return channel.CancelAnswer{}, channel.NewFault(channel.Unknown, opFeed, "the feed can't be written: "+err.Error())
	}
	id, answer, fault := c.createFeed(ctx, acknowledgementFeed, append([]byte(xml.Header), text...))
	if fault != nil {
		return channel.CancelAnswer{}, fault
	}
	return channel.CancelAnswer{Pending: id, RequestID: answer.RequestID}, nil
}

// processingReport is the part of a feed's report that is read (ProcessingReport.xsd). The SP-API does not describe it.
type processingReport struct {
	XMLName xml.Name `xml:"AmazonEnvelope"`
	Results []struct {
		Code        string `xml:"ResultCode"` // Error or Warning
		MessageCode string `xml:"ResultMessageCode"`
		Description string `xml:"ResultDescription"`
	} `xml:"Message>ProcessingReport>Result"`
}

// acknowledgementRead returns what the report of a feed says of its one order. If there is none, or it can't be read, the order alone
// tells. What a fatal feed did is not known: the order is read before the next one, which a person lets be sent.
func (c *client) acknowledgementRead(ctx context.Context, id string, feed feedState, answer *transport.Answer) (channel.CancelAnswer, *channel.Fault) {
	done := channel.CancelAnswer{Pending: acknowledged + id, RequestID: answer.RequestID}
	if feed.ResultFeedDocumentID == "" && feed.ProcessingStatus == "DONE" {
		return done, nil
	}
	words, fault := c.acknowledgementErrors(ctx, feed.ResultFeedDocumentID)
	switch {
	case fault != nil:
		return channel.CancelAnswer{}, fault
	case feed.ProcessingStatus == "FATAL":
		f := answer.Fault(channel.Invalid, opFeed, "FEED_FATAL")
		f.Raw = bounded("Feed Rejected: "+words, channel.MaxRaw)
		return channel.CancelAnswer{}, f
	case words != "":
		f := answer.Fault(channel.Conflict, opAcknowledge, channel.CodeNotCancellable)
		f.Raw = bounded(words, channel.MaxRaw)
		return channel.CancelAnswer{}, f
	}
	return done, nil
}

// acknowledgementErrors returns the errors in a feed's report, in Amazon's words; empty when there are none.
func (c *client) acknowledgementErrors(ctx context.Context, documentID string) (string, *channel.Fault) {
	if documentID == "" {
		return "", nil
	}
	var document feedDocument
	_, fault := c.call(ctx, request{operation: opGetFeedDocument, method: http.MethodGet, path: documentsPath + "/" + url.PathEscape(documentID)}, &document)
	if fault != nil {
		return "", fault
	}
	text, _, fault := c.download(ctx, opDownload, document)
	if fault != nil {
		return "", fault
	}
	var r processingReport
	if xml.Unmarshal(text, &r) != nil {
		return "", nil
	}
	var words []string
	for _, result := range r.Results {
		if strings.EqualFold(result.Code, "Error") {
			words = append(words, strings.TrimSpace(result.MessageCode+" "+result.Description))
		}
	}
	return strings.Join(words, "; "), nil
}
