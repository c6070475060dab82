package activities

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
)

// lower sends at once what may be listed of the levels that the channel did not want to overwrite (stock.Lowered), in place of what was just read of
// them, and puts into seen what the channel has then. Without it a SKU that sells all the time would be refused time and again, and wait for
// a scan each time, while buyers of the channel see what other channels have sold. What is refused once more waits for the scan as it was read.
// An attempt that follows another one lowers nothing: the one before may have been killed after its call, and what that call took would be taken for sales.
func (r *record) lower(ctx context.Context, list []channel.Level, first channel.LevelsAnswer, seen *sighting) {
	if activity.GetInfo(ctx).Attempt > 1 {
		return
	}
	set := make(map[string][]string, len(first.Results)) // where the call has set a level
	for _, result := range first.Results {
		set[result.SKU] = result.At
	}
	var lower []channel.Level
	for _, l := range list {
		if shown, known := seen.quantities[l.SKU]; known {
			if l, lowers := lowered(l, shown, set[l.SKU]); lowers {
				lower = append(lower, l)
			}
		}
	}
	if len(lower) == 0 {
		return
	}
	answer, err := r.conn.SetLevels(ctx, lower)
	if err != nil { // the log has the call; if it was carried out all the same, the exact level is refused after the scan, and what is there is read again
		return
	}
	seen.lowered = make(map[string]string, len(lower))
	for i, result := range answer.Results {
		seen.record(lower[i], result)
	}
}

// lowered returns the level that replaces what the channel has of one that it did not want to overwrite, at each location that it lowers. It leaves out
// where the level was set, and where the channel has what is wanted: that may be a call of ours whose answer was lost.
func lowered(l channel.Level, shown channel.Shown, set []string) (channel.Level, bool) {
	// Never a key twice: the same level may have had the same quantity before.
	l.Key = fmt.Sprintf("%s lowered %d", l.Key, time.Now().UnixNano())
	if len(l.At) == 0 {
		if l.From == nil || shown.Quantity == l.Quantity {
			return l, false
		}
		quantity, lower := stock.Lowered(l.Quantity, *l.From, shown.Quantity)
		l.Quantity, l.From = quantity, &shown.Quantity
		return l, lower
	}
	var at []channel.LevelAt
	for _, here := range l.At {
		has, known := shown.At[here.Location]
		if !known || here.From == nil || has == here.Quantity || slices.Contains(set, here.Location) {
			continue
		}
		if quantity, lower := stock.Lowered(here.Quantity, *here.From, has); lower {
			at = append(at, channel.LevelAt{Location: here.Location, Quantity: quantity, From: &has})
		}
	}
	l.At = at
	return l, len(at) > 0
}

// record puts what the channel has after a lowered level was answered into what was seen.
func (s *sighting) record(l channel.Level, result channel.LevelResult) {
	switch {
	case result.Fault != nil:
		return
	case len(l.At) == 0:
		s.quantities[l.SKU] = channel.Shown{Quantity: l.Quantity}
	default:
		shown := channel.Shown{Quantity: s.quantities[l.SKU].Quantity, At: maps.Clone(s.quantities[l.SKU].At)}
		for _, here := range l.At {
			shown.Quantity += here.Quantity - shown.At[here.Location]
			shown.At[here.Location] = here.Quantity
		}
		s.quantities[l.SKU] = shown
	}
	s.lowered[l.SKU] = result.RequestID
}
