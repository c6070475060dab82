package listing_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/listing"
)

func gbp(amount int64) listing.Price { return listing.Price{Amount: amount, Currency: "GBP"} }

func TestAPriceThatChangesByMuchIsHeld(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		before, wanted, released listing.Price
		want                     listing.PriceCheck
	}{
		{gbp(1000), gbp(1000), listing.Price{}, listing.PriceFine},
		{gbp(1000), gbp(1300), listing.Price{}, listing.PriceFine},
		{gbp(1000), gbp(1301), listing.Price{}, listing.PriceHeld},
		{gbp(1000), gbp(700), listing.Price{}, listing.PriceFine},
		{gbp(1000), gbp(699), listing.Price{}, listing.PriceHeld},
		{gbp(1000), gbp(100), gbp(100), listing.PriceReleased},
		{gbp(1000), gbp(101), gbp(100), listing.PriceHeld},
		{gbp(1000), gbp(1100), gbp(1100), listing.PriceReleased},
		{gbp(100), gbp(100), gbp(100), listing.PriceFine},
		{listing.Price{}, gbp(1), listing.Price{}, listing.PriceFine},
		{gbp(1000), listing.Price{Amount: 1, Currency: "EUR"}, listing.Price{}, listing.PriceFine},
		{gbp(math.MaxInt64), gbp(1), listing.Price{}, listing.PriceHeld},
		{gbp(1), gbp(math.MaxInt64), listing.Price{}, listing.PriceHeld},
	} {
		got := listing.Brake{}.Of(listing.PriceChange{Before: c.before, Wanted: c.wanted, Released: c.released})
		require.Equal(t, c.want, got.Check, "%s to %s", c.before, c.wanted)
		require.Equal(t, c.want == listing.PriceHeld, got.Why == "changed by more than 30%")
	}
}

// A price below what the goods cost, or below the account's floor, is held of what is new too; a price that is listed already is not.
func TestAPriceBelowCostOrFloorIsHeld(t *testing.T) {
	t.Parallel()
	brake := listing.Brake{Percent: 50, Floor: gbp(200)}
	none, euro := listing.Price{}, listing.Price{Amount: 900, Currency: "EUR"}
	for _, c := range []struct {
		before, wanted, cost, released listing.Price
		rule                           listing.PriceRule
		why                            string
	}{
		{none, gbp(419), gbp(420), none, listing.BelowCost, "below its cost of 4.20 GBP"},
		{none, gbp(420), gbp(420), none, "", ""},
		{none, gbp(199), none, none, listing.BelowFloor, "below the floor of 2.00 GBP"},
		{none, gbp(100), gbp(420), none, listing.BelowCost, "below its cost of 4.20 GBP"},
		{none, gbp(200), euro, none, "", ""},
		{gbp(150), gbp(150), gbp(420), none, "", ""},
		{none, gbp(150), gbp(420), gbp(150), "", ""},
		{gbp(1000), gbp(500), none, none, "", ""},
		{gbp(1000), gbp(499), none, none, listing.ByPercent, "changed by more than 50%"},
	} {
		got := brake.Of(listing.PriceChange{Before: c.before, Wanted: c.wanted, Cost: c.cost, Released: c.released})
		require.Equal(t, []string{string(c.rule), c.why}, []string{string(got.Rule), got.Why}, "%s to %s, cost %s", c.before, c.wanted, c.cost)
	}
	change := listing.PriceChange{Wanted: gbp(419)}
	require.Equal(t, "the price brake holds it: 4.19 GBP is below its cost of 4.20 GBP: `towpath publish held`", change.HeldReason("below its cost of 4.20 GBP"))
}

// What is held as one of many stays so at this price, and others are looked at on their own.
func TestOneOfManyStaysHeldUntilItIsReleased(t *testing.T) {
	t.Parallel()
	c := listing.PriceChange{Before: gbp(1000), Wanted: gbp(1100), Many: gbp(1100)}
	require.Equal(t, listing.OneOfMany, listing.Brake{}.Of(c))
	c.Wanted = gbp(1090)
	require.Equal(t, listing.PriceFine, listing.Brake{}.Of(c).Check)
	c.Wanted, c.Released = gbp(1100), gbp(1100)
	require.Equal(t, listing.PriceReleased, listing.Brake{}.Of(c).Check)
	require.False(t, listing.Brake{}.TooMany(25, 100))
	require.True(t, listing.Brake{}.TooMany(26, 100))
	require.False(t, listing.Brake{}.TooMany(50, 1000), "one in twenty")
	require.True(t, listing.Brake{Many: 3}.TooMany(4, 10))
}

// Whatever is held is sent once it is released, and never goes on being held when the old price is entered again.
func TestWhatIsHeldCanBeReleasedOrUndone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		price := func(name string) listing.Price { return gbp(rapid.Int64Range(1, math.MaxInt64).Draw(t, name)) }
		c := listing.PriceChange{Before: price("before"), Wanted: price("wanted"), Cost: price("cost")}
		brake := listing.Brake{Percent: rapid.IntRange(0, 200).Draw(t, "percent"), Floor: price("floor")}
		got := brake.Of(c).Check
		require.NotEqual(t, listing.PriceReleased, got)
		released, undone := c, c
		released.Released, undone.Wanted = c.Wanted, c.Before
		require.NotEqual(t, listing.PriceHeld, brake.Of(released).Check)
		require.Equal(t, listing.PriceFine, brake.Of(undone).Check)
		if got == listing.PriceFine && c.Before != c.Wanted {
			require.GreaterOrEqual(t, c.Wanted.Amount, max(c.Cost.Amount, brake.Floor.Amount))
			most := float64(brake.OrDefault().Percent)/100 + 1e-9
			require.LessOrEqual(t, math.Abs(float64(c.Wanted.Amount)/float64(c.Before.Amount)-1), most)
		}
	})
}
