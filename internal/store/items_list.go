package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
)

// Bounds of a list of items.
const (
	// MostCounted is how far the items of a status are counted: "1,000+".
	MostCounted = 1_000
	pageItems   = 25
	fewItems    = 5_000  // so many are looked through one by one for a part of a reference
	shortWindow = 20_000 // so many at a time for a part of one or two characters
	mostLanes   = 100    // in one statement
)

// ItemFilter selects items of runs, newest first. Zero fields do not filter, but for Run.
type ItemFilter struct {
	Run       string           // empty: the last one that published, of the account and endpoint where they are given
	AllRuns   bool             // of every run, of whatever kind
	Account   string           //
	Endpoint  channel.Endpoint //
	Reference string           // any part of it, in whatever case
	Status    ItemStatus       //
	Type      string           // a listing.Kind, or what other runs have: order, level, package, listing, variation
	Since     time.Time        // items that came into their run then or later; Run empty: of every run
	After     int64            // Next of the page before; 0: the newest
	Limit     int              // 0: 25
}

// ItemsPage is a page of items. Its overview is of all that the filter selects, whatever the status.
type ItemsPage struct {
	Run      string                 `json:"run,omitempty"` // which run it is of; empty: of every run
	Items    []PublicationItem      `json:"items"`
	Next     int64                  `json:"next,omitempty"` // where the next page begins; 0: this is the last. A page may be short and have a next one
	Overview map[ItemStatus]Counted `json:"overview"`
}

// Counted is a number that was counted so far and no further.
type Counted struct {
	N       int  `json:"n"`
	AtLeast bool `json:"atLeast,omitempty"` // there may be more
}

// PublicationItems lists items of runs. How long it takes does not depend on how many there are: every choice is answered from an index, a part
// of three characters or more from one of three letters each, and a shorter one by looking through the newest of them, page by page.
func (s *Store) PublicationItems(ctx context.Context, filter ItemFilter) (ItemsPage, error) {
	l := &itemList{Store: s, f: filter, page: ItemsPage{Items: []PublicationItem{}, Overview: map[ItemStatus]Counted{}}}
	if err := l.run(ctx); err != nil {
		return ItemsPage{}, fmt.Errorf("list items: %w", err)
	}
	return l.page, nil
}

// itemList is one list on its way.
type itemList struct {
	*Store
	f      ItemFilter
	limit  int
	needle string   // folded
	lanes  []string // of the filter, the status apart
	low    int64    // no older id
	first  int64    // oldest and newest id of the lanes
	last   int64
	page   ItemsPage
}

func (l *itemList) run(ctx context.Context) error {
	l.limit = min(cmp.Or(max(l.f.Limit, 0), pageItems), maxLimit)
	l.needle = strings.TrimSpace(foldedReference(l.f.Reference))
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
	total, err := l.count(ctx)
	if err != nil || total == 0 {
		return err
	}
	switch {
	case l.needle == "":
		return l.fromLanes(ctx)
	case total <= fewItems:
		if err := l.countMatches(ctx); err != nil {
			return err
		}
		return l.fromLanes(ctx)
	case utf8.RuneCountInString(l.needle) < 3:
		return l.fromWindow(ctx)
	}
	return l.fromSearch(ctx)
}

// lastRun finds the run that is shown when none is named.
func (l *itemList) lastRun(ctx context.Context) (bool, error) {
	l.page.Run = l.f.Run
	if l.f.Run != "" || l.f.AllRuns || !l.f.Since.IsZero() {
		return true, nil
	}
	w := where{}
	w.and(`started_at > 0`)
	if l.f.Account != "" {
		w.and(`account = %s`, l.f.Account)
	}
	if l.f.Endpoint != "" {
		w.and(`endpoint = %s`, string(l.f.Endpoint))
	}
	runs, err := l.texts(ctx, `SELECT id FROM publications`+w.text()+` ORDER BY started_at DESC, id DESC LIMIT 1`, w.args...)
	if len(runs) > 0 {
		l.page.Run = runs[0]
	}
	return len(runs) > 0, err
}

// since turns a moment into an id: ids go up with time, but for transactions that ran side by side.
func (l *itemList) since(ctx context.Context) (bool, error) {
	if l.f.Since.IsZero() {
		return true, nil
	}
	const sideBySide = 10_000
	var low int64
	err := l.read(ctx, `SELECT COALESCE(MIN(o.id), 0) FROM (SELECT id FROM run_items WHERE created_at >= $1 ORDER BY created_at LIMIT 1000) o`,
		func(rows *sql.Rows) error { return rows.Scan(&low) }, micro(l.f.Since))
	l.low = max(low-sideBySide, 0)
	return low > 0, err
}

// scope is what a list is narrowed down by first, so that one index serves it: a run, an account, or nothing.
func (l *itemList) scope(w *where) {
	switch {
	case l.page.Run != "":
		w.and(`i.run_id = %s`, l.page.Run)
	case l.f.Account != "":
		w.and(`i.account = %s`, l.f.Account)
	}
}

// rest is what the lanes do not say.
func (l *itemList) rest(w *where) {
	if l.page.Run != "" && l.f.Account != "" {
		w.and(`i.account = %s`, l.f.Account)
	}
	if !l.f.Since.IsZero() {
		w.and(`i.created_at >= %s`, micro(l.f.Since))
	}
}

// findLanes finds which lanes there are in the scope, from one to the next, and keeps those of the filter.
func (l *itemList) findLanes(ctx context.Context) error {
	first, next := where{}, where{}
	l.scope(&first)
	next.args = first.args
	l.scopeAgain(&next)
	next.and(`i.lane > t.lane`)
	lanes, err := l.texts(ctx, `WITH RECURSIVE t (lane) AS (SELECT MIN(i.lane) FROM run_items i`+first.text()+`
		UNION ALL SELECT (SELECT MIN(i.lane) FROM run_items i`+next.text()+`) FROM t WHERE t.lane IS NOT NULL)
		SELECT t.lane FROM t WHERE t.lane IS NOT NULL`, first.args...)
	for _, lane := range lanes {
		if (l.f.Endpoint == "" || strings.HasPrefix(lane, string(l.f.Endpoint)+"/")) && (l.f.Type == "" || strings.Contains(lane, "/"+l.f.Type+"/")) {
			l.lanes = append(l.lanes, lane)
		}
	}
	return err
}

// scopeAgain is scope with the parameter that is there already.
func (l *itemList) scopeAgain(w *where) {
	switch {
	case l.page.Run != "":
		w.and(`i.run_id = $1`)
	case l.f.Account != "":
		w.and(`i.account = $1`)
	}
}

// statusOf is the status that a lane is of.
func statusOf(lane string) ItemStatus { return ItemStatus(lane[strings.LastIndex(lane, "/")+1:]) }

// chosen are the lanes of the filter's status, too.
func (l *itemList) chosen() []string {
	if l.f.Status == "" {
		return l.lanes
	}
	return slices.DeleteFunc(slices.Clone(l.lanes), func(lane string) bool { return statusOf(lane) != l.f.Status })
}

// laneCount is one lane, counted so far.
type laneCount struct {
	lane        string
	n           int
	first, last int64
}

// countLanes counts the items of each lane up to a bound; like: only those whose reference has the needle.
func (l *itemList) countLanes(ctx context.Context, most int, low int64, like bool) ([]laneCount, error) {
	w := where{args: []any{texts(l.lanes)}}
	l.scope(&w)
	w.and(`i.lane = r.value ->> 0`)
	w.and(`i.id >= %s`, max(low, l.low))
	ends := w
	ends.conditions = slices.Clone(w.conditions)
	l.rest(&w)
	if like {
		w.and(`i.folded LIKE %s ESCAPE '!'`, likePart(l.needle))
	}
	var out []laneCount
	err := l.read(ctx, `SELECT r.value ->> 0, (SELECT COUNT(*) FROM (SELECT 1 FROM run_items i`+w.text()+` LIMIT `+w.arg(most)+`) x),
			COALESCE((SELECT MIN(i.id) FROM run_items i`+ends.text()+`), 0), COALESCE((SELECT MAX(i.id) FROM run_items i`+ends.text()+`), 0)
		FROM {{rows 1}}`, func(rows *sql.Rows) error {
		var c laneCount
		err := rows.Scan(&c.lane, &c.n, &c.first, &c.last)
		out = append(out, c)
		return err
	}, w.args...)
	return out, err
}

// count counts what the filter selects, the needle apart, and finds between which ids it lies. The total is exact up to fewItems.
func (l *itemList) count(ctx context.Context) (total int, err error) {
	most := MostCounted + 1
	if l.needle != "" {
		most = fewItems + 1
	}
	counts, err := l.countLanes(ctx, most, 0, false)
	for _, c := range counts {
		total += c.n
		if c.last > 0 && (l.first == 0 || c.first < l.first) {
			l.first = c.first
		}
		l.last = max(l.last, c.last)
	}
	if l.needle == "" {
		l.overview(counts, false)
	}
	return total, err
}

// overview sums lanes by status.
func (l *itemList) overview(counts []laneCount, atLeast bool) {
	for _, c := range counts {
		status := statusOf(c.lane)
		sum := l.page.Overview[status]
		sum.N += c.n
		l.page.Overview[status] = sum
	}
	for status, sum := range l.page.Overview {
		l.page.Overview[status] = Counted{min(sum.N, MostCounted), atLeast || sum.N > MostCounted}
	}
}

// countMatches counts few items by their references.
func (l *itemList) countMatches(ctx context.Context) error {
	counts, err := l.countLanes(ctx, MostCounted+1, 0, true)
	l.overview(counts, false)
	return err
}

// item columns of i.
const itemColumns = `i.id, i.run_id, i.account, i.endpoint, i.type, i.reference, i.parent, i.title, i.status, i.step, i.reason, i.stage, i.issues,
	i.fault_id, i.code, i.request_id, i.listing_id, i.at`

func scanItem(rows *sql.Rows) (PublicationItem, error) {
	var i PublicationItem
	var parent, issues string
	var when int64
	err := rows.Scan(&i.ID, &i.RunID, &i.Account, &i.Endpoint, &i.Type, &i.Reference, &parent, &i.Title, &i.Status, &i.Step, &i.Reason, &i.Stage, &issues,
		&i.FaultID, &i.Code, &i.RequestID, &i.ListingID, &when)
	if err != nil {
		return i, err
	}
	if i.At = at(when); i.Type == listing.KindVariant {
		i.Product = parent
	}
	i.Issues, err = readIssues(issues)
	return i, err
}
