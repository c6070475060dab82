package devserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/market"
)

// goods is one item that a merchant's export lists on a marketplace.
type goods struct {
	Account, SKU, Title string
	ListingID           string
	Price               int64 // pence
	Quantity            int
	FBA                 bool
	Options             map[string]string
}

// kindOf returns the kind of marketplace that a format is exported from.
func kindOf(f merchantfile.Format) (channel.Kind, bool) {
	word, _, _ := strings.Cut(f.ID, "-")
	kind := channel.Kind(word)
	return kind, slices.Contains(channel.Kinds(), kind)
}

// rehearsed reads the items that the merchant's files list on the marketplaces: one file for each marketplace.
func rehearsed(ctx context.Context, paths []string) ([]goods, error) {
	seen := make(map[string]string)
	var all []goods
	for _, path := range paths {
		account, some, err := rehearsedFile(ctx, path)
		if err != nil {
			return nil, UsageError{fmt.Errorf("--rehearse %s: %w", path, err)}
		}
		if other, twice := seen[account]; twice {
			return nil, UsageError{fmt.Errorf("--rehearse: %s and %s are both of %s: give one file per marketplace", other, path, account)}
		}
		seen[account] = path
		all = append(all, some...)
	}
	return all, nil
}

func rehearsedFile(ctx context.Context, path string) (account string, all []goods, err error) {
	f, err := merchantfile.OpenPath(ctx, path, merchantfile.Options{Currency: "GBP"})
	if err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	kind, ok := kindOf(f.Format())
	if !ok {
		return "", nil, fmt.Errorf("it is %s; want what Amazon, eBay or Shopify export of their listings", f.Format().Title)
	}
	account = string(kind) + "-uk"
	r := collectedGoods{bySKU: make(map[string]*goods), account: account}
	if _, err := f.Products(ctx, r.product); err != nil {
		return "", nil, err
	}
	if f.Format().HoldsKind(merchantfile.Listings) {
		_, err = f.Listings(ctx, r.listing)
	} else {
		_, err = f.Stock(ctx, r.stock)
	}
	if err != nil {
		return "", nil, err
	}
	for _, sku := range slices.Sorted(maps.Keys(r.bySKU)) {
		all = append(all, *r.bySKU[sku])
	}
	return account, append(all, r.unlabelled...), nil
}

// collectedGoods collects the items of one file.
type collectedGoods struct {
	account    string
	bySKU      map[string]*goods
	unlabelled []goods // variations to which the seller gave no SKU
}

func (r *collectedGoods) product(p catalogue.Product, _ int) error {
	for _, v := range p.Variants {
		g := &goods{Account: r.account, SKU: v.SKU, Title: cmp.Or(v.Title, p.Title, v.SKU), Options: v.Options, Price: 995}
		if len(v.Prices) > 0 {
			g.Price = v.Prices[0].Amount
		}
		r.bySKU[v.SKU] = g
	}
	return nil
}

func (r *collectedGoods) listing(l merchantfile.ListingRow) error {
	if l.Parent {
		return nil
	}
	if l.SKU == "" {
		r.unlabelled = append(r.unlabelled, goods{Account: r.account, Title: l.Title, ListingID: l.ListingID, Price: 995, Quantity: max(l.Quantity, 0)})
		return nil
	}
	g := r.bySKU[l.SKU]
	if g == nil {
		g = &goods{Account: r.account, SKU: l.SKU, Title: l.Title, Price: 995}
		r.bySKU[l.SKU] = g
	}
	g.ListingID, g.FBA, g.Quantity = l.ListingID, l.ChannelFulfils, max(l.Quantity, 0)
	if l.ChannelFulfils {
		g.Quantity = fbaUnits
	}
	return nil
}

// fbaUnits is the quantity used for items that Amazon itself keeps: its report leaves that quantity empty.
const fbaUnits = 25

func (r *collectedGoods) stock(s merchantfile.StockRow) error {
	if g := r.bySKU[s.SKU]; g != nil && s.Skip == "" {
		g.Quantity = max(g.Quantity+s.Quantity, 0)
	}
	return nil
}

// list creates the listings on their marketplaces. eBay's are created as a seller creates them in Seller Hub.
// Repeating it changes nothing.
func (w *simulation) list(ctx context.Context, all []goods) error {
	by := make(map[string][]goods)
	for _, g := range all {
		by[g.Account] = append(by[g.Account], g)
	}
	for _, a := range w.accounts {
		var listings []market.Listing
		var err error
		if a.Kind == channel.EBay {
			listings, err = sellerHub(by[a.ID])
		} else {
			listings = plainListings(by[a.ID])
		}
		if err == nil {
			err = w.simulator.Market(a.ID).List(ctx, listings)
		}
		if err != nil {
			return fmt.Errorf("list the goods on %s: %w", a.ID, err)
		}
	}
	return nil
}

func plainListings(all []goods) []market.Listing {
	var out []market.Listing
	for _, g := range all {
		out = append(out, market.Listing{SKU: g.SKU, Title: g.Title, Price: g.Price, Quantity: g.Quantity, FBA: g.FBA})
	}
	return out
}

// sellerHub returns one listing for all items with the same listing id.
func sellerHub(all []goods) ([]market.Listing, error) {
	hubs := make(map[string]*ebay.SellerHub)
	for _, g := range all {
		h := hubs[g.ListingID]
		if h == nil {
			h = &ebay.SellerHub{ListingID: g.ListingID, Title: g.Title}
			hubs[g.ListingID] = h
		}
		h.Items = append(h.Items, ebay.SellerHubItem{SKU: g.SKU, Options: g.Options, Price: g.Price, Quantity: g.Quantity})
	}
	var out []market.Listing
	for _, id := range slices.Sorted(maps.Keys(hubs)) {
		listings, err := hubs[id].Listings()
		if err != nil {
			return nil, err
		}
		out = append(out, listings...)
	}
	return out, nil
}
