package amazon

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// submission is the answer to every write of a listing. It comes with HTTP 200 even when Amazon refuses the write.
type submission struct {
	Status      string  `json:"status"` // ACCEPTED (queued, not yet live), INVALID; VALID of a preview
	Issues      []issue `json:"issues"`
	Identifiers []struct {
		MarketplaceID string `json:"marketplaceId"`
		ASIN          string `json:"asin"`
	} `json:"identifiers"`
}

// issue is an issue that Amazon reports for a listing.
type issue struct {
	Code       string   `json:"code"`
	Message    string   `json:"message"`
	Severity   string   `json:"severity"` // ERROR, WARNING, INFO
	Categories []string `json:"categories"`

	AttributeNames []string `json:"attributeNames"`
}

// codeNoSuchSKU is Amazon's error 13013: "This SKU does not exist in the Amazon.com catalog".
const codeNoSuchSKU = "13013"

// limited matches messages that the seller may list no more for now. Amazon publishes no list of the codes.
var limited = regexp.MustCompile(`(?i)(listing|creation) limit|limit (on )?the number of (new )?(listings|ASINs)|reached (the|your)( \w+){0,4} limit`)

// previews reports whether nothing may be written: see listingsURL.
func (c *client) previews() bool { return c.account.Endpoint == channel.Test }

// sandbox reports whether all calls except listings go to Amazon's sandbox, which returns fixed answers.
func (c *client) sandbox() bool { return c.previews() && c.account.BaseURL == "" }

// submit writes a listing, or lets Amazon only validate it. A refusal is returned as a fault with the answer, and so
// is an answer that does not say whether it was accepted. Without an answer the outcome is unknown.
func (c *client) submit(ctx context.Context, operation, method, sku string, body any, preview bool) (submission, *transport.Answer, *channel.Fault) {
	var s submission
	query, accepted := url.Values{}, "ACCEPTED"
	if method != http.MethodDelete {
		query.Set("includedData", "issues")
	}
	if preview {
		query.Set("includedData", "identifiers,issues") // only a preview returns the ASIN
		query.Set("mode", "VALIDATION_PREVIEW")
		accepted = "VALID"
	}
	r := c.item(operation, method, sku, query)
	r.body, r.harmless = body, preview
	answer, fault := c.call(ctx, r, &s)
	if fault != nil {
		return s, nil, fault
	}
	switch s.Status {
	case accepted:
		return s, answer, nil
	case "INVALID":
		return s, answer, invalid(answer, operation, s.Issues)
	}
	f := answer.Fault(channel.Unknown, operation, transport.Code("STATUS_"+s.Status))
	f.Ambiguous = true
	return s, answer, f
}

// invalid returns the fault of a submission that Amazon refused, with the code of the first error. The raw words are
// the whole answer.
func invalid(answer *transport.Answer, operation string, issues []issue) *channel.Fault {
	first := issue{Code: "INVALID"}
	if i := slices.IndexFunc(issues, func(i issue) bool { return i.Severity == "ERROR" }); i >= 0 {
		first = issues[i]
	}
	return answer.Fault(first.class(), operation, transport.Code(first.Code))
}

func (i issue) class() channel.Class {
	switch {
	case i.Code == codeNoSuchSKU:
		return channel.Missing
	case limited.MatchString(i.Message):
		return channel.Limit
	case slices.Contains(i.Categories, "QUALIFICATION_REQUIRED"):
		return channel.Config
	}
	return channel.Invalid
}
