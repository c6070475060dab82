package amazon

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// report is a feed's processing report (listings-feed-processing-report-schema-v2).
type report struct {
	Issues  []reportIssue `json:"issues"`
	Summary *struct {
		MessagesAccepted int `json:"messagesAccepted"`
	} `json:"summary"`
}

// sentence says what the report tells of messages that are neither accepted nor named.
func (r report) sentence(sent, refused int) string {
	if r.Summary == nil {
		return ""
	}
	return fmt.Sprintf("Amazon accepted %d of the feed's %d messages and names %d of the others, not this one", r.Summary.MessagesAccepted, sent, refused)
}

// reportIssue is an issue of a feed. Without a number and a SKU it concerns the whole feed.
type reportIssue struct {
	issue
	MessageID     int    `json:"messageId"`
	SKU           string `json:"sku"`
	AttributeName string `json:"attributeName"`

	raw json.RawMessage // as Amazon wrote it
}

// UnmarshalJSON also keeps Amazon's own JSON.
func (i *reportIssue) UnmarshalJSON(raw []byte) error {
	type plain reportIssue
	if err := json.Unmarshal(raw, (*plain)(i)); err != nil {
		return err
	}
	if i.raw = slices.Clone(raw); len(i.AttributeNames) == 0 && i.AttributeName != "" {
		i.AttributeNames = []string{i.AttributeName}
	}
	return nil
}

// feedState is the answer of getFeed.
type feedState struct {
	ProcessingStatus     string `json:"processingStatus"` // IN_QUEUE, IN_PROGRESS, DONE, CANCELLED, FATAL
	ResultFeedDocumentID string `json:"resultFeedDocumentId"`
}

// LevelsOutcome returns the outcome of a feed. Results are in the order of their SKUs, not of the SetLevels call. A
// feed that was CANCELLED or FATAL may have been applied in part, so each of its levels gets an ambiguous fault. So
// do all levels if skus are not those of the feed.
func (c *client) LevelsOutcome(ctx context.Context, pending string, skus []string) (channel.LevelsAnswer, error) {
	f, fault := c.outcome(ctx, pending, skus)
	if fault != nil {
		return channel.LevelsAnswer{}, fault
	}
	out := channel.LevelsAnswer{RequestID: f.answer.RequestID}
	if f.waiting {
		out.Pending = pending
		return out, nil
	}
	for n := range f.skus {
		out.Results = append(out.Results, channel.LevelResult{SKU: f.skus[n], RequestID: f.answer.RequestID, Fault: f.fault(n)})
	}
	return out, nil
}

// reasons returns why a feed was fatal, if Amazon wrote a report. A failure to read the report is ignored.
func (c *client) reasons(ctx context.Context, documentID string) []reportIssue {
	if documentID == "" {
		return nil
	}
	r, _, fault := c.report(ctx, documentID)
	if fault != nil {
		return nil
	}
	return r.Issues
}

// feedFault returns the fault of a SKU that the feed's outcome says nothing about. known is what it says of the whole.
func feedFault(answer *transport.Answer, class channel.Class, code, known string, why []reportIssue) *channel.Fault {
	f := answer.Fault(class, opFeed, code)
	f.Ambiguous = true
	f.Raw = "Feed Rejected"
	if known != "" {
		f.Raw += ": " + known
	}
	if len(why) > 0 {
		f.Raw += ": "
		f.Raw += raw(why, channel.MaxRaw-len(f.Raw))
	}
	return f
}

// report downloads and reads a feed's report. The returned answer is the API's, for its request id.
func (c *client) report(ctx context.Context, documentID string) (report, *transport.Answer, *channel.Fault) {
	var document feedDocument
	answer, fault := c.call(ctx, request{operation: opGetFeedDocument, method: http.MethodGet, path: documentsPath + "/" + url.PathEscape(documentID)}, &document)
	if fault != nil {
		return report{}, nil, fault
	}
	body, download, fault := c.download(ctx, opDownload, document)
	if fault != nil {
		return report{}, nil, fault
	}
	r, err := readReport(body)
	if err != nil {
		return report{}, nil, download.Unreadable(opDownload)
	}
	return r, answer, nil
}

func readReport(body []byte) (r report, err error) {
	err = json.Unmarshal(body, &r)
	return r, err
}

// download downloads a document from its presigned URL and unpacks it.
func (c *client) download(ctx context.Context, operation string, document feedDocument) ([]byte, *transport.Answer, *channel.Fault) {
	if fault := c.storage(operation, document.URL); fault != nil {
		return nil, nil, fault
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, document.URL, nil)
	if err != nil {
		return nil, nil, channel.NewFault(channel.Unknown, operation, "the report's URL is invalid")
	}
	answer, fault := c.documents.Do(ctx, operation, req)
	if fault != nil {
		return nil, nil, fault
	}
	if !answer.OK() {
		return nil, nil, storageRefused(answer, operation)
	}
	body, err := unpacked(answer.Body, document.CompressionAlgorithm == "GZIP")
	if err != nil {
		return nil, nil, answer.Unreadable(operation)
	}
	return body, answer, nil
}

func unpacked(body []byte, packed bool) ([]byte, error) {
	if !packed {
		return body, nil
	}
	unpacking, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	unpacked, err := io.ReadAll(io.LimitReader(unpacking, maxReport+1))
	if err == nil && len(unpacked) > maxReport {
		err = errTooLong
	}
	return unpacked, err
}

// errTooLong is the error of a report that is not read at all: what is cut off would be taken for nothing.
var errTooLong = errors.New("the report is longer than can be read")
