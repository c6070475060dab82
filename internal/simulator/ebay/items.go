package ebay

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// eBay's limits for a page of inventory items.
const (
	maxItems     = 200
	defaultItems = 25
)

type itemPage struct {
	Href  string   `json:"href"`
	Total int      `json:"total"`
	Size  int      `json:"size"`
	Limit int      `json:"limit"`
	Next  string   `json:"next,omitempty"`
	Prev  string   `json:"prev,omitempty"`
	Items []fields `json:"inventoryItems"`
}

// renderItem returns an inventory item as eBay shows it. listed is for getInventoryItems, which returns the groups in
// two fields.
func renderItem(l market.Listing, sh record, listed bool) fields {
	n := sh.quantity()
	if !unpublished(l) {
		n = l.Quantity
	}
	sh = sh.withQuantity(n)
	available := sh.Item.within("availability")
	to := available.within("shipToLocationAvailability").with("allocationByFormat", map[string]int{"auction": 0, "fixedPrice": n})
	item := sh.Item.with("sku", l.SKU).with("availability", available.with("shipToLocationAvailability", to))
	if item.text("locale") == "" {
		item = item.with("locale", "en_GB")
	}
	if l.Product != "" {
		item = item.with("inventoryItemGroupKeys", []string{l.Product})
		if listed {
			item = item.with("groupIds", []string{l.Product})
		}
	}
	return item
}

// items serves getInventoryItems. Its offset counts pages, not items.
func (s *server) items(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	limit, refusal := pageNumber(q, "limit", defaultItems, 1, maxItems)
	page, refusal2 := pageNumber(q, "offset", 0, 0, 1<<30)
	if refusal == nil {
		refusal = refusal2
	}
	if refusal != nil {
		refuse(w, http.StatusBadRequest, *refusal)
		return
	}
	from := s.pageBegin(opItems, "", page*limit)
	found, total, err := s.market.Listings(r.Context(), market.ListingFilter{Offset: from, Limit: limit, Lacks: fieldHub})
	if err != nil {
		s.broken(r.Context(), w, errInventorySystem, err)
		return
	}
	reorder(s, opItems, found)
	answer := itemPage{Href: s.itemsURL(q, page, limit), Total: total, Size: len(found), Limit: limit, Items: []fields{}}
	for _, l := range found {
		sh, err := s.open(l)
		if err != nil {
			s.broken(r.Context(), w, errInventorySystem, err)
			return
		}
		answer.Items = append(answer.Items, renderItem(l, sh, true))
	}
	if (page+1)*limit < total {
		answer.Next = s.itemsURL(q, s.pageAfter(opItems, page, 1), limit)
	}
	if page > 0 {
		answer.Prev = s.itemsURL(q, page-1, limit)
	}
	wire.WriteJSON(w, http.StatusOK, answer)
}

func (s *server) itemsURL(q url.Values, page, limit int) string {
	q.Set("offset", strconv.Itoa(page))
	q.Set("limit", strconv.Itoa(limit))
	return inventory + "/inventory_item?" + q.Encode()
}

// pageNumber reads a number from a query.
func pageNumber(q url.Values, name string, without, least, most int) (int, *apiError) {
	text := q.Get(name)
	if text == "" {
		return without, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, new(errPage.with("additionalInfo", name+"="+text))
	}
	return n, nil
}

// item serves getInventoryItem.
func (s *server) item(w http.ResponseWriter, r *http.Request) {
	sku := r.PathValue("sku")
	l, sh, found, err := s.find(r.Context(), sku)
	switch {
	case err != nil:
		s.broken(r.Context(), w, errInventorySystem, err)
	case !found:
		refuse(w, http.StatusNotFound, errNoItem.with("sku", sku))
	default:
		wire.WriteJSON(w, http.StatusOK, renderItem(l, sh, true))
	}
}

// bulkItem is the outcome of one SKU of a bulk call.
type bulkItem struct {
	Status   int        `json:"statusCode"`
	SKU      string     `json:"sku"`
	Locale   string     `json:"locale,omitempty"`
	Item     fields     `json:"inventoryItem,omitempty"`
	Errors   []apiError `json:"errors,omitempty"`
	Warnings []apiError `json:"warnings,omitempty"`
}

// readItems serves bulkGetInventoryItem.
func (s *server) readItems(w http.ResponseWriter, r *http.Request) {
	s.bulk(w, r, func(ctx context.Context, wanted fields) (int, any, error) {
		sku := wanted.text("sku")
		l, sh, found, err := s.find(ctx, sku)
		if err != nil || found {
			return http.StatusOK, bulkItem{Status: http.StatusOK, SKU: sku, Item: renderItem(l, sh, false)}, err
		}
		return http.StatusNotFound, bulkItem{Status: http.StatusNotFound, SKU: sku, Errors: []apiError{errNoItem.with("sku", sku)}}, nil
	})
}

// saveItems serves bulkCreateOrReplaceInventoryItem: every record is replaced completely.
func (s *server) saveItems(w http.ResponseWriter, r *http.Request) {
	if s.noLanguage(w, r) {
		return
	}
	call := s.revisions.call()
	s.bulk(w, r, func(ctx context.Context, item fields) (int, any, error) {
		out := bulkItem{Status: http.StatusOK, SKU: item.text("sku"), Locale: item.text("locale")}
		refusal, created, err := s.saveItem(ctx, out.SKU, item, call)
		if created {
			out.Status = http.StatusCreated
		}
		if refusal != nil {
			out.Status, out.Errors = http.StatusBadRequest, []apiError{*refusal}
		}
		return out.Status, out, err
	})
}

// saveItem stores an item; for a live listing this is a revision.
func (s *server) saveItem(ctx context.Context, sku string, item fields, revise func(listingID string) bool) (refusal *apiError, created bool, err error) {
	switch {
	case sku == "" || len(sku) > 50:
		return new(errSKU.with("sku", sku)), false, nil
	case item.text("locale") == "":
		return &errLocale, false, nil
	}
	if wrong := tooLong(item.within("product"), maxItemDescription); wrong != nil {
		return wrong, false, nil
	}
	l, sh, found, err := s.find(ctx, sku)
	if err != nil {
		return nil, false, err
	}
	if sh.Hub != nil {
		return new(errListedAlone.with("sku", sku)), false, nil // on eBay both could be; this marketplace has one thing per SKU
	}
	if !found {
		l = market.Listing{SKU: sku, Status: market.Draft}
	}
	if found && !unpublished(l) && !revise(l.ListingID) {
		return &errRevisions, false, nil
	}
	sh.Item = item.without("sku")
	if found && !unpublished(l) {
		group, err := s.group(ctx, l.Product)
		if err != nil {
			return nil, false, err
		}
		c, leaf, _ := categories.find(sh.Offer.text("categoryId"))
		if wrong := specifics(c, sh, group); leaf && len(wrong) > 0 {
			return &wrong[0], false, nil
		}
	}
	if l.Quantity = sh.quantity(); l.Quantity < 0 {
		return new(errQuantity.with("additionalInfo", "quantity is below 0")), false, nil
	}
	if l.Status == market.Ended {
		l.Quantity = 0
	}
	if title := item.within("product").text("title"); title != "" {
		l.Title = title
	}
	return nil, !found, s.keep(ctx, l, sh)
}

// eBay's limits of texts, in characters (sell_inventory_v1).
const (
	maxTitle              = 80
	maxItemDescription    = 4000
	maxListingDescription = 500_000
)

// tooLong returns the error for a title or description that is too long, or for pictures that can't be fetched.
func tooLong(of fields, description int) *apiError {
	images := of.list("imageUrls")
	switch {
	case utf8.RuneCountInString(of.text("title")) > maxTitle:
		return new(errValue.with("fieldName", "title"))
	case utf8.RuneCountInString(of.text("description")) > description:
		return new(errValue.with("fieldName", "description"))
	case len(images) > maxPictures:
		return new(errPictures.with("additionalInfo", "at most 24 pictures"))
	}
	for _, address := range images {
		if !strings.HasPrefix(address, "https://") {
			return new(errPictureURL.with("fieldName", address))
		}
	}
	return nil
}

// maxPictures is the greatest number of pictures of a listing.
const maxPictures = 24
