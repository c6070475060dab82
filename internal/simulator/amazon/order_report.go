package amazon

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

const (
	reportDelay  = 60 * time.Second // from createReport until it is done, at speed 1
	reportType   = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
	longestSpan  = 31 * 24 * time.Hour // of a longer one the report is empty (selling-partner-api-docs, issue 575)
	orderReports = "amzn1.spdoc.1.4.eu.orders-"

	opCreateReport = "createReport"
)

// orderReport is the stored state of a report.
type orderReport struct {
	ID      string    `json:"id"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Created time.Time `json:"created"`
}

func orderReportKey(id string) string { return "amazon/report/" + id }

func (s *server) createReport(w http.ResponseWriter, r *http.Request) {
	var body struct {
		ReportType     string    `json:"reportType"`
		MarketplaceIDs []string  `json:"marketplaceIds"`
		From           time.Time `json:"dataStartTime"`
		To             time.Time `json:"dataEndTime"`
	}
	now := s.options.Now()
	if err := wire.ReadJSON(r, &body); err != nil || body.ReportType != reportType || !slices.Contains(body.MarketplaceIDs, s.options.Marketplace) {
		invalid(w, "this simulated Amazon makes the report "+reportType+", of the seller's marketplaceIds")
		return
	}
	if body.From.IsZero() || body.To.IsZero() || body.From.After(now) || body.To.After(now) {
		invalid(w, "dataStartTime and dataEndTime must be prior to or equal to the current date and time")
		return
	}
	report := orderReport{ID: s.newFeedID(), From: body.From, To: body.To, Created: now}
	record, _ := json.Marshal(report)
	if err := s.market.Remember(r.Context(), orderReportKey(report.ID), "", record); err != nil {
		s.failed(w, "take a report", err)
		return
	}
	wire.WriteJSON(w, http.StatusAccepted, map[string]string{"reportId": report.ID})
}

// orderReport returns a report that was asked for.
func (s *server) orderReport(ctx context.Context, id string) (report orderReport, known bool, err error) {
	_, record, known, err := s.market.Recall(ctx, orderReportKey(id))
	if err == nil && known {
		err = json.Unmarshal(record, &report)
	}
	return report, known, err
}

func (s *server) getReport(w http.ResponseWriter, r *http.Request) {
	report, known, err := s.orderReport(r.Context(), r.PathValue("reportId"))
	if err != nil {
		s.failed(w, "read a report", err)
		return
	}
	if !known {
		refuse(w, http.StatusNotFound, "NotFound", "The report does not exist.")
		return
	}
	answer := map[string]any{
		"reportId": report.ID, "reportType": reportType, "marketplaceIds": []string{s.options.Marketplace}, "createdTime": timestamp(report.Created),
		"dataStartTime": timestamp(report.From), "dataEndTime": timestamp(report.To), "processingStatus": "IN_QUEUE",
	}
	switch passed, takes := s.options.Now().Sub(report.Created), s.options.Delay(reportDelay); {
	case passed >= takes:
		orders, err := s.reported(r.Context(), report)
		if err != nil {
			s.failed(w, "make a report", err)
			return
		}
		answer["processingStatus"], answer["processingEndTime"] = "CANCELLED", timestamp(report.Created.Add(takes))
		if len(orders) > 0 {
			answer["processingStatus"], answer["reportDocumentId"] = "DONE", orderReports+report.ID
		}
		fallthrough
	case passed >= takes/2:
		answer["processingStartTime"] = timestamp(report.Created.Add(takes / 2))
		if answer["processingStatus"] == "IN_QUEUE" {
			answer["processingStatus"] = inProgress
		}
	}
	wire.WriteJSON(w, http.StatusOK, answer)
}

func (s *server) getReportDocument(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("documentId")
	number, ours := strings.CutPrefix(id, orderReports)
	_, known, err := s.orderReport(r.Context(), number)
	if err != nil {
		s.failed(w, "read a document", err)
		return
	}
	if !ours || !known {
		refuse(w, http.StatusNotFound, "NotFound", "The report document does not exist.")
		return
	}
	wire.WriteJSON(w, http.StatusOK, map[string]string{
		"reportDocumentId": id, "url": s.presigned(r, http.MethodGet, id), "compressionAlgorithm": "GZIP",
	})
}

// reported returns the orders of a report. Both ends of its range belong to it.
func (s *server) reported(ctx context.Context, report orderReport) (all []market.Order, err error) {
	if report.To.Sub(report.From) > longestSpan {
		return nil, nil
	}
	const atOnce = 500
	f := market.Filter{CreatedFrom: report.From, CreatedTo: report.To, ByCreation: true, Limit: atOnce}
	for {
		orders, _, err := s.market.Orders(ctx, f)
		if err != nil {
			return nil, fmt.Errorf("read orders: %w", err)
		}
		if all = append(all, orders...); len(orders) < atOnce {
			return all, nil
		}
		last := orders[len(orders)-1]
		f.AfterTime, f.AfterID = last.PlacedAt, last.ID
	}
}

// reportColumns are the columns of the report (developer-docs.amazon.com/sp-api/docs/order-tracking-reports-attributes).
var reportColumns = []string{
	"amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status", "fulfillment-channel", "sales-channel", "order-channel",
	"ship-service-level", "product-name", "sku", "asin", "item-status", "quantity", "currency", "item-price", "item-tax", "shipping-price", "shipping-tax",
	"gift-wrap-price", "gift-wrap-tax", "item-promotion-discount", "ship-promotion-discount", "ship-city", "ship-state", "ship-postal-code", "ship-country",
	"promotion-ids", "cpf", "is-business-order", "purchase-order-number", "price-designation",
}

// orderDocument returns the packed report of orders: one line per item, also of orders of other sales channels.
func (s *server) orderDocument(ctx context.Context, number string) ([]byte, bool, error) {
	report, known, err := s.orderReport(ctx, number)
	if err != nil || !known {
		return nil, false, err
	}
	orders, err := s.reported(ctx, report)
	if err != nil {
		return nil, false, err
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = fmt.Fprintln(w, strings.Join(reportColumns, "\t"))
	for _, line := range s.reportLines(orders) {
		_, _ = fmt.Fprintln(w, strings.Join(line, "\t"))
	}
	err = w.Close()
	return packed.Bytes(), true, err
}

// statusInReports are the report's words for the status of an order and of an item.
var statusInReports = map[string]string{"CANCELLED": "Cancelled", "SHIPPED": "Shipped", "PENDING": "Pending", "PARTIALLY_SHIPPED": "Shipping", "UNSHIPPED": "Unshipped"}

func (s *server) reportLine(o market.Order, l market.Line, salesChannel string) []string {
	fields := make([]string, len(reportColumns))
	set := func(column, value string) { fields[slices.Index(reportColumns, column)] = value }
	set("amazon-order-id", o.ID)
	set("purchase-date", o.PlacedAt.UTC().Format("2006-01-02T15:04:05-07:00"))
	set("last-updated-date", o.UpdatedAt.UTC().Format("2006-01-02T15:04:05-07:00"))
	set("order-status", statusInReports[status(o)])
	set("fulfillment-channel", map[bool]string{true: "Amazon", false: "Merchant"}[o.FBA])
	set("sales-channel", salesChannel)
	set("product-name", strings.ReplaceAll(l.Title, "\t", " "))
	set("sku", l.SKU)
	set("item-status", statusInReports[status(o)])
	set("quantity", strconv.Itoa(l.Quantity))
	set("currency", o.Currency)
	set("item-price", money.Format(l.Total, o.Currency))
	set("ship-city", o.Buyer.City)
	set("ship-postal-code", o.Buyer.PostalCode)
	set("ship-country", o.Buyer.Country)
	set("is-business-order", "false")
	return fields
}
