package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/publications"
)

// prices enters what the two sizes of mug A cost.
func (s *shop) prices(small, large int64) {
	s.t.Helper()
	p := catalogue.Product{Key: "A", Title: "Mug A", Category: "Kitchen > Mugs", Options: []string{"Size"}}
	for size, amount := range map[string]int64{"S": small, "L": large} {
		p.Variants = append(p.Variants, catalogue.Variant{
			SKU: "A-" + size, Options: map[string]string{"Size": size}, Prices: []catalogue.Price{{Currency: "GBP", Amount: amount}},
			Cost: catalogue.Cost{Currency: "GBP", Amount: 80},
		})
	}
	_, err := s.store.Products.SaveCatalogue(s.t.Context(), []catalogue.Product{p})
	require.NoError(s.t, err)
}

// published runs a publication of what has changed, and returns its outcomes.
func (s *shop) published(id string, change ...func(*publications.Publication)) []string {
	s.t.Helper()
	taken := s.ask(id, append(change, func(p *publications.Publication) { p.Selection.Changed = true })...)
	s.checkGoods(taken)
	s.submit(taken)
	s.end(id)
	return s.outcomes(id)
}

// held returns the SKUs whose price is held, and checks that the incident has as many.
func (s *shop) held() (skus []string) {
	s.t.Helper()
	list, err := s.store.Publications.HeldPrices(s.t.Context(), account, "", 10)
	require.NoError(s.t, err)
	for _, h := range list {
		skus = append(skus, h.SKU)
	}
	open, err := s.store.Incidents.List(s.t.Context(), account, false)
	require.NoError(s.t, err)
	n := 0
	for _, i := range open {
		if i.Kind == incident.Price {
			n = i.Subjects
		}
	}
	require.Equal(s.t, len(skus), n)
	return skus
}

// A price that changes by too much waits for a person: it is not sent, and sent once when it is released. Others of the product go.
func TestAPriceThatChangesByMuchWaitsForAPerson(t *testing.T) {
	t.Parallel()
	l := &lists{result: accepted}
	s := openLists(t, l)
	s.published("run-1")
	require.Empty(t, s.held(), "what is new has no price to compare with")

	s.prices(89, 950)
	l.sent = nil
	dry := s.published("dry", func(p *publications.Publication) { p.DryRun = true })
	require.Equal(t, []string{"A-L done validated", "A-S skipped"}, dry)
	require.Empty(t, s.held(), "a dry run holds nothing")
	require.Equal(t, []string{"A-L done accepted", "A-S skipped"}, s.published("run-2"))
	require.Equal(t, []string{"A-L"}, l.sent)
	require.Equal(t, []string{"A-S"}, s.held())

	released, err := s.store.Publications.ReleasePrices(t.Context(), account, []string{"A-S"})
	require.NoError(t, err)
	require.Equal(t, []publications.SKUPrice{{SKU: "A-S", Wanted: 89, Currency: "GBP"}}, released)
	require.Empty(t, s.held())
	require.Contains(t, s.published("run-3"), "A-S done accepted")
	s.prices(899, 950)
	require.Contains(t, s.published("run-4"), "A-S skipped", "released once, and for one price: back up by ten times is held")
	require.Equal(t, []string{"A-S"}, s.held())
	s.prices(89, 950)
	s.published("run-5")
	require.Empty(t, s.held(), "a corrected catalogue ends it")
}

// Where nothing was accepted from here, what the channel shows counts.
func TestWhatTheChannelShowsIsComparedWhenNothingWasAccepted(t *testing.T) {
	t.Parallel()
	l := &lists{result: accepted}
	s := openLists(t, l)
	shown := channel.Listed{SKU: "a-s", Ref: "ref", ListingID: "1", State: channel.ListingLive, Price: 1999, Currency: "GBP"}
	_, err := s.store.Links.SaveListings(t.Context(), links.ListingsPage{Account: account, RunID: "import", Listings: []channel.Listed{shown}, Last: true})
	require.NoError(t, err)
	require.NoError(t, s.store.Links.SaveLinks(t.Context(), []links.Link{{Account: account, ChannelSKU: "a-s", SKU: "A-S", ListingRef: "ref"}}))
	require.Contains(t, s.published("run-1"), "A-S skipped")
	require.Equal(t, []string{"A-S"}, s.held())
	list, err := s.store.Publications.HeldPrices(t.Context(), "", "", 10)
	require.NoError(t, err)
	require.Equal(t, []int64{1999, 899}, []int64{list[0].Before, list[0].Wanted})
}

// What changes between the check and the sending is held all the same.
func TestAPriceThatChangesAfterTheCheckIsHeld(t *testing.T) {
	t.Parallel()
	l := &lists{result: accepted}
	s := openLists(t, l)
	s.published("run-1")
	s.prices(950, 950)
	taken := s.ask("run-2", func(p *publications.Publication) { p.Selection = listing.Selection{Products: []string{"A"}} })
	s.checkGoods(taken)
	s.prices(9, 960)
	l.sent = nil
	s.submit(taken)
	require.Equal(t, []string{"A-L"}, l.sent)
	require.Equal(t, []string{"A-L done accepted", "A-S skipped validated"}, s.outcomes("run-2"))
	require.Equal(t, []string{"A-S"}, s.held())
}

// A price below what the goods cost is held of a listing that is new; released, it is sent, and is not held again while it stays.
func TestAPriceBelowCostIsHeldOfWhatIsNew(t *testing.T) {
	t.Parallel()
	l := &lists{result: accepted}
	s := openLists(t, l)
	s.prices(79, 950)
	require.Contains(t, s.published("run-1"), "A-S skipped")
	require.Equal(t, []string{"A-S"}, s.held())
	list, err := s.store.Publications.HeldPrices(t.Context(), account, "", 10)
	require.NoError(t, err)
	require.Equal(t, "cost: below its cost of 0.80 GBP", list[0].Rule+": "+list[0].Why)
	require.Zero(t, list[0].Before)
	_, err = s.store.Publications.ReleasePrices(t.Context(), account, nil)
	require.NoError(t, err)
	require.Contains(t, s.published("run-2"), "A-S done accepted")
	s.published("run-3", func(p *publications.Publication) { p.Selection.Changed = false })
	require.Empty(t, s.held(), "it is listed at that price")
}

// The limits are the account's.
func TestAnAccountSetsItsPriceBrake(t *testing.T) {
	t.Parallel()
	l := &lists{result: accepted}
	s := openLists(t, l)
	a, err := s.store.Accounts.Account(t.Context(), account)
	require.NoError(t, err)
	require.Zero(t, a.PriceBrake)
	a.PriceBrake = listing.Brake{Percent: 5, Floor: listing.Price{Amount: 500, Currency: "GBP"}}
	require.NoError(t, s.store.Settings.SaveAccounts(t.Context(), []accounts.Account{a}))
	s.prices(499, 950)
	s.published("run-1")
	require.Equal(t, []string{"A-S"}, s.held(), "below the floor")
	s.prices(500, 1000)
	s.published("run-2")
	require.Equal(t, []string{"A-L"}, s.held(), "more than 5%")
}
