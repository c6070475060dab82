package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/storetest"
)

// The mugs are two mugs that ebay-uk has accepted with a publication for 9.99 GBP, and lists.
const (
	mugsAccount = "ebay-uk"
	mug1, mug2  = "ebay-uk:MUG-1", "ebay-uk:MUG-2"
)

func publishedMugs(t *testing.T, s *store.Store) {
	t.Helper()
	saveGoods(t, s, sized("MUG", 2))
	receive(t, s, "m1", "MUG-1", 7)
	receive(t, s, "m2", "MUG-2", 7)
	link(t, s, "MUG-1", "MUG-2")
	push(t, s, mugsAccount)
	acceptMugs(t, s, "run-1")
}

// acceptMugs has a publication of the mugs accepted.
func acceptMugs(t *testing.T, s *store.Store, run string) {
	t.Helper()
	publish(t, s, run, mugsAccount, listing.Selection{})
	var answers []publications.ItemVerdict
	for _, sku := range []string{"MUG-1", "MUG-2"} {
		answers = append(answers, publications.ItemVerdict{Product: "MUG", SKU: sku, Step: listing.Accepted, ChannelSKU: mugsAccount + ":" + sku, Ref: "ref-" + sku,
			Hash: "h", Change: listing.Change{Price: listing.Price{Amount: 999, Currency: "GBP"}}})
	}
	_, err := s.Publications.SaveAnswers(ctx, run, answers)
	require.NoError(t, err)
	_, err = s.Publications.EndPublication(ctx, run, nil)
	require.NoError(t, err)
}

// shownMug is how its channel lists a mug unless a test changes it.
func shownMug(sku string, change ...func(l *channel.Listed)) channel.Listed {
	l := channel.Listed{SKU: mugsAccount + ":" + sku, ListingID: sku, Ref: "ref-" + sku, Title: "A " + sku, State: channel.ListingLive, Quantity: 7, Price: 999, Currency: "GBP"}
	for _, c := range change {
		c(&l)
	}
	return l
}

// seesMugs saves a complete read-back.
func seesMugs(t *testing.T, s *store.Store, run string, listed ...channel.Listed) {
	t.Helper()
	now := time.Now().UTC()
	_, err := s.Links.SaveListings(ctx, links.ListingsPage{Account: mugsAccount, RunID: run, SeenAt: now, Look: levels.Look{AskedAt: now, SalesWithin: time.Microsecond}, Listings: listed, Last: true})
	require.NoError(t, err)
}

// others returns what somebody else has set, in words.
func others(t *testing.T, s *store.Store) (out []string) {
	t.Helper()
	list, err := s.Levels.Drifts(ctx, "", "", 100)
	require.NoError(t, err)
	for _, d := range list {
		out = append(out, d.ChannelSKU+" "+string(d.Field)+" "+d.Ours+" / "+d.Theirs)
	}
	return out
}

// A price, a title and an end that somebody else has set are named once they are shown, counted when they are set anew, and forgotten when ours is shown.
func TestWhatSomebodyElseHasSetBesidesTheLevelIsNamed(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		publishedMugs(t, s)
		costs := func(n int64) func(l *channel.Listed) { return func(l *channel.Listed) { l.Price = n } }
		seesMugs(t, s, "r1", shownMug("MUG-1"), shownMug("MUG-2"))
		require.Empty(t, others(t, s))

		seesMugs(t, s, "r2", shownMug("MUG-1", costs(799)), shownMug("MUG-2", func(l *channel.Listed) { l.Title = "Best mug" }))
		seesMugs(t, s, "r3", shownMug("MUG-1", costs(799)), shownMug("MUG-2", func(l *channel.Listed) { l.Title = "Best mug" }))
		require.Equal(t, []string{mug1 + " price 9.99 GBP / 7.99 GBP", mug2 + " title A MUG-2 / Best mug"}, others(t, s))
		list, err := s.Levels.Drifts(ctx, mugsAccount, "", 1)
		require.NoError(t, err)
		require.Equal(t, 1, list[0].Times, "it was set once, and seen twice")
		require.True(t, list[0].SeenAt.After(list[0].Since))
		next, err := s.Levels.Drifts(ctx, mugsAccount, list[0].Cursor, 5)
		require.NoError(t, err)
		require.Len(t, next, 1)
		require.Equal(t, []string{mug1}, openOf(t, s, incident.SecondWriter, "price"))
		require.Equal(t, []string{mug2}, openOf(t, s, incident.SecondWriter, "title"))

		seesMugs(t, s, "r4", shownMug("MUG-1", costs(798)), shownMug("MUG-2", func(l *channel.Listed) { l.State = channel.ListingEnded }))
		seesMugs(t, s, "r5", shownMug("MUG-1", costs(797)))
		require.Equal(t, []string{mug1 + " price 9.99 GBP / 7.97 GBP", mug2 + " status live / gone"}, others(t, s))
		require.Equal(t, []string{mug1}, openOf(t, s, incident.SecondWriter, "price-again"), "three times within a day: another tool")
		require.Equal(t, []string{mug2}, openOf(t, s, incident.SecondWriter, "status"))

		seesMugs(t, s, "r6", shownMug("MUG-1"), shownMug("MUG-2"))
		require.Empty(t, others(t, s))
		require.Empty(t, openIncident(t, s, incident.SecondWriter))
	})
}

// Nobody is named for what Towpath has sent and what is not known to be there, nor on an account that sells nothing there.
func TestWhatATowpathPublicationMayHaveChangedIsNobodyElses(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		publishedMugs(t, s)
		seesMugs(t, s, "r1", shownMug("MUG-1"), shownMug("MUG-2"))
		publish(t, s, "run-2", mugsAccount, listing.Selection{SKUs: []string{"MUG-1"}})
		require.NoError(t, s.Publications.Sending(ctx, "run-2", []publications.SentSKU{{ChannelSKU: mug1, Product: "MUG", SKU: "MUG-1"}}))
		cheaper := func(l *channel.Listed) { l.Price = 799 }
		seesMugs(t, s, "r2", shownMug("MUG-1", cheaper), shownMug("MUG-2", cheaper))
		require.Equal(t, []string{mug2 + " price 9.99 GBP / 7.99 GBP"}, others(t, s), "MUG-1 is being sent")
		fault := channel.NewFault(channel.Invalid, "publish", "no")
		_, err := s.Publications.SaveAnswers(ctx, "run-2", []publications.ItemVerdict{{Product: "MUG", SKU: "MUG-1", Fault: fault}})
		require.NoError(t, err)
		_, err = s.Publications.EndPublication(ctx, "run-2", nil)
		require.NoError(t, err)
		seesMugs(t, s, "r3", shownMug("MUG-1", cheaper), shownMug("MUG-2", cheaper))
		require.Len(t, others(t, s), 1, "its refusal does not say what was taken of it")
	})
}

// A level or a price that is left to another tool is neither sent nor named, until it is ours again.
func TestWhatIsLeftToAnotherToolIsNotSent(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		publishedMugs(t, s)
		for range 2 {
			_, err := s.Levels.Leave(ctx, mugsAccount, listing.FieldLevel, []string{mug1, "ebay-uk:never linked"}, "ann")
			require.NoError(t, err)
		}
		left, err := s.Levels.Leave(ctx, mugsAccount, listing.FieldPrice, []string{mug1, mug2}, "ann")
		require.NoError(t, err)
		require.Equal(t, []string{mug1, mug2}, left)
		_, err = s.Levels.Leave(ctx, mugsAccount, listing.FieldTitle, nil, "ann")
		require.ErrorContains(t, err, "only a level or a price")
		all, err := s.Levels.LeftFields(ctx, "", "", 2)
		require.NoError(t, err)
		rest, err := s.Levels.LeftFields(ctx, "", all[1].Cursor, 2)
		require.NoError(t, err)
		require.Equal(t, []listing.Field{listing.FieldLevel, listing.FieldPrice, listing.FieldPrice}, []listing.Field{all[0].Field, all[1].Field, rest[0].Field})
		require.Equal(t, []string{mug1}, openOf(t, s, incident.Left, "level"))
		require.Equal(t, []string{mug1, mug2}, openOf(t, s, incident.Left, "price"))

		_, err = s.Orders.SavePage(ctx, pageOf("amazon-uk", sale("amazon-uk", "order", 1, units("MUG-1", 2), units("MUG-2", 2))))
		require.NoError(t, err)
		require.Equal(t, map[string]int{mug2: 5}, push(t, s, mugsAccount), "a sale on another channel")
		books, err := s.Books.All(ctx)
		require.NoError(t, err)
		for _, l := range books.Listings {
			if l.ChannelSKU == mug1 {
				require.True(t, l.Left)
				require.False(t, l.Dirty)
			}
		}
		cheap := func(l *channel.Listed) { l.Price, l.Quantity = 1, 99 }
		seesMugs(t, s, "r1", shownMug("MUG-1", cheap), shownMug("MUG-2", func(l *channel.Listed) { l.Price, l.Quantity = 1, 5 }))
		scanned(t, s, mugsAccount)
		require.Empty(t, named(t, s, mugsAccount))
		require.Empty(t, others(t, s))

		n, err := s.Levels.Restore(ctx, mugsAccount, listing.FieldLevel, nil)
		require.NoError(t, err)
		require.Zero(t, n, "nobody sets a level now: what is left stays left")
		require.Empty(t, push(t, s, mugsAccount))
		n, err = s.Levels.RestoreLeft(ctx, mugsAccount, listing.FieldLevel)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, map[string]int{mug1: 5}, push(t, s, mugsAccount))
		n, err = s.Levels.Restore(ctx, mugsAccount, listing.FieldPrice, []string{mug2})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, []string{mug1}, openOf(t, s, incident.Left, "price"))
		require.Empty(t, openOf(t, s, incident.Left, "level"))
		publish(t, s, "run-2", mugsAccount, listing.Selection{Changed: true})
		goods, _, err := s.Publications.GoodsToCheck(ctx, "run-2", "", 10)
		require.NoError(t, err)
		require.Equal(t, []string{"MUG-2"}, goods[0].Wanted, "its price is sent with what has changed")
		require.True(t, goods[0].Links["MUG-1"].KeepsPrice)

		seesMugs(t, s, "r2", shownMug("MUG-2"))
		goods, _, err = s.Publications.GoodsToCheck(ctx, "run-2", "", 10)
		require.NoError(t, err)
		require.False(t, goods[0].Links["MUG-1"].KeepsPrice, "its listing is gone: our price is sent with a new one, and the brake judges it")
	})
}

func openOf(t *testing.T, s *store.Store, kind incident.Kind, code string) (sample []string) {
	t.Helper()
	list, err := s.Incidents.List(ctx, "", false)
	require.NoError(t, err)
	for _, i := range list {
		if i.Kind == kind && i.Code == code {
			sample = append(sample, i.Sample...)
		}
	}
	return sample
}
