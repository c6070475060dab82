package activities

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/levels"
)

// putUp puts up again what was ended at 0 and has stock again, where the account may. What may not stays ended, and is counted for a person.
func (z *zeroing) putUp(ctx context.Context) (bool, error) {
	acc := z.rec.acc
	list, err := z.Store.Levels.ToPutUp(ctx, acc.ID, acc.Listings.Relist, time.Now(), zeroBatch)
	if err != nil || len(list) == 0 {
		return false, err
	}
	var outcomes []levels.UpOutcome
	back := map[string][]levels.EndedLevel{} // by the whole listing
	for _, e := range list {
		if e.Quantity > 0 && acc.Listings.Relist {
			back[e.Whole] = append(back[e.Whole], e)
			continue
		}
		outcomes = append(outcomes, levels.UpOutcome{ChannelSKU: e.ChannelSKU, Version: e.Version, Quantity: e.Quantity})
	}
	asking := z.counting(z.rec.ask(ctx), z.rec)
	for _, key := range slices.Sorted(maps.Keys(back)) {
		outcomes = append(outcomes, z.relist(asking, key, back[key])...)
	}
	ctx, done := z.rec.keep(ctx)
	defer done()
	if err := z.rec.refused(ctx, z.faults...); err != nil {
		return false, err
	}
	up, err := z.Store.Levels.SavePutUp(ctx, acc.ID, z.rec.run.ID, outcomes, z.rec.calls()...)
	if err == nil && up > 0 {
		wake(ctx, z.Pushes, acc.ID)
	}
	return true, err
}

// relist puts listings up again that belong together. What failed in passing has no outcome: it is tried again.
func (z *zeroing) relist(ctx context.Context, key string, list []levels.EndedLevel) (outcomes []levels.UpOutcome) {
	given := make([]channel.Level, len(list))
	for i, e := range list {
		given[i] = levelOf(z.rec.acc.ID, e.DirtyLevel)
	}
	results, failed := z.relister.Relist(ctx, key, given)
	if f := channel.AsFault(failed, string(channel.OpPublish)); f != nil {
		results = nil
		for _, e := range list {
			results = append(results, channel.VariantResult{SKU: e.ChannelSKU, Fault: f})
		}
	}
	again := time.Now().Add(max(leastRelistAgain, time.Duration(float64(relistAgain)/max(z.Speed, 1))))
	for _, r := range results {
		o := levels.UpOutcome{ChannelSKU: r.SKU, Up: r.Fault == nil, ListingID: r.ListingID, Fault: r.Fault, RequestID: r.RequestID}
		if i := slices.IndexFunc(list, func(e levels.EndedLevel) bool { return e.ChannelSKU == r.SKU }); i >= 0 {
			o.Version, o.Quantity = list[i].Version, list[i].Quantity
		}
		if r.Fault != nil {
			if !z.note(r.Fault) {
				continue
			}
			o.AgainAt = again
		}
		outcomes = append(outcomes, o)
	}
	return outcomes
}
