package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

const feedAccount = "amazon-uk"

// sendFeed sends all levels that amazon-uk has to send as a feed and returns them.
func sendFeed(t *testing.T, s *store.Store, handle string, at time.Time) []levels.Push {
	t.Helper()
	list, err := s.Levels.DirtyLevels(ctx, feedAccount, 1000)
	require.NoError(t, err)
	require.NotEmpty(t, list)
	var sent []levels.Push
	for _, l := range list {
		sent = append(sent, levels.Push{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: at})
	}
	require.NoError(t, s.Levels.SavePendingPushes(ctx, feedAccount, handle, sent))
	require.NoError(t, s.Levels.SavePendingPushes(ctx, feedAccount, handle, sent), "a repetition changes nothing")
	return sent
}

func work(t *testing.T, s *store.Store, at time.Time) levels.Work {
	t.Helper()
	w, err := s.Levels.Work(ctx, feedAccount, at)
	require.NoError(t, err)
	return w
}

func namesOf(list []levels.DirtyLevel) []string {
	out := []string{}
	for _, l := range list {
		out = append(out, l.ChannelSKU)
	}
	return out
}

func accepted(pushes []levels.Push, ahead bool, at time.Time) []levels.Push {
	for i := range pushes {
		pushes[i].AckedAt, pushes[i].Ahead = at, ahead
	}
	return pushes
}

// Issue 12, point 6: what is in a feed waits for its result, other levels don't; what was sold meanwhile goes ahead of the feed, and
// once more after it, because the feed overwrites it. What became more waits.
func TestAFeedHoldsOnlyItsOwnLevels(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		for _, sku := range []string{"sold", "more", "same", "gone"} {
			receive(t, s, sku, sku, 5)
		}
		link(t, s, "sold", "more", "same", "gone")
		feed := sendFeed(t, s, "feed-1", epoch)
		require.Equal(t, levels.Work{Feeds: []message.Feed{{Handle: "feed-1", Levels: 4}}}, work(t, s, epoch))
		n, err := s.Levels.DirtyCount(ctx, feedAccount)
		require.NoError(t, err)
		require.Equal(t, 4, n, "they are shown as not sent")

		receive(t, s, "other", "other", 3)
		link(t, s, "other")
		save(t, s, feedAccount, sale(feedAccount, "1", 1, units("sold", 2), units("gone", 5)))
		receive(t, s, "more-2", "more", 4)
		require.Equal(t, []int{1, 3}, []int{work(t, s, epoch).Free, work(t, s, epoch).Ahead})
		list, err := s.Levels.DirtyLevels(ctx, feedAccount, 10)
		require.NoError(t, err)
		require.Equal(t, []string{"amazon-uk:other"}, namesOf(list))

		ahead, err := s.Levels.AheadLevels(ctx, feedAccount, epoch, 10)
		require.NoError(t, err)
		require.ElementsMatch(t, []string{"amazon-uk:sold", "amazon-uk:gone"}, namesOf(ahead))
		require.Equal(t, 2, work(t, s, epoch).Ahead, "what became more is left to its feed")
		var sent []levels.Push
		for _, l := range ahead {
			require.Equal(t, map[string]int{"amazon-uk:sold": 3, "amazon-uk:gone": 0}[l.ChannelSKU], l.Quantity)
			sent = append(sent, levels.Push{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: epoch})
		}
		counts, err := s.Levels.SavePushes(ctx, feedAccount, "run", accepted(sent, true, epoch))
		require.NoError(t, err)
		require.Equal(t, message.PushCounts{}, counts, "they are counted when they are sent for good")
		require.Zero(t, work(t, s, epoch).Ahead)
		items, err := s.Runs.Items(ctx, "run", runs.ItemPending, "", 9)
		require.NoError(t, err)
		require.Len(t, items, 2)
		save(t, s, feedAccount, sale(feedAccount, "2", 2, units("sold", 1)))
		require.Equal(t, 1, work(t, s, epoch).Ahead, "each sale goes ahead")

		counts, err = s.Levels.SaveFeed(ctx, feedAccount, "run", "feed-1", accepted(feed, false, epoch))
		require.NoError(t, err)
		require.Equal(t, message.PushCounts{Pushed: 1, Superseded: 3}, counts)
		require.Equal(t, levels.Work{Free: 4}, work(t, s, epoch))
		require.Equal(t, map[string]int{"amazon-uk:sold": 2, "amazon-uk:gone": 0, "amazon-uk:more": 9, "amazon-uk:other": 3}, push(t, s, feedAccount))
	})
}

// A channel whose feeds are stuck: after an hour all levels of a feed go ahead of it. A feed that is given up holds nothing.
func TestAFeedThatIsLateHoldsNothing(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		receive(t, s, "a", "A", 5)
		receive(t, s, "b", "B", 5)
		link(t, s, "A", "B")
		sendFeed(t, s, "feed-1", epoch)
		receive(t, s, "a-2", "A", 1)
		list, err := s.Levels.AheadLevels(ctx, feedAccount, epoch, 10)
		require.NoError(t, err)
		require.Empty(t, list)
		late := epoch.Add(stock.FeedPatience)
		require.Equal(t, 2, work(t, s, late).Ahead)
		list, err = s.Levels.AheadLevels(ctx, feedAccount, late, 1)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.NoError(t, s.Levels.ForgetFeed(ctx, feedAccount, "feed-1"))
		require.Equal(t, levels.Work{Free: 2}, work(t, s, late))
	})
}

// A push that was ended while a feed is queued is started again by the sweep, even if nothing is to be sent.
func TestAnAccountWithAFeedIsWoken(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		receive(t, s, "a", "A", 5)
		link(t, s, "A")
		sendFeed(t, s, "feed-1", epoch)
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE links SET held_version = dirty_version WHERE account = $1`, feedAccount))
		dirty, err := s.Levels.DirtyAccounts(ctx, time.Now().Add(time.Hour))
		require.NoError(t, err)
		require.Contains(t, dirty, feedAccount)
		require.NoError(t, s.Levels.ForgetFeed(ctx, feedAccount, "feed-1"))
		dirty, err = s.Levels.DirtyAccounts(ctx, time.Now().Add(time.Hour))
		require.NoError(t, err)
		require.NotContains(t, dirty, feedAccount)
	})
}

// What a statement finds undecided is what the rule says.
func TestAStatementFindsTheLevelsThatMayGoAheadOfTheirFeed(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		var skus []string
		for i := range 2 * 3 * 3 * 2 {
			skus = append(skus, fmt.Sprintf("sku-%02d", i))
		}
		link(t, s, skus...)
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE links SET dirty_version = 5 WHERE account = $1`, feedAccount))
		var inFeed []stock.Queued
		for i, sku := range skus {
			q := stock.Queued{Version: int64(4 + i%2), Ahead: int64(i / 2 % 3 * 5 / 2), Left: int64(4 + i/6%3), SentAt: int64(i / 18 * 10)}
			inFeed = append(inFeed, q)
			require.NoError(t, storetest.Exec(ctx, s.DB, `INSERT INTO pending_pushes (account, handle, channel_sku, version, quantity, sent_at, ahead_version, left_version)
				VALUES ($1, 'feed', $2, $3, 1, $4, $5, $6)`, feedAccount, feedAccount+":"+sku, q.Version, q.SentAt, q.Ahead, q.Left))
		}
		require.NoError(t, storetest.Exec(ctx, s.DB, `INSERT INTO level_feeds (account, handle, levels, sent_at) VALUES ($1, 'feed', 1, 1)`, feedAccount))
		for _, now := range []int64{0, stock.FeedPatience.Microseconds(), stock.FeedPatience.Microseconds() + 10} {
			want := 0
			for _, q := range inFeed {
				if q.Undecided(5, now) {
					want++
				}
			}
			require.Positive(t, want)
			require.Equal(t, want, work(t, s, time.UnixMicro(now)).Ahead)
		}
	})
}

// While programs are exchanged, one that does not know level_feeds may send a feed. What it leaves behind holds no level.
func TestAFeedOfAnEarlierProgramHoldsNothing(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		receive(t, s, "1", "A", 5)
		link(t, s, "A")
		feed := sendFeed(t, s, "feed-1", epoch)
		require.NoError(t, s.Write(ctx, "as an earlier program", func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM level_feeds`)
			return err
		}))
		require.Equal(t, levels.Work{Free: 1}, work(t, s, epoch))
		require.Equal(t, feed, sendFeed(t, s, "feed-2", epoch))
		receive(t, s, "2", "A", -3)
		require.Equal(t, 1, work(t, s, epoch).Ahead)
		list, err := s.Levels.AheadLevels(ctx, feedAccount, epoch, 9)
		require.NoError(t, err)
		require.Equal(t, 2, list[0].Quantity)
	})
}
