package amazon

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/simulator/market"
)

// cancelReasons are Amazon's (OrderAcknowledgement.xsd).
var cancelReasons = []string{
	noInventory, "ShippingAddressUndeliverable", "CustomerExchange", "BuyerCanceled", "GeneralAdjustment", "CarrierCreditDecision",
	"RiskAssessmentInformationNotValid", "CarrierCoverageFailure", "CustomerReturn", "MerchandiseNotReceived",
}

// noInventory is the reason with which the units are not put back into the listing.
const noInventory = "NoInventory"

// acknowledgements is a feed that acknowledges orders, or with Failure cancels them (amzn-envelope.xsd).
type acknowledgements struct {
	XMLName  xml.Name `xml:"AmazonEnvelope"`
	Merchant string   `xml:"Header>MerchantIdentifier"`
	Type     string   `xml:"MessageType"`
	Messages []struct {
		ID    int             `xml:"MessageID"`
		Order acknowledgement `xml:"OrderAcknowledgement"`
	} `xml:"Message"`
}

type acknowledgement struct {
	OrderID string `xml:"AmazonOrderID"`
	Status  string `xml:"StatusCode"`
	Items   []struct {
		ID     string `xml:"AmazonOrderItemCode"`
		Reason string `xml:"CancelReason"`
	} `xml:"Item"`
}

// processingReport is a feed's report (ProcessingReport.xsd). Codes and words of its results are not published.
type processingReport struct {
	XMLName xml.Name       `xml:"AmazonEnvelope"`
	Type    string         `xml:"MessageType"`
	Feed    string         `xml:"Message>ProcessingReport>DocumentTransactionID"`
	Status  string         `xml:"Message>ProcessingReport>StatusCode"`
	Summary reportSummary  `xml:"Message>ProcessingReport>ProcessingSummary"`
	Results []reportResult `xml:"Message>ProcessingReport>Result"`
}

type reportSummary struct {
	Processed  int `xml:"MessagesProcessed"`
	Successful int `xml:"MessagesSuccessful"`
	WithError  int `xml:"MessagesWithError"`
}

type reportResult struct {
	ID          int    `xml:"MessageID"`
	Code        string `xml:"ResultCode"`
	MessageCode int    `xml:"ResultMessageCode"`
	Description string `xml:"ResultDescription"`
}

// acknowledge works on a feed of acknowledgements and returns its final status and report.
func (s *server) acknowledge(ctx context.Context, f feed, body []byte) (status string, report []byte, err error) {
	var in acknowledgements
	out := processingReport{Type: "ProcessingReport", Feed: f.ID, Status: "Complete"}
	switch err := xml.Unmarshal(body, &in); {
	case err != nil || in.Type != "OrderAcknowledgement" || in.Merchant != s.options.Credentials["sellerId"] || len(in.Messages) == 0:
		out.Status, out.Results = "Rejected", []reportResult{{0, "Error", 5000, "The feed is not an envelope of OrderAcknowledgement of this seller."}}
	case f.Outcome == outcomeFatal:
		out.Status, out.Results = "Rejected", []reportResult{{0, "Error", 5001, "The feed could not be processed to its end."}}
	}
	if out.Status == "Rejected" {
		text, err := xml.Marshal(out)
		return "FATAL", packed(text), err
	}
	for _, m := range in.Messages {
		why, err := s.cancelOrder(ctx, m.Order)
		if err != nil {
			return "", nil, err
		}
		if out.Summary.Processed++; why == "" {
			out.Summary.Successful++
			continue
		}
		out.Summary.WithError++
		out.Results = append(out.Results, reportResult{m.ID, "Error", 18028, why})
	}
	text, err := xml.Marshal(out)
	return "DONE", packed(text), err
}

// cancelOrder cancels all of an order, and returns why it can't, or an empty string. Something shipped is refused; Amazon would give the
// buyer all of his money back.
func (s *server) cancelOrder(ctx context.Context, a acknowledgement) (why string, err error) {
	if a.Status == "Success" {
		return "", nil // nothing is recorded of it
	}
	o, err := s.market.Order(ctx, a.OrderID)
	if errors.Is(err, market.ErrNoOrder) {
		return "The order does not exist.", nil
	}
	if err != nil {
		return "", fmt.Errorf("read order: %w", err)
	}
	reason := "GeneralAdjustment"
	for _, item := range a.Items {
		if !slices.Contains(cancelReasons, item.Reason) {
			return "CancelReason is not one of the enumeration.", nil
		}
		reason = item.Reason
	}
	var open []market.ShipmentLine
	shipped := 0
	for _, l := range o.Lines {
		if shipped += l.Shipped; l.Unshipped() > 0 {
			open = append(open, market.ShipmentLine{LineID: l.ID, Quantity: l.Unshipped()})
		}
	}
	switch {
	case a.Status != "Failure":
		return "StatusCode is neither Success nor Failure.", nil
	case shipped > 0:
		return "The order has been shipped, at least in part.", nil
	case len(open) == 0:
		return "The order has already been cancelled.", nil
	}
	err = s.market.CancelUnits(ctx, o.ID, reason, open, reason != noInventory)
	if errors.Is(err, market.ErrFBA) || errors.Is(err, market.ErrQuantity) {
		return "The order can't be cancelled: " + err.Error(), nil
	}
	return "", err
}
