package activities

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
)

const (
	// endAfter is how long a level must have been 0 before its listing is ended: an order that is cancelled at once, or a wrong count, costs no listing.
	endAfter = 15 * time.Minute
	// relistAgain is how long what a channel refused to put up again is left; leastRelistAgain is the least of it in real time where a simulated channel's clock is faster.
	relistAgain, leastRelistAgain = time.Hour, time.Minute
	// zeroBatch is how many SKUs one call looks at: it reads and changes each of them, and takes no more than a call that reads listings.
	zeroBatch = 8
)

// zeroSince returns the moment before which a level of 0 must have been accepted for its listing to be ended now. It is zero for an account that ends nothing.
func (d Environment) zeroSince(acc accounts.Account) time.Time {
	if acc.AtZero != accounts.EndAtZero || !acc.Listings.End {
		return time.Time{}
	}
	return time.Now().Add(-time.Duration(float64(endAfter) / max(d.Speed, 1)))
}

// zeroDue reports whether something of an account is to be ended or put up again. It first follows what somebody else has put up again, whose levels are sent.
func (s *Sweep) zeroDue(ctx context.Context, acc accounts.Account, conn channel.Connection) (bool, error) {
	if _, ok := conn.(channel.Relister); !ok {
		return false, nil
	}
	up, err := s.Store.Levels.FollowPutUp(ctx, acc.ID)
	if err == nil && up > 0 {
		err = s.Starter.WakeStock(ctx, []string{acc.ID})
	}
	if err != nil {
		return false, err
	}
	changed, err := s.Store.Levels.ToPutUp(ctx, acc.ID, acc.Listings.Relist, time.Now(), 1)
	if err != nil || len(changed) > 0 {
		return len(changed) > 0, err
	}
	zero, err := s.Store.Levels.ToEnd(ctx, acc.ID, s.zeroSince(acc), 1)
	return len(zero) > 0, err
}

// atZero puts up again a few listings that were ended at 0 and of which there is stock again or, when there are none, ends a few that are at 0. more says that it did something.
// A fault is one that another attempt may cure.
func (l *Levels) atZero(ctx context.Context, rec *record) (more bool, fault *channel.Fault, err error) {
	relister, ok := rec.conn.(channel.Relister)
	if !ok {
		return false, nil, nil
	}
	z := &zeroing{Levels: l, rec: rec, relister: relister}
	if more, err = z.putUp(ctx); !more && err == nil && z.passing == nil {
		more, err = z.end(ctx)
	}
	return more, z.passing, err
}

// zeroing is one look at what of an account is at 0, or was.
type zeroing struct {
	*Levels
	rec      *record
	relister channel.Relister
	passing  *channel.Fault   // the first fault that another attempt may cure
	faults   []*channel.Fault // all of them
}

// note notes a fault, and reports whether it is one that no other attempt will cure.
func (z *zeroing) note(f *channel.Fault) (final bool) {
	if !slices.Contains(z.faults, f) {
		z.faults = append(z.faults, f)
	}
	if !f.Permanent() && z.passing == nil {
		z.passing = f
	}
	return f.Permanent()
}

// end ends listings that are at 0. What is killed before the answer is saved is asked for again: a listing that is off sale by then, after we have asked, was ended by us.
func (z *zeroing) end(ctx context.Context) (bool, error) {
	since := z.zeroSince(z.rec.acc)
	skus, err := z.Store.Levels.ToEnd(ctx, z.rec.acc.ID, since, zeroBatch)
	if err != nil || len(skus) == 0 {
		return false, err
	}
	asking := z.rec.ask(ctx)
	outcomes, err := z.endAll(ctx, asking, skus, since)
	if err != nil {
		return false, err
	}
	ctx, done := z.rec.keep(ctx)
	defer done()
	if err := z.rec.refused(ctx, z.faults...); err != nil {
		return false, err
	}
	_, err = z.Store.Levels.SaveEnded(ctx, z.rec.acc.ID, z.rec.run.ID, outcomes, z.rec.calls()...)
	return true, err
}

// endAll ends what can be ended as a whole.
func (z *zeroing) endAll(ctx, asking context.Context, skus []string, since time.Time) (outcomes []levels.ZeroOutcome, err error) {
	wholes, outcomes := z.wholes(asking, skus)
	if z.passing != nil {
		return nil, nil
	}
	for _, unread := range outcomes {
		skus = slices.DeleteFunc(slices.Clone(skus), func(sku string) bool { return sku == unread.ChannelSKU })
	}
	in := map[string]int{}
	for _, w := range wholes {
		for _, sku := range w.SKUs {
			in[sku]++
		}
	}
	for _, sku := range skus {
		if in[sku] == 0 {
			outcomes = append(outcomes, levels.ZeroOutcome{ChannelSKU: sku})
		}
	}
	for _, w := range wholes {
		kept := ""
		if w.Odd || slices.ContainsFunc(w.SKUs, func(sku string) bool { return in[sku] > 1 }) {
			kept = levels.KeptOthers
		}
		if w.Live && kept == "" {
			more, err := z.endWhole(ctx, asking, w, since)
			if err != nil {
				return nil, err
			}
			outcomes = append(outcomes, more...)
			continue
		}
		for _, sku := range skus {
			if slices.Contains(w.SKUs, sku) {
				outcomes = append(outcomes, levels.ZeroOutcome{ChannelSKU: sku, Whole: w.Key, Kept: kept})
			}
		}
	}
	return outcomes, nil
}

// wholes finds the listings of SKUs. Where the channel refuses the request itself, each SKU is asked for alone, so that one that can't be read keeps no
// other: it is kept as it is. Any other permanent fault of reading is the account's, and the run ends with it.
func (z *zeroing) wholes(ctx context.Context, skus []string) (found []channel.Whole, unread []levels.ZeroOutcome) {
	found, failed := z.relister.Wholes(ctx, skus)
	f := channel.AsFault(failed, string(channel.OpListings))
	switch {
	case f == nil:
		return found, nil
	case !z.note(f) || f.Class != channel.Invalid:
		z.passing = cmp.Or(z.passing, f)
		return nil, nil
	case len(skus) == 1:
		return nil, []levels.ZeroOutcome{{ChannelSKU: skus[0], Kept: levels.KeptRefused, Fault: f}}
	}
	found = nil
	for _, sku := range skus {
		more, kept := z.wholes(ctx, []string{sku})
		for _, w := range more {
			if !slices.ContainsFunc(found, func(known channel.Whole) bool { return slices.Equal(known.SKUs, w.SKUs) }) { // several SKUs of one listing
				found = append(found, w)
			}
		}
		unread = append(unread, kept...)
	}
	return found, unread
}

// endWhole ends a listing if all that is on sale in it is at 0.
func (z *zeroing) endWhole(ctx, asking context.Context, w channel.Whole, since time.Time) (outcomes []levels.ZeroOutcome, err error) {
	started, err := z.Store.Levels.StartEnding(ctx, z.rec.acc.ID, w.Key, w.SKUs, since)
	if err != nil || !started {
		return nil, err
	}
	results, failed := z.rec.conn.End(asking, w.SKUs)
	if f := channel.AsFault(failed, string(channel.OpPublish)); f != nil {
		results = nil
		for _, sku := range w.SKUs {
			results = append(results, channel.VariantResult{SKU: sku, Fault: f})
		}
	}
	for _, r := range results {
		o := levels.ZeroOutcome{ChannelSKU: r.SKU, Whole: w.Key, Fault: r.Fault, RequestID: r.RequestID}
		if r.Fault != nil {
			if !z.note(r.Fault) {
				continue // it is asked for again
			}
			o.Kept = levels.KeptRefused
		}
		outcomes = append(outcomes, o)
	}
	return outcomes, nil
}
