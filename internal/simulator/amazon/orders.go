package amazon

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

const (
	opSearchOrders = "searchOrders"

	boundLag    = 2 * time.Minute // an upper bound is at least this long before now, at speed 1
	defaultPage = 100
	maxPage     = 100
)

// search is a searchOrders request, read.
type search struct {
	filter   market.Filter
	statuses []string
	included []string
	limit    int
	query    string // the parameters that must stay the same from page to page
	token    string // of this page; empty = the first
}

// pageToken is what nextToken holds; it is opaque to the seller.
type pageToken struct {
	Query     string    `json:"q"`
	To        time.Time `json:"to"` // the window's upper bound, fixed by the first page
	AfterTime time.Time `json:"at"`
	AfterID   string    `json:"id"`
}

func (s *server) searchOrders(w http.ResponseWriter, r *http.Request) {
	find, complaint := s.readSearch(r.URL.Query())
	if complaint != "" {
		invalid(w, complaint)
		return
	}
	orders, more, err := s.page(r.Context(), find)
	if err != nil {
		s.failed(w, "read orders", err)
		return
	}
	answer := map[string]any{}
	to := find.filter.UpdatedTo
	if find.filter.ByCreation {
		to = find.filter.CreatedTo
		answer["createdBefore"] = timestamp(to)
	} else {
		answer["lastUpdatedBefore"] = timestamp(to)
	}
	if more {
		last := orders[len(orders)-1]
		this := pageToken{Query: find.query, To: to, AfterTime: find.filter.AfterTime, AfterID: find.filter.AfterID}
		next := pageToken{Query: find.query, To: to, AfterTime: last.UpdatedAt, AfterID: last.ID}
		if find.filter.ByCreation {
			next.AfterTime = last.PlacedAt
		}
		answer["pagination"] = map[string]string{"nextToken": s.turn(opSearchOrders, find.token, next, this)}
	}
	if s.options.Injector.Strikes(faults.ReorderedPage, opSearchOrders) {
		slices.Reverse(orders)
	}
	list := make([]wireOrder, 0, len(orders))
	for _, o := range orders {
		list = append(list, s.show(o, find.included))
	}
	answer["orders"] = list
	wire.WriteJSON(w, http.StatusOK, answer)
}

// readSearch reads the parameters; complaint is what is wrong with them.
func (s *server) readSearch(q url.Values) (find search, complaint string) {
	find = search{limit: defaultPage, included: list(q, "includedData"), statuses: list(q, "fulfillmentStatuses")}
	if n := q.Get("maxResultsPerPage"); n != "" {
		var err error
		if find.limit, err = strconv.Atoi(n); err != nil || find.limit < 1 || find.limit > maxPage {
			return find, "maxResultsPerPage must be between 1 and 100"
		}
	}
	if ids := list(q, "marketplaceIds"); len(ids) > 0 && !slices.Contains(ids, s.options.Marketplace) {
		return find, "marketplaceIds names no marketplace of the seller"
	}
	if complaint = s.readWindow(q, &find.filter); complaint != "" {
		return find, complaint
	}
	for _, name := range []string{"includedData", "maxResultsPerPage"} { // these may change from page to page
		q.Del(name)
	}
	find.token = q.Get("paginationToken")
	q.Del("paginationToken")
	find.query = q.Encode()
	if find.token != "" && !find.resume() {
		return find, "paginationToken is invalid, or other parameters have changed"
	}
	find.filter.OpenOnly = len(find.statuses) > 0 && !slices.ContainsFunc(find.statuses, func(status string) bool {
		return !strings.HasPrefix(status, "PENDING") && status != "UNSHIPPED" && status != "PARTIALLY_SHIPPED"
	})
	return find, ""
}

// readWindow reads the bounds: exactly one lower bound, and an upper one far enough in the past.
func (s *server) readWindow(q url.Values, f *market.Filter) (complaint string) {
	updated, created := q.Get("lastUpdatedAfter"), q.Get("createdAfter")
	if (updated == "") == (created == "") {
		return "exactly one of createdAfter and lastUpdatedAfter must be provided"
	}
	name, from, upTo := "lastUpdated", &f.UpdatedFrom, &f.UpdatedTo
	other := "created"
	if created != "" {
		name, from, upTo, other = "created", &f.CreatedFrom, &f.CreatedTo, "lastUpdated"
		f.ByCreation = true
	}
	if q.Has(other + "Before") {
		return other + "Before may not be provided with " + name + "After"
	}
	var err error
	if *from, err = time.Parse(time.RFC3339, q.Get(name+"After")); err != nil {
		return name + "After is not an ISO 8601 time"
	}
	latest := s.options.Now().Add(-s.options.Delay(boundLag)).Truncate(time.Microsecond)
	*upTo = latest
	if before := q.Get(name + "Before"); before != "" {
		if *upTo, err = time.Parse(time.RFC3339, before); err != nil {
			return name + "Before is not an ISO 8601 time"
		}
		if upTo.After(latest) {
			return name + "Before must be at least two minutes before the time of the request"
		}
	}
	return ""
}

// resume continues where a page ended.
func (find *search) resume() bool {
	var t pageToken
	if !readToken(find.token, &t) || t.Query != find.query {
		return false
	}
	find.filter.AfterTime, find.filter.AfterID = t.AfterTime, t.AfterID
	if find.filter.ByCreation {
		find.filter.CreatedTo = t.To
	} else {
		find.filter.UpdatedTo = t.To
	}
	return true
}

// page collects orders with the wanted statuses until the page is full, and reports whether there are more.
func (s *server) page(ctx context.Context, find search) (page []market.Order, more bool, err error) {
	f := find.filter
	f.Limit = find.limit + 1
	for {
		orders, _, err := wire.Indexed{Seller: s.market, Operation: opSearchOrders, Options: s.options}.Orders(ctx, f)
		if err != nil {
			return nil, false, err
		}
		for _, o := range orders {
			if len(find.statuses) > 0 && !slices.Contains(find.statuses, status(o)) {
				continue
			}
			if len(page) == find.limit {
				return page, true, nil
			}
			page = append(page, o)
		}
		if len(orders) < f.Limit {
			return page, false, nil
		}
		last := orders[len(orders)-1]
		f.AfterTime, f.AfterID = last.UpdatedAt, last.ID
		if f.ByCreation {
			f.AfterTime = last.PlacedAt
		}
	}
}

func (s *server) getOrder(w http.ResponseWriter, r *http.Request) {
	o, err := s.market.Order(r.Context(), r.PathValue("orderId"))
	if errors.Is(err, market.ErrNoOrder) {
		refuse(w, http.StatusNotFound, "NotFound", "The order does not exist.")
		return
	}
	if err != nil {
		s.failed(w, "read an order", err)
		return
	}
	wire.WriteJSON(w, http.StatusOK, map[string]wireOrder{"order": s.show(o, list(r.URL.Query(), "includedData"))})
}

// list reads a comma-separated parameter.
func list(q url.Values, name string) []string {
	var all []string
	for _, value := range q[name] {
		for part := range strings.SplitSeq(value, ",") {
			if part != "" {
				all = append(all, part)
			}
		}
	}
	return all
}

func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }
