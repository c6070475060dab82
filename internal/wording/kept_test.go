package wording_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/wording"
)

func TestWhatSomebodyElseHasSetIsOneSentence(t *testing.T) {
	t.Parallel()
	for want, w := range map[string]wording.SecondWriter{
		"": {},
		"ebay-uk: 1 level was set by somebody else 1 time within 24 hours.":                                                                                                            {Account: "ebay-uk", Levels: 1, Times: 1},
		"ebay-uk: 50 levels were set by somebody else 600 times within 24 hours; 50 are contested, and corrected no more: another tool writes there.":                                  {Account: "ebay-uk", Levels: 50, Times: 600, Contested: 50},
		"ebay-uk: 1 is contested, and corrected no more: another tool writes there.":                                                                                                   {Account: "ebay-uk", Contested: 1},
		"ebay-uk: 1 price is as somebody else has set it; 2 listings were ended or taken off sale on the channel, not by Towpath; 1 title was changed on the channel, not by Towpath.": {Account: "ebay-uk", Prices: 1, Statuses: 2, Titles: 1},
	} {
		require.Equal(t, want, w.Said().Text)
	}
}

func TestTheWayBackIsToldBeforeAndWhileItGoesOn(t *testing.T) {
	t.Parallel()
	require.Equal(t, "12 levels go back to what was listed before, less what was sold there since. 1 listing stays as it is: nobody knows what it listed before."+
		" What another tool has set while the account observed stays. The account observes again, and packages stay held", wording.WayBack{Levels: 12, Unknown: 1}.Ahead())
	require.Equal(t, "No level was sent since, so nothing goes back. What another tool has set while the account observed stays. The account observes again, and packages stay held", wording.WayBack{}.Ahead())
	require.Empty(t, wording.WayBack{Levels: 12}.Progress())
	require.Equal(t, "12 of 50 are back", wording.WayBack{Levels: 50, Going: 50, Listed: 12}.Progress())
	require.Contains(t, wording.WayBack{Going: 1_000, Listed: 1_000}.Progress(), "1,000 of 1,000 are back: a scan of orders")
}

func TestAPricesChangeIsInPerCent(t *testing.T) {
	t.Parallel()
	for want, prices := range map[string][2]int64{"": {0, 100}, "+900%": {100, 1000}, "-90%": {1000, 100}, "+5.0%": {1000, 1050}, "-9.5%": {200, 181}} {
		require.Equal(t, want, wording.PriceChange(prices[0], prices[1]))
	}
}

func TestWhatHasChangedSinceItWasPublishedInWords(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]wording.Changed{
		"0 items changed since they were published":                                               {},
		"1 item changed since it was published":                                                   {Items: 1},
		"12 items changed since they were published, 3 held by the price brake":                   {Items: 12, Held: 3},
		"1,000+ items changed since they were published, 2 held by the price brake, 1 struck off": {Items: 1000, More: true, Held: 2, StruckOff: 1},
	} {
		require.Equal(t, want, c.Text())
	}
}
