package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/store/storetest"
)

// shows saves what amazon-uk lists, as an import reads it.
func shows(t *testing.T, s *store.Store, quantities map[string]int) {
	t.Helper()
	var read []channel.Listed
	for sku, n := range quantities {
		read = append(read, channel.Listed{SKU: "amazon-uk:" + sku, ListingID: sku, Ref: "ref-" + sku, State: channel.ListingLive, Quantity: n})
	}
	_, err := s.Links.SaveListings(context.Background(), links.ListingsPage{Account: "amazon-uk", RunID: "r" + time.Now().String(), SeenAt: time.Now(), Listings: read, Last: true})
	require.NoError(t, err)
}

// accepts lets amazon-uk accept now what is to be sent, and returns it.
func accepts(t *testing.T, s *store.Store) map[string]int {
	t.Helper()
	list, err := s.Levels.DirtyLevels(context.Background(), "amazon-uk", 100)
	require.NoError(t, err)
	out := map[string]int{}
	var pushes []levels.Push
	for _, l := range list {
		out[l.ChannelSKU] = l.Quantity
		pushes = append(pushes, levels.Push{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: time.Now(), AckedAt: time.Now()})
	}
	_, err = s.Levels.SavePushes(context.Background(), "amazon-uk", "push", pushes)
	require.NoError(t, err)
	return out
}

// passes lets twenty minutes pass since all that has been sent and read: longer than a channel takes to show what it has accepted.
func passes(t *testing.T, s *store.Store) {
	t.Helper()
	const by = int64(20 * time.Minute / time.Microsecond)
	for _, text := range []string{`UPDATE links SET accepted_at = accepted_at - $1, dirty_since = dirty_since - $1`, `UPDATE pushes SET sent_at = sent_at - $1`,
		`UPDATE levels_before SET live_at = live_at - $1, read_at = read_at - $1`, `UPDATE listings SET seen_at = seen_at - $1`, `UPDATE orders SET seen_at = seen_at - $1, placed_at = placed_at - $1`} {
		require.NoError(t, storetest.Exec(context.Background(), s.DB, text, by))
	}
}

// sold saves an order of one unit each that was placed on amazon-uk now.
func sold(t *testing.T, s *store.Store, id string, skus ...string) {
	t.Helper()
	found := order.Snapshot{ID: id, Reference: id, PlacedAt: time.Now(), UpdatedAt: time.Now(), Fulfilment: order.FulfilmentUnshipped, Paid: true, Currency: "GBP"}
	for _, sku := range skus {
		found.Lines = append(found.Lines, order.SnapshotLine{ID: id + sku, SKU: "amazon-uk:" + sku, Quantity: 1})
	}
	_, err := s.Orders.SavePage(context.Background(), orders.Page{Account: "amazon-uk", RunID: "scan" + id, SeenAt: time.Now(), Orders: []order.Snapshot{found}})
	require.NoError(t, err)
}

// An account goes live, observes, goes live again, and that is undone. What still lists what Towpath had sent goes back to what it was before
// Towpath set anything; what somebody else has set meanwhile goes back to that.
func TestUndoOfGoingLiveAgainGoesBackToWhatTowpathHadNotSet(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		const account = "amazon-uk"
		live := func() {
			_, err := s.Settings.GoLive(ctx, account, settings.Live{By: "ann"})
			require.NoError(t, err)
		}
		_, err := s.Settings.Observe(ctx, account)
		require.NoError(t, err)
		change(t, s, "open", "", 20, "A", "B", "C")
		link(t, s, "A", "B", "C")
		shows(t, s, map[string]int{"A": 7, "B": 8, "C": 9})
		live()
		require.Len(t, accepts(t, s), 3)
		_, err = s.Settings.Observe(ctx, account)
		require.NoError(t, err)

		live() // at once: nothing newer is known than what Towpath sent
		accepts(t, s)
		_, err = s.Settings.Observe(ctx, account)
		require.NoError(t, err)
		passes(t, s)
		sold(t, s, "1", "A", "B")
		shows(t, s, map[string]int{"A": 19, "B": 19, "C": 11}) // C was set by somebody else
		live()
		require.Equal(t, map[string]int{"amazon-uk:A": 19, "amazon-uk:B": 19, "amazon-uk:C": 20}, accepts(t, s))
		sold(t, s, "2", "B", "C")
		out, err := s.Settings.Undo(ctx, account, time.Now().Add(-time.Hour))
		require.NoError(t, err)
		require.Equal(t, 3, out.Links)
		require.Equal(t, map[string]int{"amazon-uk:A": 6, "amazon-uk:B": 6, "amazon-uk:C": 10}, accepts(t, s))
	})
}

// An account was live, and observes since. Undoing a sample then, or all, leaves alone what another tool has set meanwhile, and takes back what
// still lists what Towpath had sent.
func TestUndoLeavesAloneWhatAnotherToolHasSetWhileTheAccountObserved(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		const account = "amazon-uk"
		_, err := s.Settings.Observe(ctx, account)
		require.NoError(t, err)
		change(t, s, "open", "", 20, "A", "B", "C")
		link(t, s, "A", "B", "C")
		shows(t, s, map[string]int{"A": 7, "B": 8, "C": 9})
		_, err = s.Settings.GoLive(ctx, account, settings.Live{By: "ann"})
		require.NoError(t, err)
		require.Len(t, accepts(t, s), 3)
		_, err = s.Settings.Observe(ctx, account)
		require.NoError(t, err)
		shows(t, s, map[string]int{"A": 20, "B": 11, "C": 12}) // so soon that it says nothing: the channel may not show yet what it has accepted
		passes(t, s)
		shows(t, s, map[string]int{"A": 20, "B": 11, "C": 12})
		change(t, s, "more", "", 1, "B") // while it observes: nothing is sent
		_, err = s.Settings.GoLiveSample(ctx, account, []string{"amazon-uk:C"}, settings.Live{By: "ann"})
		require.NoError(t, err)
		require.Equal(t, map[string]int{"amazon-uk:C": 20}, accepts(t, s))
		out, err := s.Settings.Undo(ctx, account, time.Now().Add(-time.Hour))
		require.NoError(t, err)
		require.Equal(t, 2, out.Links)
		require.Equal(t, map[string]int{"amazon-uk:A": 7, "amazon-uk:C": 12}, accepts(t, s))
	})
}

// A call got no answer, or the worker was killed before its outcome was saved, but the channel carried it out. What an import reads then is
// Towpath's own level: the listing goes back.
func TestWhatWasSentWithoutAnAnswerGoesBack(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		const account = "amazon-uk"
		_, err := s.Settings.Observe(ctx, account)
		require.NoError(t, err)
		change(t, s, "open", "", 20, "A", "B", "C", "D", "E")
		link(t, s, "A", "B", "C", "D", "E")
		shows(t, s, map[string]int{"A": 7, "B": 8, "C": 9, "D": 6, "E": 5})
		_, err = s.Settings.GoLive(ctx, account, settings.Live{By: "ann"})
		require.NoError(t, err)
		list, err := s.Levels.DirtyLevels(ctx, account, 100)
		require.NoError(t, err)
		var pushes []levels.Push
		for _, l := range list {
			p := levels.Push{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: time.Now(), AckedAt: time.Now()}
			switch l.ChannelSKU {
			case "amazon-uk:A":
				p.Fault = &channel.Fault{ID: "lost", Class: channel.Timeout, Code: "timeout"}
			case "amazon-uk:B": // the worker was killed before this was saved
				continue
			}
			pushes = append(pushes, p)
		}
		_, err = s.Levels.SavePushes(ctx, account, "push", pushes)
		require.NoError(t, err)
		sold(t, s, "1", "A")
		change(t, s, "less", "", -5, "D")
		lost, err := s.Levels.DirtyLevels(ctx, account, 100)
		require.NoError(t, err)
		for _, l := range lost {
			if l.ChannelSKU == "amazon-uk:D" {
				_, err = s.Levels.SavePushes(ctx, account, "push", []levels.Push{{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: time.Now(), AckedAt: time.Now(),
					Fault: &channel.Fault{ID: "late", Class: channel.Timeout, Code: "timeout"}}})
				require.NoError(t, err)
			}
		}
		_, err = s.Settings.Observe(ctx, account)
		require.NoError(t, err)
		passes(t, s)
		shows(t, s, map[string]int{"A": 19, "B": 20, "C": 20, "D": 15, "E": 11}) // E was set by somebody else
		out, err := s.Settings.Undo(ctx, account, time.Now().Add(-time.Hour))
		require.NoError(t, err)
		require.Equal(t, 4, out.Links)
		require.Equal(t, []string{"amazon-uk:E"}, out.Theirs)
		require.Equal(t, map[string]int{"amazon-uk:A": 6, "amazon-uk:B": 8, "amazon-uk:C": 9, "amazon-uk:D": 6}, accepts(t, s))
	})
}
