package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/storetest"
)

// What has changed since it was accepted is counted: not after an import that changes nothing, and not what is struck off.
func TestWhatHasChangedSinceItWasAcceptedIsCounted(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		count := func() publications.Waiting {
			w, err := s.Publications.Waiting(ctx, "ebay-uk", channel.Production)
			require.NoError(t, err)
			return w
		}
		saveGoods(t, s, sized("MUG", 2), sized("CUP", 1))
		require.Zero(t, count(), "nothing is published")
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		accept(t, s, "run-1", "MUG-1", "MUG-2", "CUP-1")
		require.Zero(t, count())
		saveGoods(t, s, sized("MUG", 2), sized("CUP", 1))
		require.Zero(t, count(), "the same file again")
		mug := sized("MUG", 2)
		mug.Variants[0].Prices[0].Amount = 1099
		saveGoods(t, s, mug)
		require.Equal(t, publications.Waiting{Changed: publications.Counted{N: 1}}, count(), "the other size is as it was")
		mug.Title = "A mug of another name"
		saveGoods(t, s, mug)
		require.Equal(t, 2, count().Changed.N)
		_, err := s.Levels.Strike(ctx, "ebay-uk", []string{"MUG-1"}, "why", "Ann")
		require.NoError(t, err)
		require.Equal(t, publications.Waiting{Changed: publications.Counted{N: 1}, StruckOff: 1}, count())
	})
}
