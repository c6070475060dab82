package activities

import (
	"context"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/levels"
)

// compare notes in each level the quantity that it replaces, where the channel can compare it with what it has. A quantity that
// the channel no longer has means a purchase that no scan has seen, or a change by hand: it is not overwritten.
func (s *Stock) compare(ctx context.Context, rec *record, list []channel.Level) error {
	if _, compares := rec.conn.(channel.Comparer); !compares {
		return nil
	}
	skus := make([]string, len(list))
	for i, l := range list {
		skus[i] = l.SKU
	}
	if rec.acc.ByLocation {
		return s.compareAt(ctx, rec, list, skus)
	}
	expected, err := s.Store.Levels.Expected(ctx, rec.acc.ID, skus)
	if err != nil {
		return err
	}
	for i := range list {
		if quantity, known := expected[list[i].SKU]; known {
			list[i].From = &quantity
		}
	}
	return nil
}

// compareAt notes what each location's level replaces.
func (s *Stock) compareAt(ctx context.Context, rec *record, list []channel.Level, skus []string) error {
	expected, err := s.Store.Levels.ExpectedAt(ctx, rec.acc.ID, skus)
	if err != nil {
		return err
	}
	for _, l := range list {
		for i := range l.At {
			if quantity, known := expected[l.SKU][l.At[i].Location]; known {
				l.At[i].From = &quantity
			}
		}
	}
	return nil
}

// sighting is what a channel had of the levels that it did not want to overwrite.
type sighting struct {
	scanFrom   time.Time                // when a scan must begin to find all that was sold before
	quantities map[string]channel.Shown // by channel SKU
	fault      *channel.Fault           // why it could not be read
	lowered    map[string]string        // by channel SKU: the request id of the call that has lowered it to quantities since
}

// see reads what the channel has of the levels that it did not want to overwrite. They are sent again after a scan of orders that
// begins later, and then replace what was read here: what is bought after this reading is refused again, and what was bought
// before it is in the scan. The search of a simulated marketplace is as much quicker as its clock.
func (r *record) see(ctx context.Context, list []channel.Level, answer channel.LevelsAnswer, speed float64) sighting {
	stale := map[string]bool{}
	for _, result := range answer.Results {
		stale[result.SKU] = result.Stale
	}
	var unclear []channel.Level
	for _, l := range list {
		if stale[l.SKU] {
			unclear = append(unclear, l)
		}
	}
	comparer, compares := r.conn.(channel.Comparer)
	if len(unclear) == 0 || !compares {
		return sighting{}
	}
	seen := sighting{}
	var err error
	if seen.quantities, err = comparer.Quantities(ctx, unclear); err != nil { // they are refused again after the scan, and read then
		seen.fault = channel.AsFault(err, string(channel.OpListings))
	}
	seen.scanFrom = time.Now().UTC().Add(time.Duration(float64(comparer.SearchLag()) / max(speed, 1)))
	return seen
}

// of returns what was seen of a level, and when the scan must begin for which it waits.
func (s sighting) of(channelSKU string) (quantity int, at []levels.LocationLevel, scanFrom time.Time) {
	shown, known := s.quantities[channelSKU]
	if !known {
		return stock.UnknownSeen, nil, s.scanFrom
	}
	for location, n := range shown.At {
		at = append(at, levels.LocationLevel{Location: location, Quantity: n, AsOf: levels.Exact})
	}
	return shown.Quantity, at, s.scanFrom
}

// accepted returns what the locations list that have accepted their part of a level, as of a moment.
func accepted(p levels.Push, locations []string, now time.Time) (at []levels.LocationLevel) {
	for _, l := range p.Wanted {
		if slices.Contains(locations, l.Location) {
			at = append(at, levels.LocationLevel{Location: l.Location, Quantity: l.Units, AsOf: now})
		}
	}
	return at
}

// asWanted reports whether what was seen of a level is what it is to be, at each location.
func asWanted(p levels.Push, seen []levels.LocationLevel) bool {
	if p.Seen != p.Quantity {
		return false
	}
	for _, l := range p.Wanted {
		if !slices.ContainsFunc(seen, func(s levels.LocationLevel) bool { return s.Location == l.Location && s.Quantity == l.Units }) {
			return false
		}
	}
	return true
}

// behind puts the levels of a failed call behind the others, unless the failure is the account's.
func (s *Stock) behind(ctx context.Context, account string, f *channel.Fault, pushes []levels.Push) error {
	switch f.Class {
	case channel.Auth, channel.Config, channel.Throttled:
		return nil
	}
	skus := make([]string, len(pushes))
	for i, p := range pushes {
		skus[i] = p.ChannelSKU
	}
	return s.Store.Levels.TriedInVain(ctx, account, skus)
}
