package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/publications"
)

// recalls records the plans that it is sent, and may lose its answers.
type recalls struct {
	*lists
	plans map[string]string
	lose  bool
}

func (r *recalls) ShowsWithin() time.Duration { return time.Minute }

func (r *recalls) Submit(ctx context.Context, drafts []listing.Draft, preview bool, d channel.Definitions) (channel.Publication, error) {
	for _, draft := range drafts {
		for sku, plan := range draft.Plans {
			r.plans[sku] = plan
		}
	}
	if r.lose {
		f := channel.NewFault(channel.Timeout, "publish", "no answer")
		f.Ambiguous = true
		return channel.Publication{}, f
	}
	return r.lists.Submit(ctx, drafts, preview, d)
}

// After a lost answer the listings are read again: a put becomes a patch, or nothing.
func TestGoodsWhoseAnswerWasLostAreCheckedAgain(t *testing.T) {
	t.Parallel()
	l := &lists{result: accepted}
	put := true
	l.check = func(p listing.Product, _ channel.Definitions) listing.Checked {
		out := listing.Checked{Plans: map[string]string{}, Same: map[string]bool{}}
		for _, v := range p.Variants {
			switch {
			case put:
				out.Plans[v.SKU] = "put"
			case v.SKU == "A-S":
				out.Same[v.SKU] = true
			default:
				out.Plans[v.SKU] = "patch"
			}
		}
		return out
	}
	s := openLists(t, l)
	r := &recalls{lists: l, plans: map[string]string{}, lose: true}
	s.environment.Connections = activities.Connections{account: r}
	taken := s.ask("run-1")
	s.checkGoods(taken)
	for _, out := range s.submit(taken) {
		require.Equal(t, channel.Timeout, out.Fault.Class)
	}
	require.Equal(t, "put", r.plans["A-S"])
	put, r.lose, r.plans = false, false, map[string]string{}
	s.submit(taken)
	require.Equal(t, map[string]string{"A-L": "patch", "B-S": "patch", "B-L": "patch", "C-S": "patch", "C-L": "patch"}, r.plans)
	require.Equal(t, []string{"A-L done accepted", "A-S done accepted", "B-L done accepted", "B-S done accepted", "C-L done accepted", "C-S done accepted"}, s.outcomes("run-1"))

	// A sent listing that has not changed since is known from before.
	l.shown = []channel.Listed{
		{SKU: "A-L", State: channel.ListingLive, Quantity: 3, UpdatedAt: time.Now().Add(-time.Hour)},
		{SKU: "A-S", State: channel.ListingLive, Quantity: 3, UpdatedAt: time.Now().Add(-time.Hour)},
		{SKU: "B-L", State: channel.ListingLive, Quantity: 3, UpdatedAt: time.Now()}, {SKU: "B-S", State: channel.ListingLive, Quantity: 3},
	}
	levels := activities.Levels{Environment: s.environment, Pushes: s.caller}
	shown := do[activities.CheckListingsOutput](s, levels.CheckListings, activities.CheckListingsInput{Account: account, RunID: "check", Started: time.Now()})
	require.Equal(t, publication.ListedCounts{Live: 3, Waiting: 3}, shown.Counts)
	require.Contains(t, s.outcomes("run-1"), "A-L done accepted")
}

// A channel SKU that another SKU's listing has is not used: the item reports it, and nothing is sent.
func TestANameThatAnotherListingHasIsNotUsed(t *testing.T) {
	t.Parallel()
	l := &lists{result: accepted}
	s := openLists(t, l)
	require.NoError(t, s.store.Links.SaveLinks(t.Context(), []links.Link{{Account: account, ChannelSKU: "A-S", SKU: "ELSE", ListingRef: "r"}}))
	taken := s.ask("run-1")
	s.checkGoods(taken)
	require.Contains(t, s.outcomes("run-1"), "A-S error  sku-wrong")
	s.submit(taken)
	require.NotContains(t, l.sent, "A-S")
}

// A run on the test endpoint is taken as a preview only where the channel's test lists nothing.
func TestOnlyATestOnAmazonIsAPreview(t *testing.T) {
	t.Parallel()
	for _, kind := range channel.Kinds() {
		for _, endpoint := range []channel.Endpoint{channel.Test, channel.Production} {
			s := openStore(t, kind)
			taken := s.ask("run-1", func(p *publications.Publication) { p.Endpoint = endpoint })
			require.Equal(t, kind == channel.Amazon && endpoint == channel.Test, taken.Preview, "%s %s", kind, endpoint)
		}
	}
}
