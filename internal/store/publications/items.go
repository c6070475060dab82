package publications

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// Limits of a list of items.
const (
	// MostCounted is the highest count of items per status: "1,000+".
	MostCounted       = 1_000
	pageItems         = 25
	fewItems          = 2_000 // so many are looked through one by one for a part of a reference
	backorderedWindow = 5_000 // so many at a time for a part of one or two characters
	mostLanes         = 100   // in one statement
	mostLetters       = 24    // of a part are looked up
	rareItems         = 1_000 // letters that so many items have are common
)

// ItemFilter selects items of runs, newest first. Zero fields do not filter, but for Run.
type ItemFilter struct {
	Run       string           // empty: the last one that published, of the account and endpoint where they are given
	AllRuns   bool             // of every run, of whatever kind
	Account   string           //
	Endpoint  channel.Endpoint //
	Reference string           // any part of it, in whatever case
	Status    runs.ItemStatus  //
	Type      string           // a listing.Kind, or what other runs have: order, level, package, listing, variation
	Since     time.Time        // items that came into their run then or later; Run empty: of every run
	After     int64            // Next of the page before; 0: the newest
	Limit     int              // 0: 25
}

// ItemsPage is a page of items. Its overview is of all that the filter selects, whatever the status.
type ItemsPage struct {
	Run      string                      `json:"run,omitempty"` // which run it is of; empty: of every run
	Items    []PublicationItem           `json:"items"`
	Next     int64                       `json:"next,omitempty"` // where the next page begins; 0: this is the last. A page may be short and have a next one
	Overview map[runs.ItemStatus]Counted `json:"overview"`
}

// Counted is a number that was counted so far and no further.
type Counted struct {
	N       int  `json:"n"`
	AtLeast bool `json:"atLeast,omitempty"` // there may be more
}

// PublicationItems returns items of runs. Its time does not depend on their number: every filter uses an index; text of three
// characters or more uses an index of three-letter sequences, and shorter text searches the newest items, page by page.
func (s *Store) PublicationItems(ctx context.Context, filter ItemFilter) (ItemsPage, error) {
	l := &itemList{Store: s, f: filter, page: ItemsPage{Items: []PublicationItem{}, Overview: map[runs.ItemStatus]Counted{}}}
	if err := l.run(ctx); err != nil {
		return ItemsPage{}, fmt.Errorf("list items: %w", err)
	}
	return l.page, nil
}

// itemList is one list being read.
type itemList struct {
	*Store
	f      ItemFilter
	limit  int
	needle string             // folded
	rare   string             // of the needle, what SQLite's index is asked for
	lanes  []publication.Lane // of the filter, the status apart
	low    int64              // no older id
	first  int64              // oldest and newest id of the lanes
	last   int64
	page   ItemsPage
}

func (l *itemList) run(ctx context.Context) error {
	l.limit = min(cmp.Or(max(l.f.Limit, 0), pageItems), db.MaxLimit)
	l.needle = strings.TrimSpace(runs.FoldedReference(l.f.Reference))
	found, err := l.lastRun(ctx)
	if err != nil || !found {
		return err
	}
	if found, err = l.since(ctx); err != nil || !found {
		return err
	}
	if err := l.findLanes(ctx); err != nil || len(l.lanes) == 0 {
		return err
	}
	if l.needle == "" {
		if err := l.count(ctx, 0, false); err != nil {
			return err
		}
		return l.readPage(ctx, 0)
	}
	total, err := l.size(ctx)
	switch {
	case err != nil || total == 0:
		return err
	case total <= fewItems:
		if err := l.count(ctx, 0, false); err != nil {
			return err
		}
		return l.readPage(ctx, 0)
	case utf8.RuneCountInString(l.needle) < 3:
		return l.fromWindow(ctx)
	}
	return l.fromSearch(ctx)
}

// lastRun finds the run to show when none is given.
func (l *itemList) lastRun(ctx context.Context) (bool, error) {
	l.page.Run = l.f.Run
	if l.f.Run != "" || l.f.AllRuns || !l.f.Since.IsZero() {
		return true, nil
	}
	last, err := lastBegun(ctx, l.Read, l.f.Account, l.f.Endpoint)
	l.page.Run = last
	return last != "", err
}

// since returns the lowest id for a time, because ids increase with time. Parallel transactions may mix their ids, so it takes
// the lowest of the first thousand.
func (l *itemList) since(ctx context.Context) (bool, error) {
	if l.f.Since.IsZero() {
		return true, nil
	}
	err := l.Read(ctx, `SELECT COALESCE(MIN(o.id), 0) FROM (SELECT id FROM run_items WHERE created_at >= $1 ORDER BY created_at LIMIT 1000) o`,
		func(rows *sql.Rows) error { return rows.Scan(&l.low) }, db.Micro(l.f.Since))
	return l.low > 0, err
}

// itemColumns are those of i.
const itemColumns = `i.id, i.run_id, i.account, i.endpoint, i.type, i.reference, i.parent, i.title, i.status, i.step, i.reason, i.stage, i.issues,
	i.fault_id, i.code, i.request_id, i.listing_id, i.change, i.at`

func scanItem(rows *sql.Rows) (PublicationItem, error) {
	var i PublicationItem
	var parent, issues, change string
	var when int64
	err := rows.Scan(&i.ID, &i.RunID, &i.Account, &i.Endpoint, &i.Type, &i.Reference, &parent, &i.Title, &i.Status, &i.Step, &i.Reason, &i.Stage, &issues,
		&i.FaultID, &i.Code, &i.RequestID, &i.ListingID, &change, &when)
	if err != nil {
		return i, err
	}
	if i.At = db.At(when); i.Type == listing.KindVariant {
		i.Product = parent
	}
	if i.Issues, err = readIssues(issues); err == nil {
		i.Change, err = ReadChange(change)
	}
	return i, err
}
