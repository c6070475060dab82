package starter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/links"
)

// matchPage is how many listings are looked at in one query. PostgreSQL, as long as it has no statistics of a table that was
// just filled, goes over all of it for each page.
const matchPage = 10_000

// Matches is what came of looking for the products of listings that have no link.
type Matches struct {
	Links      []links.Link `json:"links"`      // one product fits: linked, or proposed in a dry run
	Ambiguous  []Ambiguity  `json:"ambiguous"`  // several fit: nobody guesses
	Unmatched  int          `json:"unmatched"`  // no product fits
	WithoutSKU int          `json:"withoutSku"` // nothing to go by
}

// Ambiguity is a channel SKU that can't be linked by itself.
type Ambiguity struct {
	Account    string   `json:"account"`
	ChannelSKU string   `json:"channelSku"`
	SKUs       []string `json:"skus"`     // the products that fit
	Listings   []string `json:"listings"` // the listings that have this SKU
}

// MatchLinks looks for the products of an account's listings that have no link, by the channel's SKU: the same text, else
// the same but for case and surrounding space. It links those that one product fits, unless it only looks (dry).
func (s *Starter) MatchLinks(ctx context.Context, account string, dry bool) (Matches, error) {
	out, err := s.fitting(ctx, account)
	if err != nil || dry {
		return out, err
	}
	if err := s.saveLinks(ctx, out.Links); err != nil {
		return Matches{}, err
	}
	return out, nil
}

// linksAtOnce is how many links one transaction saves: while it does, no page of orders of their accounts is saved.
const linksAtOnce = 5_000

// saveLinks saves links part by part. What is saved stays when a part fails; matching again goes on from there. The
// brake judges them together, at the end.
func (s *Starter) saveLinks(ctx context.Context, list []links.Link) error {
	for part := range slices.Chunk(list, linksAtOnce) {
		if err := s.Store.Links.SaveLinksPart(ctx, part); err != nil {
			return err
		}
	}
	_, err := s.Store.Levels.JudgeHeld(ctx, 0)
	return err
}

// fitting says which SKU fits each listing that has no link.
func (s *Starter) fitting(ctx context.Context, account string) (Matches, error) {
	skus, err := s.Store.Products.SKUs(ctx)
	if err != nil {
		return Matches{}, err
	}
	m := matcher{exact: make(map[string]bool, len(skus)), folded: make(map[string][]string, len(skus))}
	for _, sku := range skus {
		m.exact[sku] = true
		m.folded[fold(sku)] = append(m.folded[fold(sku)], sku)
	}
	if err := s.eachUnlinked(ctx, account, m.add); err != nil {
		return Matches{}, err
	}
	m.flush()
	return m.out, nil
}

// eachUnlinked goes through the listings without a link, sorted by channel SKU; those that have ended are left out.
func (s *Starter) eachUnlinked(ctx context.Context, account string, do func(links.Listing)) error {
	for after := ""; ; {
		rows, err := s.Store.Links.LinkRows(ctx, links.LinkFilter{View: links.LinksUnmade, Account: account, After: after, Limit: matchPage})
		if err != nil {
			return err
		}
		for _, r := range rows {
			after = r.Cursor
			if r.Listing.State != channel.ListingEnded {
				do(*r.Listing)
			}
		}
		if len(rows) < matchPage {
			return nil
		}
	}
}

// fold is a SKU without what people get wrong when they type it.
func fold(sku string) string { return strings.ToLower(strings.TrimSpace(sku)) }

// matcher gathers the listings of one channel SKU after the other.
type matcher struct {
	exact  map[string]bool
	folded map[string][]string
	same   []links.Listing // those of the channel SKU at hand
	out    Matches
}

func (m *matcher) add(l links.Listing) {
	if l.ChannelSKU == "" {
		m.out.WithoutSKU++
		return
	}
	if len(m.same) > 0 && m.same[0].ChannelSKU != l.ChannelSKU {
		m.flush()
	}
	m.same = append(m.same, l)
}

// flush decides about the listings at hand.
func (m *matcher) flush() {
	same := m.same
	if m.same = nil; len(same) == 0 {
		return
	}
	first := same[0]
	fits := m.folded[fold(first.ChannelSKU)]
	if m.exact[first.ChannelSKU] {
		fits = []string{first.ChannelSKU}
	}
	switch {
	case len(fits) == 0:
		m.out.Unmatched += len(same)
	case len(fits) == 1 && !several(same):
		m.out.Links = append(m.out.Links, links.Link{Account: first.Account, ChannelSKU: first.ChannelSKU, SKU: fits[0], ListingRef: first.Ref})
	default:
		m.out.Ambiguous = append(m.out.Ambiguous, Ambiguity{
			Account: first.Account, ChannelSKU: first.ChannelSKU, SKUs: fits, Listings: listingIDs(same),
		})
	}
}

// several reports whether a level would have to be sent to more than one place.
func several(same []links.Listing) bool {
	return slices.ContainsFunc(same, func(l links.Listing) bool { return l.Ref != same[0].Ref })
}

func listingIDs(listings []links.Listing) []string {
	ids := make([]string, len(listings))
	for i, l := range listings {
		ids[i] = l.ListingID
	}
	return ids
}

// Link ties one channel SKU to one product by hand. Where several listings have the SKU, listingID says which is meant.
func (s *Starter) Link(ctx context.Context, account, channelSKU, sku, listingID string) (links.Link, error) {
	link := links.Link{Account: account, ChannelSKU: channelSKU, SKU: sku}
	if _, err := s.Store.Products.Variant(ctx, sku); errors.Is(err, store.ErrNotFound) {
		return link, &UsageError{Problem: fmt.Sprintf("no product with SKU %q in the catalogue: `towpath links list --account %s --missing` lists those without a link", sku, account)}
	} else if err != nil {
		return link, err
	}
	listings, err := s.Store.Links.Listings(ctx, account, channelSKU)
	if err != nil {
		return link, err
	}
	if listingID != "" {
		listings = slices.DeleteFunc(listings, func(l links.Listing) bool { return l.ListingID != listingID })
	}
	if len(listings) == 0 {
		return link, &UsageError{Problem: fmt.Sprintf("%s has no such listing with SKU %q: `towpath links import --account %s --wait` reads what it offers now", account, channelSKU, account)}
	}
	if several(listings) {
		return link, &UsageError{Problem: fmt.Sprintf("several listings of %s have SKU %q: say which with --listing (%s)",
			account, channelSKU, strings.Join(listingIDs(listings), ", "))}
	}
	link.ListingRef = listings[0].Ref
	return link, s.Store.Links.SaveLinks(ctx, []links.Link{link})
}

// RemoveLink removes a link and tells what depended on it. It is refused while buyers can buy from the listing, unless
// that is meant: its level stays on the channel, and nothing lowers it when the stock is sold elsewhere.
func (s *Starter) RemoveLink(ctx context.Context, account, channelSKU string, meant bool) (links.LinkUse, error) {
	use, err := s.Store.Links.LinkUse(ctx, account, channelSKU)
	if errors.Is(err, store.ErrNotFound) {
		return use, &UsageError{Problem: fmt.Sprintf("no link of SKU %q on %s: `towpath links list --account %s` lists them", channelSKU, account, account)}
	}
	if err != nil {
		return use, err
	}
	if use.Listed > 0 && !use.Fulfils && !meant {
		return use, &RefusedError{Reason: fmt.Sprintf(
			"%s goes on listing %d of %q, and nobody would correct that any more: end the listing or set it to 0 there first, or say --yes", account, use.Listed, channelSKU)}
	}
	_, err = s.Store.Links.RemoveLink(ctx, account, channelSKU)
	return use, err
}
