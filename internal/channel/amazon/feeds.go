package amazon

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const (
	opFeedDocument    = "createFeedDocument"
	opUpload          = "uploadFeedDocument"
	opFeed            = "createFeed"
	opGetFeed         = "getFeed"
	opGetFeedDocument = "getFeedDocument"
	opDownload        = "downloadFeedReport"

	feedsPath     = "/feeds/2021-06-30/feeds"
	documentsPath = "/feeds/2021-06-30/documents"

	anyFeedID = "00000000000000000000" // the most digits seen so far

	codeFeedTooLong = "FEED_TOO_LONG"
)

// feedKind is a type of feed, and the type of its content.
type feedKind struct{ name, content string }

var listingsFeed = feedKind{"JSON_LISTINGS_FEED", "application/json; charset=UTF-8"}

// The body of a JSON_LISTINGS_FEED (listings-feed-schema-v2).
type (
	feedBody struct {
		Header   feedHeader    `json:"header"`
		Messages []feedMessage `json:"messages"`
	}
	feedHeader struct {
		SellerID string `json:"sellerId"`
		Version  string `json:"version"`
	}
	feedMessage struct {
		MessageID     int       `json:"messageId"`
		SKU           string    `json:"sku"`
		OperationType string    `json:"operationType"` // UPDATE: a whole item; PATCH
		ProductType   string    `json:"productType"`
		Requirements  string    `json:"requirements,omitempty"`
		Attributes    any       `json:"attributes,omitempty"`
		Patches       []patchOp `json:"patches,omitempty"`
	}
	feedDocument struct {
		FeedDocumentID       string `json:"feedDocumentId"`
		URL                  string `json:"url"`
		CompressionAlgorithm string `json:"compressionAlgorithm"`
	}
	createdFeed struct {
		FeedID string `json:"feedId"`
	}
)

// submitFeed uploads the levels and creates a feed. Nothing happens before createFeed, so only its failure can be
// ambiguous.
func (c *client) submitFeed(ctx context.Context, levels []channel.Level) (channel.LevelsAnswer, error) {
	if len(levels) > feedItems {
		return channel.LevelsAnswer{}, channel.Refusal(channel.Invalid, opFeed, codeFeedTooLong, fmt.Sprintf("%d levels, a feed may have at most %d", len(levels), feedItems))
	}
	for _, l := range levels {
		if f := c.unfit(l); f != nil && f.Code != codeFBA {
			return channel.LevelsAnswer{}, f
		}
	}
	body, pending := c.feed(levels)
	if len(body.Messages) == 0 || len(pending.String()) > longestHandle-len(anyFeedID) {
		return channel.LevelsAnswer{}, channel.Refusal(channel.Config, opFeed, codeFBA, fmt.Sprintf("Amazon ships %d of the SKUs itself", len(pending.Held)))
	}
	created, answer, fault := c.createListingsFeed(ctx, body)
	if fault != nil {
		return channel.LevelsAnswer{}, fault
	}
	pending.FeedID = created
	return channel.LevelsAnswer{Pending: pending.String(), RequestID: answer.RequestID}, nil
}

// createListingsFeed creates a feed of listings.
func (c *client) createListingsFeed(ctx context.Context, body feedBody) (id string, answer *transport.Answer, fault *channel.Fault) {
	text, err := json.Marshal(body)
	if err != nil {
		return "", nil, channel.NewFault(channel.Unknown, opFeed, "the feed can't be written: "+err.Error())
	}
	return c.createFeed(ctx, listingsFeed, text)
}

// createFeed uploads a document and creates a feed for it.
func (c *client) createFeed(ctx context.Context, kind feedKind, text []byte) (id string, answer *transport.Answer, fault *channel.Fault) {
	var document feedDocument
	if _, fault := c.call(ctx, request{
		operation: opFeedDocument, method: http.MethodPost, path: documentsPath, harmless: true,
		body: map[string]string{"contentType": kind.content},
	}, &document); fault != nil {
		return "", nil, fault
	}
	if fault := c.upload(ctx, document.URL, kind.content, text); fault != nil {
		return "", nil, fault
	}
	var created createdFeed
	answer, fault = c.call(ctx, request{operation: opFeed, method: http.MethodPost, path: feedsPath, body: map[string]any{
		"feedType": kind.name, "marketplaceIds": []string{c.account.Marketplace}, "inputFeedDocumentId": document.FeedDocumentID,
	}}, &created)
	if fault != nil {
		return "", nil, fault
	}
	if created.FeedID == "" {
		return "", nil, answer.Unreadable(opFeed)
	}
	return created.FeedID, answer, nil
}

// feed builds the feed's body. Messages are numbered in the order of the SKUs, of which the handle keeps a digest. If
// a SKU has several levels, the last one counts. SKUs that Amazon ships itself get a number but no message.
func (c *client) feed(levels []channel.Level) (body feedBody, h handle) {
	bySKU := make(map[string]channel.Level, len(levels))
	for _, l := range levels {
		bySKU[l.SKU] = l
	}
	skus := numbered(slices.Collect(maps.Keys(bySKU)))
	h.Digest = digest(skus)
	body.Header = feedHeader{SellerID: c.account.Credentials["sellerId"], Version: "2.0"}
	for n, sku := range skus {
		l := bySKU[sku]
		if c.unfit(l) != nil {
			h.Held = append(h.Held, n+1)
			continue
		}
		body.Messages = append(body.Messages, feedMessage{
			MessageID: n + 1, SKU: sku, OperationType: "PATCH", ProductType: productType(l), Patches: quantityPatch(l.Quantity),
		})
	}
	return body, h
}

// upload puts the feed at its presigned URL. The request has no token.
func (c *client) upload(ctx context.Context, address, content string, body []byte) *channel.Fault {
	if fault := c.storage(opUpload, address); fault != nil {
		return fault
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, address, bytes.NewReader(body))
	if err != nil {
		return channel.NewFault(channel.Unknown, opUpload, "the upload URL is invalid")
	}
	req.Header.Set("Content-Type", content)
	answer, fault := c.documents.DoRead(ctx, opUpload, req)
	if fault != nil {
		return fault
	}
	if !answer.OK() {
		return storageRefused(answer, opUpload)
	}
	return nil
}

// storage refuses a URL that would send a feed unencrypted, unless the API itself is reached over http (tests).
func (c *client) storage(operation, address string) *channel.Fault {
	u, err := url.Parse(address)
	if err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && strings.HasPrefix(c.base, "http://")) {
		return nil
	}
	return channel.Refusal(channel.Unknown, operation, "DOCUMENT_URL", "the document's URL is not https")
}

// storageRefused returns the fault of an answer of the document store. 403 means that the URL's five minutes are
// over; a new URL helps.
func storageRefused(answer *transport.Answer, operation string) *channel.Fault {
	class := byStatus(answer.Status)
	if answer.Status == http.StatusForbidden || answer.Status == http.StatusNotFound {
		class = channel.Unavailable
	}
	f := answer.Fault(class, operation, "")
	f.Ambiguous = false
	return f
}
