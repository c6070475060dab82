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
		{listing.Price{}, gbp(1), listing.Price{}, listing.PriceFine},
		{gbp(1000), listing.Price{Amount: 1, Currency: "EUR"}, listing.Price{}, listing.PriceFine},
		{gbp(math.MaxInt64), gbp(1), listing.Price{}, listing.PriceHeld},
		{gbp(1), gbp(math.MaxInt64), listing.Price{}, listing.PriceHeld},
	} {
		require.Equal(t, c.want, listing.BrakePrice(c.before, c.wanted, c.released), "%s to %s", c.before, c.wanted)
	}
}

// Whatever is held is sent once it is released, and never goes on being held when the old price is entered again.
func TestWhatIsHeldCanBeReleasedOrUndone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, wanted := gbp(rapid.Int64Range(1, math.MaxInt64).Draw(t, "before")), gbp(rapid.Int64Range(1, math.MaxInt64).Draw(t, "wanted"))
		check := listing.BrakePrice(before, wanted, listing.Price{})
		require.NotEqual(t, listing.PriceReleased, check)
		require.NotEqual(t, listing.PriceHeld, listing.BrakePrice(before, wanted, wanted))
		require.Equal(t, listing.PriceFine, listing.BrakePrice(before, before, wanted))
		if check == listing.PriceFine {
			require.LessOrEqual(t, math.Abs(float64(wanted.Amount)/float64(before.Amount)-1), listing.MostPercent/100.0+1e-9)
		}
	})
}
