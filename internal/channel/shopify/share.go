package shopify

import (
	"sync"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
)

// share estimates how many SKUs of products one turn can send, so that a turn costs what the budget of
// channel.OpPublish allows: a product with one variant costs hardly less than one with twenty.
type share struct {
	mu   sync.Mutex
	skus int
}

// The wanted cost of a turn, and its limits in SKUs.
const (
	pointsPerTurn = 400.0 // the budget's: see channel.OpPublish
	firstTurn     = 40    // SKUs of a process that has sent nothing yet
	smallestTurn  = 10
	largestTurn   = 250
)

func (s *share) sent(drafts []listing.Draft) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range drafts {
		s.skus += len(d.Product.Variants)
	}
}

// Load returns how many SKUs of drafts the next Submit takes: as many as cost a turn's points, by the cost of earlier
// ones.
func (c *Connection) Load(n int, _ bool) (skus int, op channel.Operation) {
	spent := c.points.spent(opProduct.name, opProductVariants.name, opProductSet.name)
	c.share.mu.Lock()
	defer c.share.mu.Unlock()
	most := firstTurn
	if c.share.skus >= firstTurn && spent > 0 {
		most = int(min(max(pointsPerTurn*float64(c.share.skus)/spent, smallestTurn), largestTurn))
	}
	return min(n, most), channel.OpPublish
}
