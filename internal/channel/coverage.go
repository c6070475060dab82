package channel

import (
	"context"
	"time"

	"github.com/towpath/towpath/internal/coverage"
)

// Enumerator is a connection to a channel that can list which orders it has of a range, within its budgets and without their contents.
type Enumerator interface {
	// OrderIDs returns a page of the orders that were placed in a range; they come in any order, and one may come twice. A channel that
	// makes a report of them says how long to wait before the next call, which has the cursor Next.
	OrderIDs(ctx context.Context, q IDsQuery) (IDsPage, error)
}

// IDsBudget returns the budget that an Enumerator's calls use: that of reading orders, because the calls share it on eBay and Shopify.
func IDsBudget(k Kind) Operation {
	if k == Amazon {
		return OpReport
	}
	return OpOrders
}

// IDsQuery asks for a page of the orders that were placed from From until Until, which have whole seconds.
type IDsQuery struct {
	From, Until time.Time
	Cursor      string // empty for the first page, then the Next of the page before
}

// IDsPage is a page of orders by their ids.
type IDsPage struct {
	Orders    []coverage.Listed
	Next      string        // empty on the last page
	Wait      time.Duration // before the next call; 0 = none
	Unknown   bool          // of the last page: the channel gave no list, so what it has of the range is not known
	RequestID string
}

// CoverageEvery returns how often an account of a channel is compared. Where a report is made, it is one a day, as the channels ask for.
func CoverageEvery(k Kind) time.Duration {
	if k == Amazon {
		return day
	}
	return time.Hour
}
