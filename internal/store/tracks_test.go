package store_test

import (
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/storetest"
)

// setTracks links a SKU on amazon-uk for each combination of versions, and gives the links these tracks.
func setTracks(t *testing.T, s *store.Store) map[string]stock.Track {
	t.Helper()
	tracks := map[string]stock.Track{}
	var skus []string
	for i := range 3 * 3 * 3 * 2 * 2 * 2 {
		sku := fmt.Sprintf("sku-%03d", i)
		skus = append(skus, sku)
		accepted := int64(4 + i/27%2)
		tracks["amazon-uk:"+sku] = stock.Track{Dirty: 5, DirtySince: 10, Clean: int64(4 + i%3), Failed: int64(4 + i/3%3), Held: int64(4 + i/9%3),
			Accepted: accepted, Checked: accepted - int64(i/54%2), AcceptedAt: 1, Theirs: i/108 == 1}
	}
	link(t, s, skus...)
	for name, track := range tracks {
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE links SET dirty_version = $2, dirty_since = $3, clean_version = $4, failed_version = $5, held_version = $6,
			accepted_version = $7, checked_version = $8, accepted_at = $9, channel_fulfils = $10 WHERE account = 'amazon-uk' AND channel_sku = $1`,
			name, track.Dirty, track.DirtySince, track.Clean, track.Failed, track.Held, track.Accepted, track.Checked, track.AcceptedAt, db.Truth(track.Theirs)))
	}
	return tracks
}

func readTracks(t *testing.T, s *store.Store) map[string]stock.Track {
	t.Helper()
	tracks := map[string]stock.Track{}
	require.NoError(t, s.Read(ctx, `SELECT l.channel_sku, `+db.SelectsOf[levels.TrackRow]("l")+` FROM links l WHERE l.account = 'amazon-uk'`, func(rows *sql.Rows) error {
		var name string
		var row levels.TrackRow
		err := rows.Scan(append([]any{&name}, db.FieldsOf(&row)...)...)
		tracks[name] = stock.Track(row)
		return err
	}))
	return tracks
}

func TestAStatementChangesLevelsAsTheRuleDoes(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		before := setTracks(t, s)
		const now = 20
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE links SET `+levels.Changed("CAST($1 AS BIGINT)", "CAST($2 AS TEXT)"), int64(now), string(stock.BySale)))
		after := readTracks(t, s)
		require.Len(t, after, len(before))
		for name, track := range before {
			track.Change(now)
			require.Equal(t, track, after[name], "%+v", before[name])
		}
	})
}

// Which levels are sent, sent again and read back is said in SQL too, because indexes serve it.
func TestStatementsFindTheLevelsThatTheRulesName(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		tracks := setTracks(t, s)
		named := func(rule func(stock.Track) bool) []string {
			var names []string
			for name, track := range tracks {
				if rule(track) {
					names = append(names, name)
				}
			}
			slices.Sort(names)
			return names
		}
		dirty, err := s.Levels.DirtyLevels(ctx, "amazon-uk", 1000)
		require.NoError(t, err)
		var found []string
		for _, l := range dirty {
			found = append(found, l.ChannelSKU)
		}
		require.Equal(t, named(stock.Track.Sends), found)
		unchecked, err := s.Levels.UncheckedLevels(ctx, "amazon-uk", epoch, 1000)
		require.NoError(t, err)
		found = nil
		for _, l := range unchecked {
			found = append(found, l.ChannelSKU)
		}
		require.Equal(t, named(stock.Track.Unchecked), found)
		doubted, err := s.Levels.DoubtedLevels(ctx, "amazon-uk", epoch, 1000)
		require.NoError(t, err)
		found = nil
		for _, l := range doubted {
			found = append(found, l.ChannelSKU)
		}
		require.Equal(t, named(stock.Track.Doubted), found)
		refused := named(stock.Track.Refused)
		n, err := s.Levels.RetryPushes(ctx, "amazon-uk")
		require.NoError(t, err)
		require.Equal(t, len(refused), n)
		for name, track := range readTracks(t, s) {
			if slices.Contains(refused, name) {
				require.Zero(t, track.Failed, name)
			} else {
				require.Equal(t, tracks[name], track, name)
			}
		}
	})
}

func TestOnlyAccountsThatRunAreWoken(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		_, err := s.Accounts.Pause(ctx, "ebay-uk", "holiday")
		require.NoError(t, err)
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE accounts SET enabled = 0 WHERE id = 'shopify-uk'`))
		dirty, err := s.Levels.DirtyAccounts(ctx, time.Now().Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, []string{"amazon-uk"}, dirty)
		require.Equal(t, dirty, receive(t, s, "a", "lamp", 5))
		dirty, err = s.Levels.DirtyAccounts(ctx, epoch)
		require.NoError(t, err)
		require.Empty(t, dirty, "not that long")
	})
}
