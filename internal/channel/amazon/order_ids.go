package amazon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/coverage"
)

const (
	opReport            = "createReport"
	opGetReport         = "getReport"
	opGetReportDocument = "getReportDocument"
	opDownloadReport    = "downloadReport"

	reportsPath         = "/reports/2021-06-30/reports"
	reportDocumentsPath = "/reports/2021-06-30/documents"

	// allOrders is the report of all orders by when they were placed, Amazon's own shipments among them. It needs no restricted
	// token, and covers at most 31 days: of a longer range it is empty (selling-partner-api-docs, issue 575).
	allOrders = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"

	codeReportFatal = "REPORT_FATAL"
	codeReportLate  = "REPORT_LATE"
)

// How long a report is waited for between two questions, and how often it is asked for. How long Amazon takes is not published; minutes
// are usual.
const (
	firstWait = 30 * time.Second
	mostWait  = 15 * time.Minute
	mostAsked = 16 // some two hours
)

// idsCursor is a report that is being made.
type idsCursor struct {
	Report string `json:"r"`
	Asked  int    `json:"n,omitempty"` // how often getReport was called
}

// OrderIDs lists the orders of a range by a report (channel.Enumerator): searchOrders has no calls left beside the scans, and reports
// have a budget of their own. The first call asks for the report, later ones for its state, and the last one reads it. A cancelled report
// has no data, or somebody cancelled it, so the page is Unknown. Faults: Invalid with REPORT_FATAL: only another report can be asked for;
// Unavailable with REPORT_LATE; Config when the application lacks the role for reports.
func (c *client) OrderIDs(ctx context.Context, q channel.IDsQuery) (channel.IDsPage, error) {
	if q.Cursor == "" {
		return c.askReport(ctx, q)
	}
	var at idsCursor
	if err := unpack(q.Cursor, &at); err != nil || at.Report == "" {
		return channel.IDsPage{}, channel.Refusal(channel.Invalid, opGetReport, codeCursor, "the cursor is not one of Amazon's: start again from the first page")
	}
	var report struct {
		Status   string `json:"processingStatus"`
		Document string `json:"reportDocumentId"`
	}
	answer, fault := c.call(ctx, request{operation: opGetReport, method: http.MethodGet, path: reportsPath + "/" + url.PathEscape(at.Report)}, &report)
	if fault != nil {
		return channel.IDsPage{}, fault
	}
	page := channel.IDsPage{RequestID: answer.RequestID}
	switch report.Status {
	case "DONE":
		if report.Document == "" {
			return page, answer.Unreadable(opGetReport)
		}
		return c.readIDs(ctx, report.Document)
	case "CANCELLED": // "by a user, or because there is no data to return" (the model's text of processingStatus)
		page.Unknown = true
		return page, nil
	case "FATAL":
		return page, answer.Fault(channel.Invalid, opGetReport, codeReportFatal)
	}
	if at.Asked++; at.Asked >= mostAsked {
		return page, answer.Fault(channel.Unavailable, opGetReport, codeReportLate)
	}
	page.Next, page.Wait = pack(at), min(firstWait<<at.Asked, mostWait)
	return page, nil
}

// askReport asks for a report. A lost answer may make a second one, which nobody reads.
func (c *client) askReport(ctx context.Context, q channel.IDsQuery) (channel.IDsPage, error) {
	var created struct {
		ReportID string `json:"reportId"`
	}
	answer, fault := c.call(ctx, request{operation: opReport, method: http.MethodPost, path: reportsPath, harmless: true, body: map[string]any{
		"reportType": allOrders, "marketplaceIds": []string{c.account.Marketplace}, "dataStartTime": timestamp(q.From), "dataEndTime": timestamp(q.Until),
	}}, &created)
	if fault != nil {
		return channel.IDsPage{}, fault
	}
	if created.ReportID == "" {
		return channel.IDsPage{}, answer.Unreadable(opReport)
	}
	return channel.IDsPage{Next: pack(idsCursor{Report: created.ReportID}), Wait: firstWait, RequestID: answer.RequestID}, nil
}

// readIDs downloads a report and reads its ids. The report has places of buyers; nothing of them is kept.
func (c *client) readIDs(ctx context.Context, id string) (channel.IDsPage, error) {
	var document feedDocument
	answer, fault := c.call(ctx, request{operation: opGetReportDocument, method: http.MethodGet, path: reportDocumentsPath + "/" + url.PathEscape(id)}, &document)
	if fault != nil {
		return channel.IDsPage{}, fault
	}
	body, download, fault := c.download(ctx, opDownloadReport, document)
	if fault != nil {
		return channel.IDsPage{}, fault
	}
	orders, err := idsIn(body, channel.SalesChannel(c.account.Marketplace))
	if err != nil {
		return channel.IDsPage{}, download.Undecoded(opDownloadReport, err)
	}
	return channel.IDsPage{Orders: orders, RequestID: answer.RequestID}, nil
}

var (
	errNoColumn = errors.New("a column is missing")
	errCutOff   = errors.New("it ends in the middle of an order")
)

// orderID is what begins a line of a report, unless a product's name has a line break.
var orderID = regexp.MustCompile(`^[0-9A-Z]{3}-[0-9]{7}-[0-9]{7}$`)

// idsIn returns the orders in the text of a report: lines of fields between tabs, the first with the columns' names, one line per item. Its
// encoding depends on the marketplace; ids and dates are ASCII in all of them. The report has the orders of the whole region, whichever
// marketplace was asked for (selling-partner-api-models, issues 534 and 2513): only those of the sales channel count, and those that name
// none. An unknown marketplace has an empty one, and all count but those that Amazon only ships for other shops ("Non-Amazon",
// "Non-Amazon US"). A line that is cut off is an error: the rest of the report would be taken for nothing.
func idsIn(body []byte, sold string) (orders []coverage.Listed, err error) {
	lines := bytes.Split(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), []byte("\n"))
	head := strings.Split(strings.TrimRight(string(lines[0]), "\r"), "\t")
	id, placed, site := slices.Index(head, "amazon-order-id"), slices.Index(head, "purchase-date"), slices.Index(head, "sales-channel")
	if id < 0 || placed < 0 || site < 0 {
		return nil, errNoColumn
	}
	for n, line := range lines[1:] {
		fields := strings.Split(strings.TrimRight(string(line), "\r"), "\t")
		switch {
		case len(fields) <= max(id, placed, site) && orderID.MatchString(fields[0]):
			return nil, fmt.Errorf("line %d: %w", n+2, errCutOff)
		case len(fields) <= max(id, placed, site), !soldOn(fields[site], sold):
			continue
		}
		if k := len(orders); k > 0 && orders[k-1].ID == fields[id] {
			continue
		}
		at, err := time.Parse(time.RFC3339, fields[placed])
		if err != nil {
			return nil, fmt.Errorf("line %d: purchase-date is no ISO 8601 time", n+2)
		}
		orders = append(orders, coverage.Listed{ID: fields[id], PlacedAt: at.UTC()})
	}
	return orders, nil
}

// soldOn reports whether an order's sales channel is that of a marketplace, or none; where the marketplace's is not known, whether it is one
// of Amazon's.
func soldOn(site, marketplace string) bool {
	if site == "" {
		return true
	}
	if marketplace == "" {
		return !strings.HasPrefix(strings.ToLower(site), "non-amazon")
	}
	return strings.EqualFold(site, marketplace)
}
