package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/stock"
)

func TestWhatAReadingMeans(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		reading stock.Reading
		want    stock.Answer
		text    string
	}{
		{"shown as accepted", stock.Reading{Accepted: 5, Shown: 5}, stock.Confirmed, ""},
		{"no quantity named", stock.Reading{Accepted: 5, Shown: stock.UnknownListed}, stock.NoAnswer, "the channel names no quantity that could be compared"},
		{"the channel ships it by now", stock.Reading{Accepted: 5, Shown: 2, Theirs: true}, stock.NoAnswer, "the channel names no quantity that could be compared"},
		{"shown lower: perhaps a buyer", stock.Reading{Accepted: 5, Shown: 4}, stock.WaitsOnce, "the channel accepted 5 and shows 4: looked at again, in case a buyer has bought"},
		{"still lower the second time", stock.Reading{Accepted: 5, Shown: 4, Misses: 1}, stock.Missed, "the channel accepted 5 and shows 4"},
		{"shown higher: no buyer", stock.Reading{Accepted: 5, Shown: 9}, stock.Missed, "the channel accepted 5 and shows 9"},
		{"no such listing", stock.Reading{Accepted: 5, Missing: true}, stock.Missed, "the channel accepted 5 and shows no such listing"},
		{"the seventh time", stock.Reading{Accepted: 5, Shown: 4, Misses: 6}, stock.GivenUp, "the channel accepted 5 and shows 4"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, tc.reading.Answer())
			require.Equal(t, tc.text, tc.reading.Text())
		})
	}
}
