package ebay

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// eBay's limits for searching orders.
const (
	maxLimit      = 200
	defaultLimit  = 50
	maxYears      = 2
	defaultPeriod = 90 * 24 * time.Hour // without a filter: orders of the last 90 days
)

// page is a page of orders.
type page struct {
	Href   string  `json:"href"`
	Total  int     `json:"total"`
	Next   string  `json:"next,omitempty"`
	Prev   string  `json:"prev,omitempty"`
	Limit  int     `json:"limit"`
	Offset int     `json:"offset"`
	Orders []order `json:"orders"`
}

// orders serves getOrders.
func (s *server) orders(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	f, refusal := s.search(q)
	if refusal != nil {
		refuse(w, http.StatusBadRequest, *refusal)
		return
	}
	asked := f.Offset
	f.Offset = s.pageBegin(opOrders, q.Get("filter"), asked)
	found, total, err := wire.Indexed{Seller: s.market, Operation: opOrders, Options: s.options}.Orders(r.Context(), f)
	if err != nil {
		s.broken(r.Context(), w, errFulfilmentSystem, err)
		return
	}
	reorder(s, opOrders, found)
	f.Offset = asked
	p := page{Href: hrefOf(r, q, f.Offset), Total: total, Limit: f.Limit, Offset: f.Offset}
	if p.Orders, err = s.renderPage(r, found); err != nil {
		s.broken(r.Context(), w, errFulfilmentSystem, err)
		return
	}
	if f.Offset+len(found) < total {
		p.Next = hrefOf(r, q, s.pageAfter(opOrders, f.Offset, f.Limit))
	}
	if f.Offset > 0 {
		p.Prev = hrefOf(r, q, max(0, f.Offset-f.Limit))
	}
	wire.WriteJSON(w, http.StatusOK, p)
}

// hrefOf returns the URL of a page of the same search.
func hrefOf(r *http.Request, q url.Values, offset int) string {
	q.Set("offset", strconv.Itoa(offset))
	return baseURL(r) + fulfilment + "/order?" + q.Encode()
}

func baseURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// search reads the query. Of the combinations of statuses that eBay supports, only the one for open orders is
// supported.
func (s *server) search(q url.Values) (market.Filter, *apiError) {
	f := market.Filter{Limit: defaultLimit}
	if text := q.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxLimit {
			return f, new(errLimit.with("limitvalue", text))
		}
		f.Limit = n
	}
	if text := q.Get("offset"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return f, new(errOffset.with("offsetvalue", text))
		}
		f.Offset = n
	}
	now := s.options.Now()
	if q.Get("filter") == "" {
		f.CreatedFrom, f.ByCreation = now.Add(-defaultPeriod), true
		return f, nil
	}
	criteria, refusal := readFilter(q.Get("filter"), now)
	if refusal != nil {
		return f, refusal
	}
	f.OpenOnly = criteria.open
	if span := criteria.created; span != nil { // with both dates, only this one counts
		f.CreatedFrom, f.CreatedTo, f.ByCreation = span.from, span.to, true
	} else if span := criteria.modified; span != nil {
		f.UpdatedFrom, f.UpdatedTo = span.from, span.to
	}
	return f, nil
}

type span struct{ from, to time.Time }

type criteria struct {
	created, modified *span
	open              bool
}

// criterion matches name:[..] or name:{..}; criteria are separated by commas.
var criterion = regexp.MustCompile(`^([a-z]+):([\[{])([^\]}]*)[\]}](?:,|$)`)

func readFilter(text string, now time.Time) (criteria, *apiError) {
	var c criteria
	for rest := text; rest != ""; {
		m := criterion.FindStringSubmatch(rest)
		if m == nil {
			return c, new(errFilterValue.with("fieldvalue", text))
		}
		rest = rest[len(m[0]):]
		name, bracket, value := m[1], m[2], m[3]
		switch {
		case (name == "creationdate" || name == "lastmodifieddate") && bracket == "[":
			span, refusal := readSpan(value, now)
			if refusal != nil {
				return c, refusal
			}
			if name == "creationdate" {
				c.created = span
			} else {
				c.modified = span
			}
		case name == "orderfulfillmentstatus" && bracket == "{" && (value == "NOT_STARTED|IN_PROGRESS" || value == "IN_PROGRESS|NOT_STARTED"):
			c.open = true
		case name == "creationdate", name == "lastmodifieddate", name == "orderfulfillmentstatus":
			return c, new(errFilterValue.with("fieldname", name).with("fieldvalue", value))
		default:
			return c, new(errFilterName.with("fieldname", name))
		}
	}
	return c, nil
}

// readSpan reads from..to; without an end it ends now.
func readSpan(text string, now time.Time) (*span, *apiError) {
	start, end, found := strings.Cut(text, "..")
	if !found || start == "" {
		return nil, &errNoStart
	}
	from, err := time.Parse(time.RFC3339Nano, start)
	if err != nil {
		return nil, new(errDate.with("date", start))
	}
	s := &span{from: from}
	last := now
	if end != "" {
		if s.to, err = time.Parse(time.RFC3339Nano, end); err != nil {
			return nil, new(errDate.with("date", end))
		}
		last = s.to
	}
	switch {
	case from.After(now), last.After(now):
		return nil, &errFuture
	case from.After(last):
		return nil, &errStartAfter
	case from.AddDate(maxYears, 0, 0).Before(last):
		return nil, &errRange
	}
	return s, nil
}
