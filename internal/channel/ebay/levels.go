package ebay

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// maxLevels is the greatest number of SKUs in one bulk_update_price_quantity call; a turn makes up to levelCalls of them, levelsAtOnce at a time.
const (
	maxLevels    = 25
	levelCalls   = 8
	levelsAtOnce = 4
)

const opLevels = "bulkUpdatePriceQuantity"

// priceQuantity is the new quantity of one SKU: of its inventory item, which limits what its offers can list, and of
// its offer, which buyers see.
type priceQuantity struct {
	SKU       string          `json:"sku"`
	Available shipToQuantity  `json:"shipToLocationAvailability"`
	Offers    []offerQuantity `json:"offers,omitempty"`
}

type shipToQuantity struct {
	Quantity int `json:"quantity"`
}

type offerQuantity struct {
	OfferID   string `json:"offerId"`
	Available int    `json:"availableQuantity"`
}

// Batch returns at most eight calls of 25 levels.
func (c *connection) Batch(n int) (int, channel.Operation) {
	return min(n, levelCalls*maxLevels), channel.OpLevels
}

// SetLevels overwrites quantities, 25 with each call, the levels of each Level.Call with calls of their own. They are absolute, so it may be repeated. After a
// call that failed no other is begun: the levels of those have its fault, as not sent. It returns the fault itself when it is the
// account's and no call was carried out, or when there was one call.
func (c *connection) SetLevels(ctx context.Context, levels []channel.Level) (channel.LevelsAnswer, error) {
	calls := callsOf(levels)
	if len(levels) > levelCalls*maxLevels || len(calls) > levelCalls {
		return channel.LevelsAnswer{}, channel.NewFault(channel.Invalid, opLevels, fmt.Sprintf("%d levels in %d calls in one turn: eBay is sent at most %d in %d",
			len(levels), len(calls), levelCalls*maxLevels, levelCalls))
	}
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	turn := &levelTurn{connection: c}
	answers := make([]channel.LevelsAnswer, len(calls))
	_ = together(ctx, levelsAtOnce, opLevels, len(calls), func(ctx context.Context, i int) *channel.Fault {
		answers[i] = turn.call(ctx, calls[i])
		return nil // a fault ends no other call that has begun
	})
	if turn.failed != nil && (len(calls) == 1 || !turn.reached) {
		return channel.LevelsAnswer{}, turn.failed
	}
	var all channel.LevelsAnswer
	for _, a := range answers {
		all.Results, all.RequestID = append(all.Results, a.Results...), cmp.Or(a.RequestID, all.RequestID)
	}
	return all, nil
}

// callsOf divides levels into calls.
func callsOf(levels []channel.Level) (calls [][]channel.Level) {
	for from := 0; from < len(levels); {
		to := from + 1
		for to < len(levels) && to-from < maxLevels && levels[to].Call == levels[from].Call {
			to++
		}
		calls = append(calls, levels[from:to])
		from = to
	}
	return calls
}

// levelTurn is what the calls of one turn know of each other.
type levelTurn struct {
	*connection
	mu      sync.Mutex
	failed  *channel.Fault // of the first call that failed as a whole
	reached bool           // a call was carried out, or may have been
}

// call sends the levels of one call, unless another one has failed.
func (t *levelTurn) call(ctx context.Context, levels []channel.Level) channel.LevelsAnswer {
	t.mu.Lock()
	before := t.failed
	t.mu.Unlock()
	if before != nil {
		return allFailed(levels, before, true)
	}
	answer, f := t.setLevels(ctx, levels)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reached = t.reached || f == nil || !accountRefused(f)
	if f == nil {
		return answer
	}
	t.failed = cmp.Or(t.failed, f)
	return allFailed(levels, f, accountRefused(f))
}

// accountRefused reports whether a call that failed has changed nothing and met what every call of the account meets.
func accountRefused(f *channel.Fault) bool {
	return !f.Ambiguous && (f.Class == channel.Auth || f.Class == channel.Config || f.Class == channel.Throttled)
}

// allFailed returns what became of the levels of a call that failed or was not made. The call was refused, not any of them, so each is sent again.
func allFailed(levels []channel.Level, f *channel.Fault, unsent bool) (a channel.LevelsAnswer) {
	of := f.Again()
	switch {
	case unsent:
		of = f.Unsent()
	case of.Permanent():
		of.Class = channel.Unknown
	}
	for _, l := range levels {
		a.Results = append(a.Results, channel.LevelResult{SKU: l.SKU, RequestID: f.RequestID, Fault: of, Unsent: unsent, Shared: true})
	}
	return a
}

// setLevels makes one call.
func (c *connection) setLevels(ctx context.Context, levels []channel.Level) (channel.LevelsAnswer, *channel.Fault) {
	var body struct {
		Requests []priceQuantity `json:"requests"`
	}
	for _, l := range levels {
		r := priceQuantity{SKU: l.SKU, Available: shipToQuantity{l.Quantity}}
		if l.ListingRef != "" {
			r.Offers = []offerQuantity{{l.ListingRef, l.Quantity}}
		}
		body.Requests = append(body.Requests, r)
	}
	a, f := c.call(ctx, opLevels, http.MethodPost, inventory+"/bulk_update_price_quantity", body)
	if f != nil {
		return channel.LevelsAnswer{}, f
	}
	return levelsAnswer(a, levels)
}

// levelsAnswer returns the outcome of every level: eBay answers 200 or 207 with one response per SKU or offer.
func levelsAnswer(a *transport.Answer, levels []channel.Level) (channel.LevelsAnswer, *channel.Fault) {
	responses, f := readResponses(a, opLevels)
	if f != nil {
		return channel.LevelsAnswer{}, f
	}
	faults := map[string]*channel.Fault{} // by SKU; nil: accepted
	tooOften := map[string]bool{}
	for _, r := range responses {
		f := r.fault(a, opLevels)
		tooOften[r.SKU] = tooOften[r.SKU] || usedUp(f, r.Errors)
		if old, observed := faults[r.SKU]; !observed || old == nil {
			faults[r.SKU] = f
		}
	}
	answer := channel.LevelsAnswer{RequestID: a.RequestID}
	for _, l := range levels {
		f, observed := faults[l.SKU]
		if !observed {
			f = notAnswered(a, opLevels)
		}
		answer.Results = append(answer.Results, channel.LevelResult{SKU: l.SKU, RequestID: a.RequestID, Fault: f, UsedUp: f != nil && tooOften[l.SKU]})
	}
	return answer, nil
}

// LevelsOutcome always fails: eBay answers at once, so nothing is pending.
func (c *connection) LevelsOutcome(_ context.Context, _ string, _ []string) (channel.LevelsAnswer, error) {
	return channel.LevelsAnswer{}, channel.NewFault(channel.Invalid, opLevels, "eBay has no pending levels")
}
