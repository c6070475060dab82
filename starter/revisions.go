package starter

import (
	"context"
	"fmt"
	"strings"
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

// mostRevised is how many listings of an account are named.
const mostRevised = 5

// RevisedWords returns a sentence about each account with listings that are low on revisions, for one account or (empty) all.
func (s *Starter) RevisedWords(ctx context.Context, account string) ([]string, error) {
	list, err := s.Revised(ctx, account)
	if err != nil {
		return nil, err
	}
	return RevisedText(list), nil
}

// RevisedText returns a sentence about each account of a list that Revised returned.
func RevisedText(list []levels.RevisedListing) (out []string) {
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].Account == list[0].Account {
			n++
		}
		out = append(out, revisedText(list[:n]))
		list = list[n:]
	}
	return out
}

// revisedText names the listings of one account that are low on revisions, the lowest first.
func revisedText(list []levels.RevisedListing) string {
	names := make([]string, 0, mostRevised)
	for _, l := range list[:min(len(list), mostRevised)] {
		name := fmt.Sprintf("%s (%d)", l.Listing, l.Used)
		if !l.UsedUpAt.IsZero() {
			name = l.Listing + " (refused by eBay)"
		}
		names = append(names, name)
	}
	if more := len(list) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	has := "have"
	if len(list) == 1 {
		has = "has"
	}
	return fmt.Sprintf("%s of %s %s used half of eBay's %d revisions of the last 25 hours, or more: %s. Their levels are sent less often, levels of 0 at once.",
		wording.Plural(len(list), "listing"), list[0].Account, has, list[0].ADay, strings.Join(names, ", "))
}
