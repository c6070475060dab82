package amazon

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

const (
	opPatch          = "patchListingsItem"
	patchesAtOnce    = 5     // the operation's burst
	feedItems        = 25000 // the most items of one JSON_LISTINGS_FEED
	defaultFeedAbove = 250
	availability     = "/attributes/fulfillment_availability"
	anyProductType   = "PRODUCT" // for listings whose product type is not known
	showsWithin      = 15 * time.Minute

	codeFBA = "FULFILLED_BY_AMAZON"
)

// ShowsWithin returns how long an accepted level may take to become visible. Amazon publishes no figure; sellers see most
// changes within minutes.
func (c *client) ShowsWithin() time.Duration { return showsWithin }

func feedAbove(configured int) int {
	if configured <= 0 {
		return defaultFeedAbove
	}
	return min(configured, feedItems-1)
}

// Batch sends few changed levels as patches and many as one feed. A test endpoint sends patches only: feeds can't be
// validated.
func (c *client) Batch(n int) (int, channel.Operation) {
	if n > c.feedAbove && !c.previews() {
		return min(n, feedItems), channel.OpFeed
	}
	return min(max(n, 0), patchesAtOnce), channel.OpLevels
}

// SetLevels sends patches one after the other, or a feed when there are more levels than FeedAbove. Accepted means
// queued by Amazon, not yet live. What Amazon refuses for one SKU is that SKU's alone; patches stop at the first
// failure that the next one would meet as well (see refusals), and later levels get the same fault, as not sent.
func (c *client) SetLevels(ctx context.Context, levels []channel.Level) (channel.LevelsAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	if len(levels) > c.feedAbove && !c.previews() {
		return c.submitFeed(ctx, levels)
	}
	var out channel.LevelsAnswer
	met := refusals{client: c}
	for n, level := range levels {
		result := c.patch(ctx, level)
		stop := met.stops(ctx, result.Fault)
		if stop == nil {
			out.Results, out.RequestID = append(out.Results, result), result.RequestID
			continue
		}
		if ofTheAccount(stop) && len(out.Results) == 0 {
			return channel.LevelsAnswer{}, stop
		}
		rest := levels[n:]
		if !ofTheAccount(stop) {
			out.Results, out.RequestID, rest = append(out.Results, result), result.RequestID, levels[n+1:]
		}
		for _, l := range rest {
			out.Results = append(out.Results, channel.LevelResult{SKU: l.SKU, Fault: unsent(stop), Unsent: true})
		}
		break
	}
	return out, nil
}

// patch is the body of patchListingsItem.
type patch struct {
	ProductType string    `json:"productType"`
	Patches     []patchOp `json:"patches"`
}

// patchOp is one operation of a listings patch. It merges: replacing has deleted handling times
// (selling-partner-api-models, issue 4406).
type patchOp struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"` // a list of objects
}

type availableNow struct {
	FulfillmentChannelCode string `json:"fulfillment_channel_code"` // DEFAULT = the seller ships
	Quantity               int    `json:"quantity"`
}

func quantityPatch(quantity int) []patchOp {
	return []patchOp{{Op: "merge", Path: availability, Value: []availableNow{{FulfillmentChannelCode: "DEFAULT", Quantity: quantity}}}}
}

func productType(l channel.Level) string {
	if l.ListingRef == "" {
		return anyProductType
	}
	return l.ListingRef
}

func (c *client) patch(ctx context.Context, level channel.Level) channel.LevelResult {
	result := channel.LevelResult{SKU: level.SKU}
	if result.Fault = c.unfit(level); result.Fault != nil {
		return result
	}
	_, answer, fault := c.submit(ctx, opPatch, http.MethodPatch, level.SKU, patch{productType(level), quantityPatch(level.Quantity)}, c.previews())
	if fault != nil {
		result.RequestID, result.Fault = fault.RequestID, fault
		return result
	}
	result.RequestID = answer.RequestID
	return result
}

// unfit returns the fault of a level that can't be sent. A SKU that Amazon ships itself never gets a quantity: that
// would turn it into one that the seller ships.
func (c *client) unfit(level channel.Level) *channel.Fault {
	var f *channel.Fault
	switch {
	case strings.TrimSpace(level.SKU) == "":
		f = channel.Refusal(channel.Invalid, opPatch, "SKU_MISSING", "the level has no SKU")
	case level.Quantity < 0:
		f = channel.Refusal(channel.Invalid, opPatch, "QUANTITY_NEGATIVE", fmt.Sprintf("the quantity %d is negative", level.Quantity))
	default:
		if _, fba := c.fba.Load(level.SKU); fba {
			f = fbaRefused(opPatch)
		}
	}
	return f
}

func fbaRefused(operation string) *channel.Fault {
	return channel.Refusal(channel.Config, operation, codeFBA, "Amazon ships this SKU itself")
}
