package audit_test

import (
	"cmp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/settings"
)

// jug returns a product to be published: one variant that has a colour.
func jug() catalogue.Product {
	return catalogue.Product{
		Key: "JUG", Title: "Enamel jug", Brand: "Lockside", Options: []string{"Colour"}, Attributes: map[string][]string{"Material": {"Enamel"}},
		Variants: []catalogue.Variant{{
			SKU: "JUG-RED", Barcode: "5060123400017", Options: map[string]string{"Colour": "Red"}, Prices: []catalogue.Price{{Currency: "GBP", Amount: 1450}},
		}},
	}
}

// listedJug returns the jug's listing as a marketplace has it when all is well.
func listedJug() market.Listing {
	return market.Listing{
		SKU: "jug-red", Title: "Enamel jug, Red", Price: 1450, Ref: "PRODUCT_2", Status: market.Live,
		Content: []byte(`{"brand":[{"value":"Lockside"}],"material":["enamel"],"color":[{"value":"Red"}],"gtin":"5060123400017"}`),
	}
}

// jugAt is what a run's check finds of the jug at a price, when another one is listed.
func jugAt(before, price int64) listing.Change {
	gbp := func(n int64) listing.Price { return listing.Price{Amount: n, Currency: "GBP"} }
	return listing.Change{Price: gbp(price), Before: gbp(before), Brake: listing.Brake{Percent: 30, Many: 25, Floor: gbp(500)}}
}

// sell lists the jug at its price and then at another one, in a run that found this change. It may be released before.
func (b *fixture) sell(price int64, found listing.Change, release bool) {
	b.t.Helper()
	b.change = jugAt(0, 1450)
	b.change.Before = listing.Price{}
	l := listedJug()
	b.publish("1", nil, &l, nil)
	b.push(0)
	if release {
		b.change = found
		b.change.Rule = listing.ByPercent
		b.skipped = "held"
		b.publish("held", nil, nil, nil)
		_, err := b.store.Publications.ReleasePrices(b.ctx, account, nil)
		require.NoError(b.t, err)
		b.skipped = ""
	}
	b.price, b.change = price, found
	l.Price, l.Quantity = price, -1
	b.publish("2", nil, &l, nil)
}

// publish publishes the jug in one run, with the findings of our check, the listing that the marketplace makes of it,
// and its answer.
func (b *fixture) publish(run string, checked []listing.Issue, listed *market.Listing, refused *channel.Fault) {
	b.t.Helper()
	entry := jug()
	if b.price > 0 {
		entry.Variants[0].Prices[0].Amount = b.price
	}
	results, err := b.store.Products.SaveCatalogue(b.ctx, []catalogue.Product{entry})
	require.NoError(b.t, err)
	require.Nil(b.t, results[0].Mistake)
	require.NoError(b.t, b.store.Publications.AskPublication(b.ctx, publications.Publication{
		ID: run, Account: account, Endpoint: cmp.Or(b.endpoint, channel.Production), Selection: listing.Selection{Products: []string{"JUG"}}, By: "test",
	}))
	require.NoError(b.t, b.store.Publications.BeginPublication(b.ctx, run, "w"))
	_, _, err = b.store.Publications.SelectGoods(b.ctx, run, "", 10)
	require.NoError(b.t, err)
	verdict := publications.ItemVerdict{Product: "JUG", SKU: "JUG-RED", Step: listing.Validated, Issues: checked, Hash: "h", Change: b.change, Skipped: b.skipped}
	if b.skipped != "" {
		verdict.Braked = listing.Braked{Check: listing.PriceHeld, Rule: b.change.Rule, Why: "why"}
	}
	_, err = b.store.Publications.SaveChecks(b.ctx, run, []publications.ItemVerdict{{Product: "JUG", Step: listing.Validated}, verdict})
	require.NoError(b.t, err)
	if listed != nil {
		require.NoError(b.t, b.market.SaveListings(b.ctx, []market.Listing{*listed}))
	}
	if listing.Failed(checked) || b.skipped != "" {
		return
	}
	answer := publications.ItemVerdict{Product: "JUG", SKU: "JUG-RED", Step: listing.Accepted, ChannelSKU: "jug-red", Ref: "PRODUCT_2", Fault: refused}
	if !b.change.Known() {
		answer.Change.Price = listing.Price{Amount: 1450, Currency: "GBP"}
	}
	if listed != nil {
		answer.Ref = listed.Ref
	}
	_, err = b.store.Publications.SaveAnswers(b.ctx, run, []publications.ItemVerdict{answer})
	require.NoError(b.t, err)
}

// rewrite has a second tool rewrite both listings.
func (b *fixture) rewrite(how market.Rewrite) {
	b.t.Helper()
	done, err := b.market.Rewrite(b.ctx, 2, how)
	require.NoError(b.t, err)
	require.Len(b.t, done, 2)
}

// showsJug reads the listings back, and the jug costs this much.
func (b *fixture) showsJug(price int64) {
	b.t.Helper()
	b.readBack("lamp", channel.UnknownQuantity)
	now := time.Now()
	_, err := b.store.Links.SaveListings(b.ctx, links.ListingsPage{Account: account, RunID: "read-back", SeenAt: now, Look: levels.Look{AskedAt: now},
		Listings: []channel.Listed{{SKU: "jug-red", ListingID: "2", Ref: "PRODUCT_2", State: channel.ListingLive, Price: price, Currency: "GBP", Quantity: channel.UnknownQuantity}}})
	require.NoError(b.t, err)
}

// floored is a change under a floor, in pence.
func floored(c listing.Change, floor int64) listing.Change {
	c.Brake.Floor.Amount = floor
	return c
}

// allow sets the account's switches.
func (b *fixture) allow(revise, end, relist bool) {
	b.t.Helper()
	a, err := b.store.Accounts.Account(b.ctx, account)
	require.NoError(b.t, err)
	a.Listings = channel.Permissions{Revise: revise, End: end, Relist: relist}
	require.NoError(b.t, b.store.Settings.SaveAccounts(b.ctx, []accounts.Account{a}))
}

// ends has the seller's tool end the jug's listing.
func (b *fixture) ends() {
	b.t.Helper()
	_, err := b.market.EndListings(b.ctx, []string{"jug-red"})
	require.NoError(b.t, err)
}

// strike strikes the jug off, and lists 0 of it.
func (b *fixture) strike() {
	b.t.Helper()
	_, err := b.store.Levels.Strike(b.ctx, account, []string{"jug-red"}, "not sold there", "ann")
	require.NoError(b.t, err)
	b.set("jug-red", 0)
}

// set has the seller's tool set a level.
func (b *fixture) set(sku string, n int) {
	b.t.Helper()
	_, err := b.market.SetQuantities(b.ctx, []market.QuantityChange{{SKU: sku, Quantity: n}})
	require.NoError(b.t, err)
}

func wrong(stage listing.Stage) []listing.Issue {
	return []listing.Issue{{Stage: stage, Severity: listing.Error, Code: "attribute-missing", Message: "it has no material"}}
}

// Whatever a publication loses, damages or sends although our own check found an error must be found.
func TestWhatIsWrongWithWhatWasPublishedIsFound(t *testing.T) {
	t.Parallel()
	const (
		asWanted = "accepted = listed as the catalogue says"
		kept     = "what our check refused never left"
		linked   = "every accepted listing is linked"
		same     = "no revision changed a quantity"
		pending  = "no item is pending"
		price    = "listed price = price accepted last"
		brake    = "no price was sent that the brake holds"
		switches = "revise, end and relist are obeyed"
		struck   = "what is struck off is not offered"
	)
	with := func(change func(*market.Listing)) *market.Listing {
		l := listedJug()
		change(&l)
		return &l
	}
	good := with(func(*market.Listing) {})
	for name, tc := range map[string]struct {
		do   func(b *fixture)
		want []string
	}{
		"nothing":         {func(b *fixture) { b.publish("1", nil, good, nil) }, nil},
		"refused by us":   {func(b *fixture) { b.publish("1", wrong(listing.Validation), nil, nil) }, nil},
		"refused by them": {func(b *fixture) { b.publish("1", nil, nil, channel.NewFault(channel.Invalid, "publish", "no")) }, nil},
		"a preview": {func(b *fixture) {
			b.endpoint = channel.Test
			b.publish("1", nil, nil, nil)
		}, nil},
		"a preview on an account for tests": {func(b *fixture) {
			b.endpoint = channel.Test
			a, err := b.store.Accounts.Account(b.ctx, account)
			require.NoError(b.t, err)
			a.Endpoint = channel.Test
			require.NoError(b.t, b.store.Settings.SaveAccounts(b.ctx, []accounts.Account{a}))
			_, err = b.store.Settings.GoLive(b.ctx, account, settings.Live{By: "test"})
			require.NoError(b.t, err)
			b.publish("1", nil, nil, nil)
		}, nil},
		"it is not there": {func(b *fixture) { b.publish("1", nil, nil, nil) }, []string{asWanted}},
		"it is a draft":   {func(b *fixture) { b.publish("1", nil, with(func(l *market.Listing) { l.Status = market.Draft }), nil) }, []string{asWanted}},
		"another title":   {func(b *fixture) { b.publish("1", nil, with(func(l *market.Listing) { l.Title = "Jug" }), nil) }, []string{asWanted}},
		"another price":   {func(b *fixture) { b.publish("1", nil, with(func(l *market.Listing) { l.Price = 145 }), nil) }, []string{asWanted, price}},
		"content was lost": {func(b *fixture) {
			b.publish("1", nil, with(func(l *market.Listing) { l.Content = []byte(`{"color":"Red"}`) }), nil)
		}, []string{asWanted}},
		"another colour": {func(b *fixture) {
			b.publish("1", nil, with(func(l *market.Listing) { l.Options = map[string]string{"Colour": "Blue"}; l.Content = nil }), nil)
		}, []string{asWanted}},
		"sent against our check": {func(b *fixture) {
			b.publish("1", wrong(listing.Validation), with(func(l *market.Listing) { l.SKU = "JUG-RED" }), nil)
		}, []string{kept}},
		"accepted and not linked": {func(b *fixture) {
			b.publish("1", nil, with(func(l *market.Listing) { l.SKU, l.Ref = "JUG-RED", "" }), nil)
		}, []string{linked}},
		"revised against our check": {func(b *fixture) {
			b.publish("1", nil, good, nil)
			b.publish("2", wrong(listing.Validation), with(func(l *market.Listing) { l.Quantity = -1 }), nil)
		}, []string{kept}},
		"a revision that leaves the quantity": {func(b *fixture) {
			b.publish("1", nil, good, nil)
			b.push(0)
			b.publish("2", nil, with(func(l *market.Listing) { l.Quantity = -1 }), nil)
		}, nil},
		"a revision with an old quantity": {func(b *fixture) {
			b.publish("1", nil, good, nil)
			_, err := b.market.SetQuantities(b.ctx, []market.QuantityChange{{SKU: "lamp", Quantity: 4}})
			require.NoError(b.t, err)
			require.NoError(b.t, b.market.SaveListings(b.ctx, []market.Listing{{SKU: "lamp", Title: "LAMP", Price: 100, Quantity: 5}}))
		}, []string{same}},
		"a second tool has set a price, which is not read back yet": {func(b *fixture) {
			b.publish("1", nil, good, nil)
			b.push(0)
			b.rewrite(market.Rewrite{Price: 999})
		}, nil},
		"a second tool has set a price, and nobody noticed": {func(b *fixture) {
			b.publish("1", nil, good, nil)
			b.push(0)
			b.rewrite(market.Rewrite{Price: 999})
			b.readBack("lamp", channel.UnknownQuantity)
		}, []string{asWanted}},
		"a second tool has set a price, which is named": {func(b *fixture) {
			b.publish("1", nil, good, nil)
			b.push(0)
			b.rewrite(market.Rewrite{Price: 999})
			b.showsJug(999)
		}, nil},
		"a second tool has set a price, which was left to it": {func(b *fixture) {
			b.publish("1", nil, good, nil)
			b.push(0)
			_, err := b.store.Levels.Leave(b.ctx, account, listing.FieldPrice, []string{"jug-red"}, "ann")
			require.NoError(b.t, err)
			b.rewrite(market.Rewrite{Price: 999})
			b.showsJug(999)
		}, nil},
		"somebody is named who has not written": {func(b *fixture) {
			b.publish("1", nil, good, nil)
			b.push(0)
			b.showsJug(999)
		}, []string{"who is named for a price, title or status has set it"}},
		"a price that changes by a little": {func(b *fixture) { b.allow(true, false, false); b.sell(1600, jugAt(1450, 1600), false) }, nil},
		"a price that nobody may change":   {func(b *fixture) { b.sell(1600, jugAt(1450, 1600), false) }, []string{switches}},
		"a price that changes by much":     {func(b *fixture) { b.allow(true, false, false); b.sell(900, jugAt(1450, 900), false) }, []string{brake}},
		"a price below the floor":          {func(b *fixture) { b.allow(true, false, false); b.sell(1100, floored(jugAt(1450, 1100), 1200), false) }, []string{brake}},
		"a price that was released":        {func(b *fixture) { b.allow(true, false, false); b.sell(145, jugAt(1450, 145), true) }, nil},
		"a price that was held": {func(b *fixture) {
			b.allow(true, false, false)
			held := jugAt(1450, 145)
			held.Rule = listing.ByPercent
			b.sell(1450, jugAt(1450, 1450), false)
			b.change, b.skipped = held, "held"
			l := listedJug()
			l.Price, l.Quantity = 145, -1
			b.publish("3", nil, &l, nil)
		}, []string{asWanted, price, brake}},
		"an ended listing":                     {func(b *fixture) { b.allow(false, true, false); b.publish("1", nil, good, nil); b.ends() }, nil},
		"an ended listing that nobody may end": {func(b *fixture) { b.publish("1", nil, good, nil); b.ends() }, []string{asWanted, switches}},
		"an ended listing that is put up again": {func(b *fixture) {
			b.allow(false, true, false)
			b.publish("1", nil, good, nil)
			b.ends()
			require.NoError(b.t, b.market.SaveListings(b.ctx, []market.Listing{*good}))
		}, []string{switches}},
		"ended under other switches": {func(b *fixture) {
			b.publish("1", nil, good, nil)
			b.ends()
			b.allow(false, true, false)
		}, nil},
		"struck off and at 0": {func(b *fixture) { b.publish("1", nil, good, nil); b.strike() }, nil},
		"struck off and offered": {func(b *fixture) {
			b.publish("1", nil, good, nil)
			b.strike()
			b.set("jug-red", 3)
			b.set("jug-red", 0)
		}, []string{struck}},
		"no answer was saved": {func(b *fixture) {
			b.publish("1", nil, good, nil)
			require.NoError(b.t, b.store.Publications.AskPublication(b.ctx, publications.Publication{ID: "2", Account: account, Endpoint: channel.Production, By: "test", AskedAt: time.Now()}))
			require.NoError(b.t, b.store.Publications.BeginPublication(b.ctx, "2", "w"))
			_, _, err := b.store.Publications.SelectGoods(b.ctx, "2", "", 10)
			require.NoError(b.t, err)
		}, []string{pending}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t)
			tc.do(b)
			b.push(0)
			require.ElementsMatch(t, tc.want, b.violated())
		})
	}
}
