package listing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
)

// What a channel shows otherwise than it accepted is somebody else's, unless it may be ours or the channel's own doing.
func TestWhatIsShownIsComparedWithWhatWasAccepted(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	pounds := func(n int64) listing.Price { return listing.Price{Amount: n, Currency: "GBP"} }
	base := listing.Glimpse{
		Shown: listing.Shown{Title: "Mug - Red", State: listing.StateLive, Price: 1299, Currency: "GBP"}, Item: 7, Accepted: pounds(1299), AcceptedAt: at,
		AskedAt: at.Add(time.Hour), ShowsWithin: time.Minute, Before: listing.Mark{Item: 7, Title: "Mug - Red", Live: true}, Sells: true,
	}
	for name, tc := range map[string]struct {
		change func(g *listing.Glimpse)
		want   []listing.Field
	}{
		"as accepted":                           {func(*listing.Glimpse) {}, nil},
		"another price":                         {func(g *listing.Glimpse) { g.Shown.Price = 999 }, []listing.Field{listing.FieldPrice}},
		"another currency":                      {func(g *listing.Glimpse) { g.Shown.Price, g.Shown.Currency = 999, "EUR" }, nil},
		"no price is shown":                     {func(g *listing.Glimpse) { g.Shown.Price, g.Shown.Currency = 0, "" }, nil},
		"no price was accepted":                 {func(g *listing.Glimpse) { g.Accepted, g.Shown.Price = listing.Price{}, 999 }, nil},
		"the price is left":                     {func(g *listing.Glimpse) { g.PriceLeft, g.Shown.Price = true, 999 }, nil},
		"asked too early":                       {func(g *listing.Glimpse) { g.AskedAt, g.Shown.Price = at.Add(time.Minute), 999 }, nil},
		"a publication is on its way":           {func(g *listing.Glimpse) { g.InDoubt, g.Shown.Price, g.Shown.Title = true, 999, "Cup" }, nil},
		"another title":                         {func(g *listing.Glimpse) { g.Shown.Title = "Cup" }, []listing.Field{listing.FieldTitle}},
		"the first title after it was accepted": {func(g *listing.Glimpse) { g.Item, g.Shown.Title = 8, "Cup" }, nil},
		"taken off sale":                        {func(g *listing.Glimpse) { g.Shown.State = listing.StateInactive }, []listing.Field{listing.FieldStatus}},
		"ended, at another price":               {func(g *listing.Glimpse) { g.Shown.State, g.Shown.Price = listing.StateEnded, 999 }, []listing.Field{listing.FieldStatus}},
		"gone":                                  {func(g *listing.Glimpse) { g.Gone = true }, []listing.Field{listing.FieldStatus}},
		"off sale, and sold out":                {func(g *listing.Glimpse) { g.Shown.State, g.Sells = listing.StateInactive, false }, nil},
		"off sale, and it never was live":       {func(g *listing.Glimpse) { g.Shown.State, g.Before.Live = listing.StateInactive, false }, nil},
	} {
		g := base
		tc.change(&g)
		_, seen := g.Compare()
		var got []listing.Field
		for _, s := range seen {
			if s.Differs() {
				got = append(got, s.Field)
			}
		}
		require.Equal(t, tc.want, got, name)
	}
	base.Item, base.Shown.Title, base.Shown.State = 8, "Cup", listing.StateInactive
	mark, _ := base.Compare()
	require.Equal(t, listing.Mark{Item: 8, Title: "Cup"}, mark, "what was live before a publication need not be live after it")
}
