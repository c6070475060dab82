package shopify

import (
	"sync/atomic"

	"github.com/towpath/towpath/internal/channel"
)

// pageSize is the page size of a query. It is halved whenever Shopify finds the query too expensive: how Shopify
// computes costs is published only roughly.
type pageSize struct{ halvings atomic.Int32 }

// of returns full, halved as often as was necessary, but at least least.
func (s *pageSize) of(full, least int) int { return max(least, full>>s.halvings.Load()) }

func (s *pageSize) adapt(f *channel.Fault) {
	const most = 6
	if n := s.halvings.Load(); f.Code == "MAX_COST_EXCEEDED" && n < most {
		s.halvings.CompareAndSwap(n, n+1)
	}
}
