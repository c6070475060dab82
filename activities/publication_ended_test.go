package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/publications"
)

// What was ended at 0 is no failure of a run of changes, though the channel's check finds it sold out or its product not permitted: a product whose variants have all ended is
// left out as a whole. Put up again, it is sent.
func TestWhatWasEndedAtZeroIsLeftOutOfPublications(t *testing.T) {
	t.Parallel()
	l := &lists{result: accepted}
	l.check = func(p listing.Product, _ channel.Definitions) listing.Checked {
		out := listing.Checked{Issues: map[string][]listing.Issue{}}
		if p.Key == "A" {
			out.Issues["A"] = []listing.Issue{{Severity: listing.Error, Code: listing.CodeNotPermitted, Message: "archived"}}
		}
		if p.Key == "B" {
			out.Issues["B-L"] = []listing.Issue{{Severity: listing.Error, Code: "sold-out", Message: "sold out"}}
		}
		return out
	}
	s := openLists(t, l)
	var off []levels.ZeroOutcome
	for _, sku := range []string{"A-L", "A-S", "B-L"} {
		s.endedAtZero(sku)
		off = append(off, levels.ZeroOutcome{ChannelSKU: sku})
	}
	n, err := s.store.Levels.SaveEnded(t.Context(), account, "zero", off)
	require.NoError(t, err)
	require.Equal(t, 3, n)
	taken := s.ask("run-1", func(p *publications.Publication) { p.Selection.Changed = true })
	s.checkGoods(taken)
	s.submit(taken)
	s.end("run-1")
	require.Equal(t, []string{"A-L skipped", "A-S skipped", "B-L skipped", "B-S done accepted", "C-L done accepted", "C-S done accepted"}, s.outcomes("run-1"))
	require.NotContains(t, l.sent, "B-L")
	counts, err := s.store.Publications.NotPermitted(t.Context(), account)
	require.NoError(t, err)
	require.Zero(t, counts.Items)
}

// endedAtZero links a SKU, has its level of 0 accepted, and notes that its listing is about to be ended.
func (s *shop) endedAtZero(sku string) {
	s.t.Helper()
	ctx := s.t.Context()
	require.NoError(s.t, s.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: sku, SKU: sku, ListingRef: "ref-" + sku}}))
	dirty, err := s.store.Levels.DirtyLevels(ctx, account, 10)
	require.NoError(s.t, err)
	for _, d := range dirty {
		now := time.Now().UTC()
		_, err = s.store.Levels.SavePushes(ctx, account, "push", []levels.Push{{ChannelSKU: d.ChannelSKU, Version: d.Version, Quantity: d.Quantity, SentAt: now, AckedAt: now}})
		require.NoError(s.t, err)
	}
	started, err := s.store.Levels.StartEnding(ctx, account, "", []string{sku}, time.Now().Add(time.Second))
	require.NoError(s.t, err)
	require.True(s.t, started)
}
