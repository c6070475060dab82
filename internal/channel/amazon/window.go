package amazon

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const (
	mostShown = 1000 // most items that one search returns in all (numberOfResults in the model)

	codeCrowded = "LISTINGS_CREATED_AT_ONCE"
)

// listingsCursor is the state between two pages of listings. A search returns 1,000 items at most, so listings are
// read in windows, oldest first: when one window is exhausted, the next begins at the latest creation time seen.
type listingsCursor struct {
	Token string    `json:"t,omitempty"`
	Since time.Time `json:"s"`           // the window's lower bound, inclusive; zero = none
	Last  time.Time `json:"l"`           // the latest creation time seen
	Shown int       `json:"n,omitempty"` // items of this window so far
	Total int       `json:"a,omitempty"` // found by the first window
	Edge  []string  `json:"e,omitempty"` // SKUs created at Since that were already returned
	Page  string    `json:"p,omitempty"` // fingerprint of the page that gave the token
	Twice int       `json:"r,omitempty"` // how many pages in a row were the same
}

func (at listingsCursor) query() url.Values {
	q := url.Values{
		"includedData": {shownData}, "pageSize": {strconv.Itoa(listingsPage)}, "sortBy": {"createdDate"}, "sortOrder": {"ASC"},
	}
	if !at.Since.IsZero() {
		q.Set("createdAfter", timestamp(at.Since))
	}
	if at.Token != "" {
		q.Set("pageToken", at.Token)
	}
	return q
}

// total returns the number of all listings, as found by the first window.
func (at listingsCursor) total(found listingsAnswer) int { return max(at.Total, found.NumberOfResults) }

// after returns the cursor of the next page; nil after the last.
func (at listingsCursor) after(answer *transport.Answer, found listingsAnswer) (*listingsCursor, *channel.Fault) {
	next := listingsCursor{Since: at.Since, Last: at.Last, Shown: at.Shown + len(found.Items), Total: at.total(found), Page: pageOf(found.Items)}
	if len(found.Items) > 0 && next.Page == at.Page {
		next.Shown, next.Twice = at.Shown, at.Twice+1
	}
	for _, item := range found.Items {
		for _, s := range item.Summaries {
			if s.CreatedDate.After(next.Last) {
				next.Last = s.CreatedDate
			}
		}
	}
	if found.Pagination != nil {
		next.Token = found.Pagination.NextToken
	}
	if next.Token != "" && next.Shown < mostShown {
		if next.Token == at.Token || next.Twice > mostTwice {
			return nil, answer.Fault(channel.Unavailable, opSearchListings, codeNoProgress)
		}
		return &next, nil
	}
	if next.Shown >= found.NumberOfResults {
		return nil, nil
	}
	if !next.Last.After(at.Since) {
		f := answer.Fault(channel.Limit, opSearchListings, codeCrowded)
		f.Raw = fmt.Sprintf("%d listings were created at %s or have no time of creation; a search shows %d", found.NumberOfResults, timestamp(next.Last), mostShown)
		return nil, f
	}
	return &listingsCursor{Since: next.Last, Last: next.Last, Total: next.Total, Edge: createdAt(found.Items, next.Last)}, nil
}

// createdAt returns the SKUs created at a moment.
func createdAt(items []wireListing, moment time.Time) (skus []string) {
	for _, item := range items {
		for _, s := range item.Summaries {
			if s.CreatedDate.Equal(moment) {
				skus = append(skus, item.SKU)
				break
			}
		}
	}
	return skus
}

// pageOf returns a hash of a page's items.
func pageOf(items []wireListing) string {
	h := sha256.New()
	for _, item := range items {
		_, _ = fmt.Fprintf(h, "%d %s\n", len(item.SKU), item.SKU)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// pack returns a cursor or handle as the store keeps it.
func pack(v any) string {
	body, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(body)
}

// unpack parses what pack returned; an empty string is the zero value.
func unpack(s string, into any) error {
	const longest = 64 << 10
	if s == "" {
		return nil
	}
	if len(s) > longest {
		return fmt.Errorf("%d bytes, more than %d", len(s), longest)
	}
	body, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return fmt.Errorf("not base64: %w", err)
	}
	return json.Unmarshal(body, into)
}
