package amazon

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// report is a feed's processing report (listings-feed-processing-report-schema-v2).
type report struct {
	Issues []struct {
		issue
		MessageID int `json:"messageId"` // 0: the issue is the whole feed's
	} `json:"issues"`
	Summary *struct {
		MessagesAccepted int `json:"messagesAccepted"`
	} `json:"summary"`
}

// feedState is the answer of getFeed.
type feedState struct {
	ProcessingStatus     string `json:"processingStatus"` // IN_QUEUE, IN_PROGRESS, DONE, CANCELLED, FATAL
	ResultFeedDocumentID string `json:"resultFeedDocumentId"`
}

// LevelsOutcome asks what became of a feed. The results are in the order of their SKUs, which is not that of the
// SetLevels call: take them by SKU. A feed that was CANCELLED or FATAL may have been applied in part, so each of
// its levels gets an ambiguous fault; so they do when skus are not those of the feed.
func (c *client) LevelsOutcome(ctx context.Context, pending string, skus []string) (channel.LevelsAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, batchDeadline)
	defer cancel()
	h, err := parseHandle(pending)
	if err != nil {
		return channel.LevelsAnswer{}, refusal(channel.Invalid, opGetFeed, codeHandle, err.Error())
	}
	var feed feedState
	answer, fault := c.call(ctx, request{operation: opGetFeed, method: http.MethodGet, path: feedsPath + "/" + url.PathEscape(h.FeedID)}, &feed)
	if fault != nil {
		return channel.LevelsAnswer{}, fault
	}
	sent := batch(numbered(skus))
	switch feed.ProcessingStatus {
	case "DONE":
		if digest(sent) != h.Digest {
			return sent.rejected(answer, channel.Unknown, "FEED_OF_OTHER_SKUS", nil), nil
		}
		if feed.ResultFeedDocumentID == "" {
			return sent.rejected(answer, channel.Unknown, "FEED_WITHOUT_REPORT", nil), nil
		}
		r, from, fault := c.report(ctx, feed.ResultFeedDocumentID)
		if fault != nil {
			return channel.LevelsAnswer{}, fault
		}
		return sent.results(from, r, h.Held), nil
	case "FATAL":
		return sent.rejected(answer, channel.Invalid, "FEED_FATAL", c.reasons(ctx, feed.ResultFeedDocumentID)), nil
	case "CANCELLED":
		return sent.rejected(answer, channel.Unavailable, "FEED_CANCELLED", nil), nil
	}
	return channel.LevelsAnswer{Pending: pending, RequestID: answer.RequestID}, nil
}

// reasons is why a feed was fatal, where Amazon left a report. Not getting it changes nothing.
func (c *client) reasons(ctx context.Context, documentID string) []byte {
	if documentID == "" {
		return nil
	}
	r, _, fault := c.report(ctx, documentID)
	if fault != nil {
		return nil
	}
	raw, _ := json.Marshal(r.Issues)
	return raw
}

// batch are the SKUs of a feed in the order of their messages.
type batch []string

// results gives each SKU what its message got, and those that had none their refusal. Where the report accepts fewer messages than it leaves unnamed,
// the unnamed ones are not known to be good.
func (b batch) results(answer *transport.Answer, r report, held []int) channel.LevelsAnswer {
	faults := make(map[int]*channel.Fault, len(r.Issues))
	var feedWide []issue
	for _, i := range r.Issues {
		switch {
		case i.Severity != "ERROR" || i.MessageID > len(b) || faults[i.MessageID] != nil:
		case i.MessageID <= 0:
			feedWide = append(feedWide, i.issue)
		default:
			faults[i.MessageID] = invalid(answer, opFeed, []issue{i.issue})
		}
	}
	unnamedAreGood := len(feedWide) == 0 && (r.Summary == nil || r.Summary.MessagesAccepted >= len(b)-len(held)-len(faults))
	for _, number := range held {
		faults[number] = fbaRefused(opFeed)
	}
	raw, _ := json.Marshal(feedWide)
	out := channel.LevelsAnswer{RequestID: answer.RequestID}
	for n, sku := range b {
		fault := faults[n+1]
		if fault == nil && !unnamedAreGood {
			fault = feedFault(answer, channel.Invalid, "FEED_REJECTED", raw)
		}
		out.Results = append(out.Results, channel.LevelResult{SKU: sku, RequestID: answer.RequestID, Fault: fault})
	}
	return out
}

// rejected gives every SKU of the feed the same fault.
func (b batch) rejected(answer *transport.Answer, class channel.Class, code string, raw []byte) channel.LevelsAnswer {
	out := channel.LevelsAnswer{RequestID: answer.RequestID}
	for _, sku := range b {
		out.Results = append(out.Results, channel.LevelResult{SKU: sku, RequestID: answer.RequestID, Fault: feedFault(answer, class, code, raw)})
	}
	return out
}

func feedFault(answer *transport.Answer, class channel.Class, code string, raw []byte) *channel.Fault {
	f := answer.Fault(class, opFeed, code)
	f.Ambiguous = true
	f.Raw = "Feed Rejected"
	if len(raw) > 0 {
		f.Raw += ": " + string(raw[:min(len(raw), channel.MaxRaw-len("Feed Rejected: "))])
	}
	return f
}

// report downloads and reads a feed's report. The answer that is returned is the API's, for its request id.
func (c *client) report(ctx context.Context, documentID string) (report, *transport.Answer, *channel.Fault) {
	var document feedDocument
	answer, fault := c.call(ctx, request{operation: opGetFeedDocument, method: http.MethodGet, path: documentsPath + "/" + url.PathEscape(documentID)}, &document)
	if fault != nil {
		return report{}, nil, fault
	}
	if fault := c.storage(opDownload, document.URL); fault != nil {
		return report{}, nil, fault
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, document.URL, nil)
	if err != nil {
		return report{}, nil, channel.NewFault(channel.Unknown, opDownload, "the report's URL is not one")
	}
	download, fault := c.documents.Do(ctx, opDownload, req)
	if fault != nil {
		return report{}, nil, fault
	}
	if !download.OK() {
		return report{}, nil, storageRefused(download, opDownload)
	}
	r, err := readReport(download.Body, document.CompressionAlgorithm == "GZIP")
	if err != nil {
		return report{}, nil, download.Unreadable(opDownload)
	}
	return r, answer, nil
}

func readReport(body []byte, packed bool) (report, error) {
	var r report
	if packed {
		unpacked, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return r, err
		}
		if body, err = io.ReadAll(io.LimitReader(unpacked, maxReport)); err != nil {
			return r, err
		}
	}
	err := json.Unmarshal(body, &r)
	return r, err
}
