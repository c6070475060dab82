package publications

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
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// Bounds of a list of items.
const (
	// MostCounted is how far the items of a status are counted: "1,000+".
	MostCounted = 1_000
	pageItems   = 25
	fewItems    = 2_000 // so many are looked through one by one for a part of a reference
	shortWindow = 5_000 // so many at a time for a part of one or two characters
	mostLanes   = 100   // in one statement
	mostLetters = 24    // of a part are looked up
	rareItems   = 1_000 // letters that so many items have are common
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

// PublicationItems lists items of runs. How long it takes does not depend on how many there are: every choice is answered from an index, a part
// of three characters or more from one of three letters each, and a shorter one by looking through the newest of them, page by page.
func (s *Store) PublicationItems(ctx context.Context, filter ItemFilter) (ItemsPage, error) {
	l := &itemList{Store: s, f: filter, page: ItemsPage{Items: []PublicationItem{}, Overview: map[runs.ItemStatus]Counted{}}}
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
		return l.take(ctx, 0)
	}
	total, err := l.size(ctx)
	switch {
	case err != nil || total == 0:
		return err
	case total <= fewItems:
		if err := l.count(ctx, 0, false); err != nil {
			return err
		}
		return l.take(ctx, 0)
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
	w := db.Where{}
	w.And(`started_at > 0`)
	if l.f.Account != "" {
		w.And(`account = %s`, l.f.Account)
	}
	if l.f.Endpoint != "" {
		w.And(`endpoint = %s`, string(l.f.Endpoint))
	}
	runs, err := l.texts(ctx, `SELECT id FROM publications`+w.Text()+` ORDER BY started_at DESC, id DESC LIMIT 1`, w.Args...)
	if len(runs) > 0 {
		l.page.Run = runs[0]
	}
	return len(runs) > 0, err
}

// since turns a moment into an id, for ids go up with time. Transactions that ran side by side may have mixed theirs: the least of the first
// thousand is taken.
func (l *itemList) since(ctx context.Context) (bool, error) {
	if l.f.Since.IsZero() {
		return true, nil
	}
	err := l.Read(ctx, `SELECT COALESCE(MIN(o.id), 0) FROM (SELECT id FROM run_items WHERE created_at >= $1 ORDER BY created_at LIMIT 1000) o`,
		func(rows *sql.Rows) error { return rows.Scan(&l.low) }, db.Micro(l.f.Since))
	return l.low > 0, err
}

// scope is what a list is narrowed down by first, so that one index serves it: a run, an account, or nothing.
func (l *itemList) scope(w *db.Where) {
	switch {
	case l.page.Run != "":
		w.And(`i.run_id = %s`, l.page.Run)
	case l.f.Account != "":
		w.And(`i.account = %s`, l.f.Account)
	}
}

// rest is what the lanes do not say.
func (l *itemList) rest(w *db.Where) {
	if l.page.Run != "" && l.f.Account != "" {
		w.And(`i.account = %s`, l.f.Account)
	}
}

// findLanes finds which lanes there are in the scope, from one to the next, and keeps those of the filter.
func (l *itemList) findLanes(ctx context.Context) error {
	first, next := db.Where{}, db.Where{}
	l.scope(&first)
	next.Args = first.Args
	l.scopeAgain(&next)
	next.And(`i.lane > t.lane`)
	lanes, err := l.texts(ctx, `WITH RECURSIVE t (lane) AS (SELECT MIN(i.lane) FROM run_items i`+first.Text()+`
		UNION ALL SELECT (SELECT MIN(i.lane) FROM run_items i`+next.Text()+`) FROM t WHERE t.lane IS NOT NULL)
		SELECT t.lane FROM t WHERE t.lane IS NOT NULL`, first.Args...)
	for _, text := range lanes {
		if lane := publication.Lane(text); lane.Of(string(l.f.Endpoint), l.f.Type) {
			l.lanes = append(l.lanes, lane)
		}
	}
	return err
}

// scopeAgain is scope with the parameter that is there already.
func (l *itemList) scopeAgain(w *db.Where) {
	switch {
	case l.page.Run != "":
		w.And(`i.run_id = $1`)
	case l.f.Account != "":
		w.And(`i.account = $1`)
	}
}

// statusOf is the status that a lane is of.
func statusOf(lane publication.Lane) runs.ItemStatus { return runs.ItemStatus(lane.Status()) }

// chosen are the lanes of the filter's status, too.
func (l *itemList) chosen() []publication.Lane {
	if l.f.Status == "" {
		return l.lanes
	}
	return slices.DeleteFunc(slices.Clone(l.lanes), func(lane publication.Lane) bool { return statusOf(lane) != l.f.Status })
}

// ofLanes begins a statement with the lanes as a table, each with its status.
const ofLanes = `WITH lanes AS MATERIALIZED (SELECT r.lane, r.status FROM {{rows 1}}) `

func (l *itemList) lanesTable() *db.RowTable {
	rows := make([]laneRow, len(l.lanes))
	for i, lane := range l.lanes {
		rows[i] = laneRow{lane, statusOf(lane)}
	}
	return db.RowsOf(rows)
}

// laneRow is a lane with the status that its items have.
type laneRow struct {
	Lane   publication.Lane `db:"lane"`
	Status runs.ItemStatus  `db:"status"`
}

// size finds between which ids the lanes lie, and how many items they have, up to a bound.
func (l *itemList) size(ctx context.Context) (total int, err error) {
	w := db.Where{Args: []any{l.lanesTable()}}
	l.scope(&w)
	w.And(`i.lane = q.lane AND i.id >= %s`, l.low)
	err = l.Read(ctx, ofLanes+`SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM lanes q CROSS JOIN run_items i`+w.Text()+` LIMIT `+w.Arg(fewItems+1)+`) x),
			COALESCE(MIN(y.first), 0), COALESCE(MAX(y.last), 0)
		FROM (SELECT (SELECT MIN(i.id) FROM run_items i`+w.Text()+`) AS first, (SELECT MAX(i.id) FROM run_items i`+w.Text()+`) AS last FROM lanes q) y`,
		func(rows *sql.Rows) error { return rows.Scan(&total, &l.first, &l.last) }, w.Args...)
	return total, err
}

// count counts the items of each status, up to a bound, from an id on; atLeast says that there are others below it.
func (l *itemList) count(ctx context.Context, low int64, atLeast bool) error {
	w := db.Where{Args: []any{l.lanesTable()}}
	l.scope(&w)
	w.And(`q.status = s.status AND i.lane = q.lane AND i.id >= %s`, max(low, l.low))
	l.rest(&w)
	if l.needle != "" {
		w.And(`i.folded LIKE %s ESCAPE '!'`, db.LikePart(l.needle))
	}
	return l.Read(ctx, ofLanes+`SELECT s.status, (SELECT COUNT(*) FROM (SELECT 1 FROM lanes q CROSS JOIN run_items i`+w.Text()+` LIMIT `+w.Arg(MostCounted+1)+`) x)
		FROM (SELECT DISTINCT status FROM lanes) s`, func(rows *sql.Rows) error {
		var status runs.ItemStatus
		var n int
		err := rows.Scan(&status, &n)
		l.counted(status, n, atLeast)
		return err
	}, w.Args...)
}

// counted notes how many items of a status there are.
func (l *itemList) counted(status runs.ItemStatus, n int, atLeast bool) {
	if n > 0 || atLeast {
		l.page.Overview[status] = Counted{min(n, MostCounted), atLeast || n > MostCounted}
	}
}

// itemColumns are those of i.
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
	if i.At = db.At(when); i.Type == listing.KindVariant {
		i.Product = parent
	}
	i.Issues, err = readIssues(issues)
	return i, err
}
