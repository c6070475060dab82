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

// matchPage is how many listings one query reads. Without statistics on a newly filled table, PostgreSQL scans all of it for each
// page.
const matchPage = 10_000

// Matches is the result of matching listings without a link to products.
type Matches struct {
	Links      []links.Link `json:"links"`      // exactly one product fits: linked, or proposed in a dry run
	Ambiguous  []Ambiguity  `json:"ambiguous"`  // several products fit: a person must decide
	Unmatched  int          `json:"unmatched"`  // no product fits
	WithoutSKU int          `json:"withoutSku"` // nothing to match by
}

// Ambiguity is a channel SKU that can't be linked automatically.
type Ambiguity struct {
	Account    string   `json:"account"`
	ChannelSKU string   `json:"channelSku"`
	SKUs       []string `json:"skus"`     // the products that fit
	Listings   []string `json:"listings"` // the listings that have this SKU
}

// MatchLinks finds products for an account's listings without a link, by the channel's SKU: first the same text, then ignoring
// case and surrounding space. It links those that exactly one product fits, unless dry is set.
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

// linksAtOnce is how many links one transaction saves; meanwhile no page of orders of their accounts can be saved.
const linksAtOnce = 5_000

// saveLinks saves links in parts. Saved parts stay when a later one fails; another match continues from there. The brake checks
// all of them at the end.
func (s *Starter) saveLinks(ctx context.Context, list []links.Link) error {
	for part := range slices.Chunk(list, linksAtOnce) {
		if err := s.Store.Links.SaveLinksPart(ctx, part); err != nil {
			return err
		}
	}
	_, err := s.Store.Levels.DecideHeld(ctx, 0)
	return err
}

// fitting returns the SKUs that fit each listing without a link.
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

// eachUnlinked calls do for every active listing without a link, sorted by channel SKU.
func (s *Starter) eachUnlinked(ctx context.Context, account string, do func(links.Listing)) error {
	for after := ""; ; {
		rows, err := s.Store.Links.LinkRows(ctx, links.LinkFilter{View: links.LinksUnlinked, Account: account, After: after, Limit: matchPage})
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

// fold returns a SKU in lower case without surrounding space.
func fold(sku string) string { return strings.ToLower(strings.TrimSpace(sku)) }

// matcher collects the listings of one channel SKU after another.
type matcher struct {
	exact  map[string]bool
	folded map[string][]string
	same   []links.Listing // listings of the current channel SKU
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

// flush decides about the collected listings.
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

// several reports whether a level would have to be sent to more than one listing.
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

// Link links one channel SKU to one product. listingID selects the listing when several have the SKU.
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
		return link, &UsageError{Problem: fmt.Sprintf("%s has no such listing with SKU %q: `towpath links import --account %s --wait` reads its current listings", account, channelSKU, account)}
	}
	if several(listings) {
		return link, &UsageError{Problem: fmt.Sprintf("several listings of %s have SKU %q: say which with --listing (%s)",
			account, channelSKU, strings.Join(listingIDs(listings), ", "))}
	}
	link.ListingRef = listings[0].Ref
	return link, s.Store.Links.SaveLinks(ctx, []links.Link{link})
}

// RemoveLink removes a link and returns what used it. It is refused while buyers can buy from the listing, unless meant is set:
// the level on the channel stays, and nothing lowers it when the stock is sold elsewhere.
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
