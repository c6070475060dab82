package ebay

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/simulator/market"
)

// reportHead are the columns of eBay's active listings report that are filled here; a real report has more.
var reportHead = []string{
	"Item number", "Title", "Variation details", "Custom label (SKU)", "Available quantity", "Format", "Currency", "Start price",
	"Current price", "Sold quantity", "Condition", "Listing site",
}

// WriteReport writes eBay's active listings report of a marketplace, as a seller downloads it from Seller Hub, with
// migrated and other listings. A listing with variations first has a row of its own with the total quantity and no
// SKU.
func WriteReport(ctx context.Context, w io.Writer, m market.Seller) error {
	all, _, err := m.Listings(ctx, market.ListingFilter{Status: []market.ListingStatus{market.Live}})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	if err := c.Write(reportHead); err != nil {
		return err
	}
	s := server{market: m}
	for len(all) > 0 {
		id := all[0].ListingID
		rest := all[:0:0]
		var own []market.Listing
		for _, l := range all {
			if l.ListingID == id {
				own = append(own, l)
			} else {
				rest = append(rest, l)
			}
		}
		all = rest
		if err := c.WriteAll(s.reportRows(own)); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// reportRows returns the rows of one listing.
func (s *server) reportRows(own []market.Listing) [][]string {
	var rows [][]string
	total, values := 0, map[string][]string{}
	for _, l := range own {
		format, sku := fixedPrice, l.SKU
		if sh, err := s.open(l); err == nil && sh.Hub != nil {
			format, sku = sh.Hub.Format, sh.Hub.SKU
		}
		total += l.Quantity
		var words []string
		for _, name := range slices.Sorted(maps.Keys(l.Options)) {
			words = append(words, name+"="+l.Options[name])
			values[name] = append(values[name], l.Options[name])
		}
		rows = append(rows, s.reportRow(l, strings.Join(words, "|"), sku, format, l.Quantity))
	}
	if len(own) == 1 && len(values) == 0 {
		return rows
	}
	var words []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		words = append(words, name+"="+strings.Join(values[name], ";"))
	}
	return append([][]string{s.reportRow(own[0], strings.Join(words, "|"), "", fixedPrice, total)}, rows...)
}

func (s *server) reportRow(l market.Listing, variation, sku, format string, quantity int) []string {
	price := fmt.Sprintf("%d.%02d", l.Price/100, l.Price%100)
	site := strings.TrimPrefix(s.marketplace(), "EBAY_")
	if site == "GB" {
		site = "UK"
	}
	return []string{l.ListingID, l.Title, variation, sku, strconv.Itoa(quantity), format, s.currency(), price, price, "0", "New", site}
}
