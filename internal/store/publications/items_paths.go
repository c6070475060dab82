package publications

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// readPage reads a page of ids from low on: the newest items of each lane, and of those the newest.
func (l *itemList) readPage(ctx context.Context, low int64) error {
	var found []PublicationItem
	for lanes := range slices.Chunk(l.chosen(), mostLanes) {
		w := db.Where{}
		var branches []string
		for n, lane := range lanes {
			w.Conditions = nil
			l.scope(&w)
			w.And(`i.lane = %s`, string(lane))
			l.bounds(&w, low)
			l.rest(&w)
			if l.needle != "" {
				w.And(`i.folded LIKE %s ESCAPE '!'`, db.LikePart(l.needle))
			}
			branches = append(branches, fmt.Sprintf(`SELECT b%d.id FROM (SELECT i.id FROM run_items i%s ORDER BY i.id DESC LIMIT %d) b%d`, n, w.Text(), l.limit+1, n))
		}
		err := l.Read(ctx, `SELECT `+itemColumns+` FROM run_items i WHERE i.id IN (`+strings.Join(branches, " UNION ALL ")+`) ORDER BY i.id DESC LIMIT `+w.Arg(l.limit+1),
			func(rows *sql.Rows) error {
				i, err := scanItem(rows)
				found = append(found, i)
				return err
			}, w.Args...)
		if err != nil {
			return err
		}
	}
	slices.SortFunc(found, func(a, b PublicationItem) int { return cmp.Compare(b.ID, a.ID) })
	l.cut(found)
	return nil
}

// bounds are the ids that limit a page.
func (l *itemList) bounds(w *db.Where, low int64) {
	w.And(`i.id >= %s`, max(low, l.low))
	if l.f.After > 0 {
		w.And(`i.id < %s`, l.f.After)
	}
}

// cut makes a page from the found items, of which there is one extra when more follow.
func (l *itemList) cut(found []PublicationItem) {
	if len(found) > l.limit {
		found = found[:l.limit]
		l.page.Next = found[l.limit-1].ID
	}
	l.page.Items = append(l.page.Items, found...)
}

// fromWindow searches the newest items below the previous page. Older ones belong to the next page.
func (l *itemList) fromWindow(ctx context.Context) error {
	if err := l.count(ctx, l.last-backorderedWindow, l.last-backorderedWindow > l.first); err != nil {
		return err
	}
	top := l.last + 1
	if l.f.After > 0 {
		top = min(top, l.f.After)
	}
	low := top - backorderedWindow
	if err := l.readPage(ctx, low); err != nil {
		return err
	}
	if l.page.Next == 0 && low > l.first {
		l.page.Next = low
	}
	return nil
}

// fromSearch finds items through the index of three-letter sequences.
func (l *itemList) fromSearch(ctx context.Context) error {
	if err := l.findRare(ctx); err != nil {
		return err
	}
	if err := l.countSearch(ctx); err != nil {
		return err
	}
	w := l.searched()
	w.And(`{{found}} >= %s`, max(l.first, l.low))
	w.And(`{{found}} <= %s`, l.last)
	if l.f.After > 0 {
		w.And(`{{found}} < %s`, l.f.After)
	}
	if l.f.Status != "" {
		w.And(`i.status = %s`, string(l.f.Status))
	}
	var found []PublicationItem
	err := l.Read(ctx, `SELECT `+itemColumns+` FROM {{searched}}`+w.Text()+` ORDER BY {{found}} DESC LIMIT `+w.Arg(l.limit+1), func(rows *sql.Rows) error {
		i, err := scanItem(rows)
		found = append(found, i)
		return err
	}, w.Args...)
	l.cut(found)
	return err
}

// findRare returns the needle's three-letter sequence with the fewest items, or the two rarest if all are common.
func (l *itemList) findRare(ctx context.Context) error {
	if !l.RareLetters() {
		return nil
	}
	letters := []rune(l.needle)
	var threes []string
	for n := range min(len(letters)-2, mostLetters) {
		threes = append(threes, db.Quoted(string(letters[n:n+3])))
	}
	rarest := make([]string, 0, len(threes))
	few := false
	err := l.Read(ctx, `SELECT r.value, (SELECT COUNT(*) FROM (SELECT 1 FROM run_item_search f WHERE f.run_item_search MATCH r.value LIMIT $2) x) AS n
		FROM {{rows 1}} ORDER BY n`, func(rows *sql.Rows) error {
		var three string
		var n int
		err := rows.Scan(&three, &n)
		few = few || n < rareItems
		rarest = append(rarest, three)
		return err
	}, db.Texts(threes), rareItems)
	if rarest = slices.Compact(rarest); len(rarest) > 1 && !few {
		// Which one is rarest is unknown: use those at the end, because references begin alike.
		l.rare = threes[len(threes)-1] + " AND " + threes[max(0, len(threes)-4)]
		return err
	}
	l.rare = rarest[0]
	return err
}

// searched returns the condition of the needle and the filter, without the status.
func (l *itemList) searched() db.Where {
	w := db.Where{}
	if l.RareLetters() {
		w.And(`f.run_item_search MATCH %s`, l.rare)
	}
	w.And(`i.folded LIKE %s ESCAPE '!'`, db.LikePart(l.needle))
	l.scope(&w)
	l.rest(&w)
	for _, one := range []struct{ column, value string }{{`i.endpoint`, string(l.f.Endpoint)}, {`i.type`, l.f.Type}} {
		if one.value != "" {
			w.And(one.column+` = %s`, one.value)
		}
	}
	return w
}

// countSearch counts the first matches, whatever their status.
func (l *itemList) countSearch(ctx context.Context) error {
	w := l.searched()
	w.And(`{{found}} >= %s`, max(l.first, l.low))
	w.And(`{{found}} <= %s`, l.last)
	counts, all := map[runs.ItemStatus]int{}, 0
	err := l.Read(ctx, `SELECT x.status, COUNT(*) FROM (SELECT i.status FROM {{searched}}`+w.Text()+` LIMIT `+w.Arg(fewItems)+`) x GROUP BY x.status`,
		func(rows *sql.Rows) error {
			var status runs.ItemStatus
			var n int
			err := rows.Scan(&status, &n)
			all += n
			counts[status] = n
			return err
		}, w.Args...)
	for _, lane := range l.lanes {
		l.counted(statusOf(lane), counts[statusOf(lane)], all >= fewItems)
	}
	return err
}
