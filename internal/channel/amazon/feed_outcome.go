package amazon

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// outcome is the outcome of a feed.
type outcome struct {
	answer  *transport.Answer // the API's, for its request id
	waiting bool              // Amazon is still working
	skus    []string          // in the order of their numbers

	issues [][]reportIssue // by SKU
	held   []bool          // by SKU: left out of the feed
	whole  []reportIssue   // of the feed as a whole
	// unsure is set when SKUs without an issue may have failed; class and code give the reason.
	unsure bool
	class  channel.Class
	code   string
	known  string // what the report says of the whole feed
}

// outcome reads the state of a feed and, when it is done, its report.
func (c *client) outcome(ctx context.Context, pending string, skus []string) (f outcome, fault *channel.Fault) {
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	h, err := parseHandle(pending)
	if err != nil {
		return f, channel.Refusal(channel.Invalid, opGetFeed, codeHandle, err.Error())
	}
	var feed feedState
	f.answer, fault = c.call(ctx, request{operation: opGetFeed, method: http.MethodGet, path: feedsPath + "/" + url.PathEscape(h.FeedID)}, &feed)
	if fault != nil {
		return f, fault
	}
	f.skus = numbered(skus)
	f.issues, f.held = make([][]reportIssue, len(f.skus)), make([]bool, len(f.skus))
	switch feed.ProcessingStatus {
	case "DONE":
		return c.done(ctx, f, feed, h)
	case "FATAL":
		f.whole = c.reasons(ctx, feed.ResultFeedDocumentID)
		f.doubt(channel.Invalid, "FEED_FATAL")
	case "CANCELLED":
		f.doubt(channel.Unavailable, "FEED_CANCELLED")
	default:
		f.waiting = true
	}
	return f, nil
}

// doubt marks every SKU without a fault of its own as unsure.
func (f *outcome) doubt(class channel.Class, code string) {
	f.unsure, f.class, f.code = true, class, code
}

// done reads the report of a feed that Amazon has processed.
func (c *client) done(ctx context.Context, f outcome, feed feedState, h handle) (outcome, *channel.Fault) {
	if digest(f.skus) != h.Digest {
		f.doubt(channel.Unknown, "FEED_OF_OTHER_SKUS")
		return f, nil
	}
	if feed.ResultFeedDocumentID == "" {
		f.doubt(channel.Unknown, "FEED_WITHOUT_REPORT")
		return f, nil
	}
	r, from, fault := c.report(ctx, feed.ResultFeedDocumentID)
	if fault != nil {
		return f, fault
	}
	f.answer = from
	f.read(r, h.Held)
	return f, nil
}

// read assigns the report's issues to SKUs. If the report counts fewer accepted messages than it has messages without
// issues, those are marked unsure.
func (f *outcome) read(r report, held []int) {
	refused := 0
	for _, i := range r.Issues {
		n := f.place(i)
		if n < 0 {
			f.whole = append(f.whole, i)
			continue
		}
		if !failed(f.issues[n]) && i.Severity == "ERROR" {
			refused++
		}
		f.issues[n] = append(f.issues[n], i)
	}
	for _, number := range held {
		if number <= len(f.held) {
			f.held[number-1] = true
		}
	}
	sent := len(f.skus) - len(held)
	switch {
	case failed(f.whole):
		f.doubt(channel.Invalid, "FEED_REJECTED")
	case r.Summary != nil && r.Summary.MessagesAccepted < sent-refused:
		f.doubt(channel.Unknown, "FEED_PARTLY_ACCEPTED")
	}
	if f.unsure {
		f.known = r.sentence(sent, refused)
	}
}

// place returns the index of the SKU that an issue is about, found by number or name; below 0 = the issue concerns
// the whole feed.
func (f *outcome) place(i reportIssue) int {
	if n := position(i.MessageID); n >= 0 && n < len(f.skus) {
		return n
	}
	if n, found := slices.BinarySearch(f.skus, i.SKU); found && i.SKU != "" {
		return n
	}
	return -1
}

func failed(issues []reportIssue) bool {
	return slices.ContainsFunc(issues, func(i reportIssue) bool { return i.Severity == "ERROR" })
}

// fault returns the fault of a SKU; nil if Amazon accepted it.
func (f *outcome) fault(n int) *channel.Fault {
	switch {
	case f.held[n]:
		return fbaRefused(opFeed)
	case failed(f.issues[n]):
		fault := invalid(f.answer, opFeed, plainly(f.issues[n]))
		fault.Raw = raw(f.issues[n], channel.MaxRaw)
		return fault
	case f.unsure:
		return feedFault(f.answer, f.class, f.code, f.known, f.whole)
	}
	return nil
}

// plainly returns the issues without the fields that only a report has.
func plainly(issues []reportIssue) (plain []issue) {
	for _, i := range issues {
		plain = append(plain, i.issue)
	}
	return plain
}

// raw returns Amazon's own JSON of issues, cut to `most` bytes.
func raw(issues []reportIssue, most int) string {
	var text strings.Builder
	for n, i := range issues {
		if n > 0 {
			text.WriteByte(',')
		}
		text.Write(i.raw)
		if text.Len() > most {
			break
		}
	}
	return bounded("["+text.String()+"]", most)
}
