package store_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/postgrestest"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/storetest"
)

// overtaken lets another transaction execute a statement, begins act, which must meet its lock, and only then commits the statement. So
// act has read what was before. On SQLite there is nothing to test: one transaction writes at a time.
func overtaken(t *testing.T, s *store.Store, statement string, act func() error) {
	t.Helper()
	written, commit := make(chan struct{}), make(chan struct{})
	var group errgroup.Group
	group.Go(func() error {
		return s.Write(ctx, "overtake", func(ctx context.Context, tx *db.Tx) error {
			n, err := tx.Exec(ctx, statement)
			require.NoError(t, err)
			require.Equal(t, 1, n, statement)
			close(written)
			<-commit
			return nil
		})
	})
	<-written
	group.Go(act)
	polltest.Until(t, "the other one to wait for a lock", func() bool {
		waiting := 0
		require.NoError(t, s.Read(ctx, `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
			func(rows *sql.Rows) error { return rows.Scan(&waiting) }))
		return waiting > 0
	})
	close(commit)
	require.NoError(t, group.Wait())
}

// An import that has decided how a link moves meets another one that has moved it so meanwhile: it decides anew, and the level is not
// sent once more.
func TestAnImportDoesNotMoveALinkThatWasMovedMeanwhile(t *testing.T) {
	t.Parallel()
	const sku = "ebay-uk:lamp"
	by := listed(sku, "222", "ref-lamp", 0)
	by.ChannelFulfils = true
	for set, shown := range map[string]channel.Listed{"listing_ref = 'offer-2'": listed(sku, "222", "offer-2", 0), "channel_fulfils = 1": by} {
		t.Run(set, func(t *testing.T) {
			t.Parallel()
			s := storetest.Fresh(t, postgrestest.URL(t))
			link(t, s, "lamp")
			imported(t, s, "ebay-uk", "run-1", listed(sku, "111", "ref-lamp", 0))
			page := links.ListingsPage{Account: "ebay-uk", RunID: "run-2", SeenAt: epoch, Last: true, Listings: []channel.Listed{shown}}
			var res links.ListingsResult
			overtaken(t, s, `UPDATE links SET `+set+` WHERE account = 'ebay-uk' AND channel_sku = '`+sku+`'`, func() (err error) {
				res, err = s.Links.SaveListings(ctx, page)
				return err
			})
			require.Equal(t, 1, res.Gone)
			require.False(t, res.Dirty)
		})
	}
}

// The end of a report meets a listing that the channel's API shows since: it is not the report's to end.
func TestTheEndOfAReportLeavesWhatTheAPIShowsMeanwhile(t *testing.T) {
	t.Parallel()
	s := storetest.Fresh(t, postgrestest.URL(t))
	reported(t, s, "file-1", found("1", "A"), found("3", "D"))
	overtaken(t, s, `UPDATE listings SET unmanaged = 0, ref = 'off-3' WHERE account = 'ebay-uk' AND listing_id = '3'`, func() error {
		_, err := s.Links.SaveFound(ctx, links.FoundPage{Account: "ebay-uk", RunID: "file-2", SeenAt: epoch, Listings: []listing.Found{found("1", "A")}, Last: true})
		return err
	})
	require.Equal(t, map[string]bool{"3": false}, unmanaged(t, s, "D"), "it is there")
}

// A report that writes a listing meets an import that shows it, too: what the channel's API says stays.
func TestAReportLeavesWhatTheAPIShowsMeanwhile(t *testing.T) {
	t.Parallel()
	s := storetest.Fresh(t, postgrestest.URL(t))
	reported(t, s, "file-1", found("3", "D"))
	changed := found("3", "D")
	changed.Title = "another"
	overtaken(t, s, `UPDATE listings SET unmanaged = 0, ref = 'off-3', title = 'by the API' WHERE account = 'ebay-uk' AND listing_id = '3'`, func() error {
		_, err := s.Links.SaveFound(ctx, links.FoundPage{Account: "ebay-uk", RunID: "file-2", SeenAt: epoch, Listings: []listing.Found{changed}, Last: true})
		return err
	})
	rows, err := s.Links.Listings(ctx, "ebay-uk", "D")
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, []any{false, "off-3", "by the API"}, []any{rows[0].Unmanaged, rows[0].Ref, rows[0].Title})
}
