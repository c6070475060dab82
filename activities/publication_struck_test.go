package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/links"
)

// What is struck off is left out of a publication with the reason, also when something is wrong with it, when it has no link, and while
// others of its product are sent. Put back, it is sent again.
func TestWhatIsStruckOffIsLeftOutOfPublications(t *testing.T) {
	t.Parallel()
	l := &lists{result: accepted}
	l.check = func(p listing.Product, _ channel.Definitions) listing.Checked {
		out := listing.Checked{Issues: map[string][]listing.Issue{}}
		if p.Key == "A" {
			out.Issues["old-A-L"] = []listing.Issue{{Severity: listing.Error, Code: "value-too-long", Message: "too long"}}
		}
		return out
	}
	s := openLists(t, l)
	require.NoError(t, s.store.Links.SaveLinks(t.Context(), []links.Link{{Account: account, ChannelSKU: "old-A-L", SKU: "A-L", ListingRef: "ref"}}))
	off := []string{"old-A-L", "B-L"}
	_, err := s.store.Levels.Strike(t.Context(), account, off, "not sold there", "ann")
	require.NoError(t, err)
	taken := s.ask("run-1")
	s.checkGoods(taken)
	s.submit(taken)
	s.end("run-1")
	require.Equal(t, []string{"A-L skipped", "A-S done accepted", "B-L skipped", "B-S done accepted", "C-L done accepted", "C-S done accepted"}, s.outcomes("run-1"))
	require.NotContains(t, l.sent, "old-A-L")
	require.NotContains(t, l.sent, "B-L")

	require.Empty(t, s.published("changed"), "it is not selected among what has changed")
	_, err = s.store.Levels.PutBack(t.Context(), account, off[1:])
	require.NoError(t, err)
	taken = s.ask("run-2")
	s.checkGoods(taken)
	s.submit(taken)
	require.Contains(t, s.outcomes("run-2"), "B-L done accepted")
	require.Contains(t, s.outcomes("run-2"), "A-L skipped")
}
