package starter

import (
	"context"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/wording"
)

// Revised lists the listings of one account, or of all when account is empty, that have used half of the revisions that their channel
// takes on a day, or more.
func (s *Starter) Revised(ctx context.Context, account string) ([]levels.RevisedListing, error) {
	all, err := s.Store.Accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	var out []levels.RevisedListing
	for _, a := range all {
		limit := stock.DayOf(a.Channel.RevisionsADay(), s.Speed)
		if limit.ADay == 0 || account != "" && account != a.ID {
			continue
		}
		low, err := s.Store.Levels.LowListings(ctx, a.ID, limit, time.Now())
		if err != nil {
			return nil, err
		}
		out = append(out, low...)
	}
	return out, nil
}

// Later returns why a level waits until a time. Only eBay limits revisions.
func Later(until time.Time, revisions int) wording.Later {
	return wording.Later{Until: until, Revisions: revisions, ADay: channel.EBay.RevisionsADay()}
}
