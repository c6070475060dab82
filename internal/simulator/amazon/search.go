package amazon

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

const (
	defaultListings = 10
	maxListings     = 20   // items on a page
	mostListings    = 1000 // items that one search pages through, however many it finds
	mostIdentifiers = 20

	opSearchListings = "searchListingsItems"
)

// shown are the states of listings that a seller sees; deleted ones do not exist.
var shown = []market.ListingStatus{market.Live, market.Draft}

var dataSets = []string{
	"summaries", "attributes", "issues", "offers", "fulfillmentAvailability", "procurement", "relationships", "productTypes",
}

// listingsToken is the content of nextToken. Listings come in the order of their creation, with parents after them.
type listingsToken struct {
	Query   string `json:"q"`
	AfterID int64  `json:"a"`
	Parents int    `json:"p"` // parents that were given
	Given   int    `json:"g"`
	Found   int    `json:"f"`
}

// getListing returns one item in its current state.
func (s *server) getListing(w http.ResponseWriter, r *http.Request) {
	if !s.mine(w, r, "issueLocale", "includedData") {
		return
	}
	included, ok := data(w, r)
	if !ok {
		return
	}
	items, err := s.items(r.Context(), []string{r.PathValue("sku")}, included)
	switch {
	case err != nil:
		s.failed(w, "read a listing", err)
	case len(items) == 0 || s.options.Injector.Strikes(faults.ProductGone, opGet):
		refuse(w, http.StatusNotFound, "NOT_FOUND", "SKU '"+r.PathValue("sku")+"' not found in marketplace "+s.options.Marketplace)
	default:
		wire.WriteJSON(w, http.StatusOK, items[0])
	}
}

// data reads the requested data sets.
func data(w http.ResponseWriter, r *http.Request) ([]string, bool) {
	included := list(r.URL.Query(), "includedData")
	for _, set := range included {
		if !slices.Contains(dataSets, set) {
			badRequest(w, "includedData has no "+set)
			return nil, false
		}
	}
	if len(included) == 0 {
		included = []string{"summaries"}
	}
	return included, true
}

// items returns the existing items of the SKUs.
func (s *server) items(ctx context.Context, skus, included []string) (items []wireListing, err error) {
	for _, sku := range skus {
		l, err := s.market.Listing(ctx, sku)
		if err == nil && l.Status != market.Ended {
			items = append(items, s.showListing(l, included))
			continue
		}
		if err != nil && !errors.Is(err, market.ErrNoListing) {
			return nil, err
		}
		p, known, err := s.parent(ctx, sku)
		if err != nil {
			return nil, err
		}
		if !known || p.LiveAt.After(s.options.Now()) {
			continue
		}
		item, err := s.withChildren(ctx, p, included)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

func (s *server) withChildren(ctx context.Context, p parent, included []string) (wireListing, error) {
	children, err := s.children(ctx, p.SKU)
	var skus []string
	for _, l := range children {
		skus = append(skus, l.SKU)
	}
	return s.showParent(p, skus, included), err
}

// searchListings returns items by SKU, or all of them in the order of their creation.
func (s *server) searchListings(w http.ResponseWriter, r *http.Request) {
	if !s.mine(w, r, "issueLocale", "includedData", "identifiers", "identifiersType", "createdAfter", "sortBy", "sortOrder", "pageSize", "pageToken") {
		return
	}
	included, ok := data(w, r)
	if !ok {
		return
	}
	q := r.URL.Query()
	size, identifiers := defaultListings, list(q, "identifiers")
	if n := q.Get("pageSize"); n != "" {
		var err error
		if size, err = strconv.Atoi(n); err != nil || size < 1 || size > maxListings {
			badRequest(w, "pageSize must be between 1 and 20")
			return
		}
	}
	switch {
	case len(identifiers) > mostIdentifiers || (len(identifiers) > 0) != (q.Get("identifiersType") == "SKU"):
		badRequest(w, "give up to 20 identifiers and the identifiersType SKU, or neither")
		return
	case len(identifiers) > 0:
		s.searchSKUs(w, r, identifiers, included, size)
		return
	case q.Get("sortBy") != "createdDate" || q.Get("sortOrder") != "ASC":
		badRequest(w, "this marketplace sorts by createdDate, ASC, only")
		return
	}
	s.searchAll(w, r, q, included, size)
}

// searchSKUs returns all on one page: there are never more than fit.
func (s *server) searchSKUs(w http.ResponseWriter, r *http.Request, skus, included []string, size int) {
	slices.Sort(skus)
	items, err := s.items(r.Context(), slices.Compact(skus), included)
	if err != nil {
		s.failed(w, "search listings", err)
		return
	}
	if len(items) > size {
		badRequest(w, "this marketplace gives found identifiers on one page only")
		return
	}
	wire.WriteJSON(w, http.StatusOK, map[string]any{"numberOfResults": len(items), "items": append([]wireListing{}, items...)})
}

func (s *server) searchAll(w http.ResponseWriter, r *http.Request, q url.Values, included []string, size int) {
	given := q.Get("pageToken")
	q.Del("pageToken")
	since := firstListed
	if after := q.Get("createdAfter"); after != "" {
		var err error
		if since, err = time.Parse(time.RFC3339, after); err != nil {
			badRequest(w, "createdAfter is not an ISO 8601 time")
			return
		}
	}
	at := listingsToken{Query: q.Encode(), AfterID: int64(max(0, since.Sub(firstListed)-1) / time.Second)}
	if given != "" {
		if !readToken(given, &at) || at.Query != q.Encode() {
			badRequest(w, "pageToken is invalid, or other parameters have changed")
			return
		}
	}
	items, next, err := s.pageOfListings(r.Context(), at, since, included, size, given == "")
	if err != nil {
		s.failed(w, "search listings", err)
		return
	}
	at.Found = next.Found
	answer := map[string]any{"numberOfResults": next.Found, "items": items}
	if next.Given < next.Found && next.Given < mostListings {
		answer["pagination"] = map[string]string{"nextToken": s.turn(opSearchListings, given, next, at)}
	}
	wire.WriteJSON(w, http.StatusOK, answer)
}

// pageOfListings returns the items after a position, and the next position. The first page counts all items.
func (s *server) pageOfListings(ctx context.Context, at listingsToken, since time.Time, included []string, size int, first bool) ([]wireListing, listingsToken, error) {
	parents, err := s.parents(ctx)
	if err != nil {
		return nil, at, err
	}
	parents = slices.DeleteFunc(parents, func(p parent) bool { return p.CreatedAt.Before(since) })
	filter := market.ListingFilter{Status: shown, AfterID: at.AfterID, Limit: min(size, mostListings-at.Given)}
	size = filter.Limit
	if first {
		filter.Limit = 0
	}
	listings, _, err := s.market.Listings(ctx, filter)
	if err != nil {
		return nil, at, err
	}
	if first {
		at.Found = len(listings) + len(parents)
		listings = listings[:min(len(listings), size)]
	}
	items := make([]wireListing, 0, size)
	for _, l := range listings {
		items, at.AfterID = append(items, s.showListing(l, included)), l.ID
	}
	for at.Parents < len(parents) && len(items) < size {
		item, err := s.withChildren(ctx, parents[at.Parents], included)
		if err != nil {
			return nil, at, err
		}
		items, at.Parents = append(items, item), at.Parents+1
	}
	at.Given += len(items)
	if len(items) == 0 {
		at.Given = at.Found // listings ended meanwhile
	}
	return items, at, nil
}
