package shopify

import (
	"sync/atomic"

	"github.com/towpath/towpath/internal/channel"
)

// pageSize is how much a query asks for at once. It halves whenever Shopify finds the query too dear: how
// Shopify counts is published only roughly.
type pageSize struct{ halvings atomic.Int32 }

// of is full, halved as often as was found necessary, but never less than least.
func (s *pageSize) of(full, least int) int { return max(least, full>>s.halvings.Load()) }

func (s *pageSize) learn(f *channel.Fault) {
	const most = 6
	if n := s.halvings.Load(); f.Code == "MAX_COST_EXCEEDED" && n < most {
		s.halvings.CompareAndSwap(n, n+1)
	}
}
