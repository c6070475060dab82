package publications

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
)

// CodeNotListed is the issue of an item that the channel has accepted and, asked time and again, does not show.
const CodeNotListed = "listing-not-shown"

// AcceptedListing is a SKU that a channel accepted last with an item, and that was not read back.
type AcceptedListing struct {
	Item       int64 // its id
	Account    string
	Endpoint   channel.Endpoint
	SKU        string
	ChannelSKU string
	ListingID  string    // empty: not known
	SentAt     time.Time // zero: nothing was sent, the channel had it already
}

// ListedStep is what the channel shows of an accepted listing.
type ListedStep struct {
	AcceptedListing
	Step      listing.Step // Listed or Live; empty: the channel shows no such listing
	Unapplied bool         // with an empty Step: there is one, and it is what was there before it was sent
}

// ListedCounts are accepted listings by what the channel shows.
type ListedCounts struct {
	Live    int `json:"live"`
	Listed  int `json:"listed"`  // there, and nobody can buy it
	Waiting int `json:"waiting"` // not shown; it is looked for again
	GivenUp int `json:"givenUp"` // not shown time and again: in error
}

// AcceptedListings answers what an account's channel accepted before a moment and was not asked for since, the longest first. account is the
// one that speaks.
func (s *Store) AcceptedListings(ctx context.Context, account string, acceptedBefore time.Time, limit int) ([]AcceptedListing, error) {
	var out []AcceptedListing
	err := s.Read(ctx, `SELECT o.item, o.account, o.endpoint, o.sku, CASE WHEN o.channel_sku <> '' THEN o.channel_sku ELSE o.sku END, COALESCE(i.listing_id, ''), o.sent_at
		FROM published o LEFT JOIN run_items i ON i.id = o.item WHERE o.through = $1 AND o.item > 0 AND o.shown = 0 AND o.accepted_at < $2
		ORDER BY o.accepted_at, o.account, o.endpoint, o.sku LIMIT $3`, func(rows *sql.Rows) error {
		var a AcceptedListing
		var sent int64
		err := rows.Scan(&a.Item, &a.Account, &a.Endpoint, &a.SKU, &a.ChannelSKU, &a.ListingID, &sent)
		if sent > 0 {
			a.SentAt = db.At(sent)
		}
		out = append(out, a)
		return err
	}, account, db.Micro(acceptedBefore), db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list what %s has accepted and not shown: %w", account, err)
	}
	return out, nil
}

// SaveListedSteps notes what the channel shows of accepted listings. One that it does not show gets its time again, and is in error after the
// seventh time. What was accepted anew meanwhile is left alone. A repetition changes nothing but the calls that are kept with it.
func (s *Store) SaveListedSteps(ctx context.Context, steps []ListedStep, calls ...runs.Call) (ListedCounts, error) {
	var counts ListedCounts
	err := s.Write(ctx, "save what the channel shows", func(ctx context.Context, t *db.Tx) error {
		v := &listedSave{Tx: t}
		for batch := range slices.Chunk(steps, db.BatchRows) {
			if err := v.save(ctx, batch); err != nil {
				return err
			}
		}
		counts = v.counts
		return runs.SaveCalls(ctx, t, calls)
	})
	return counts, err
}

// listedSave is one try at saving what a channel shows.
type listedSave struct {
	*db.Tx
	counts ListedCounts
}

// shownListing is what becomes of an item.
type shownListing struct {
	ListedStep
	givenUp bool
}

// publishedItem is an accepted SKU with the item that it was accepted as.
type publishedItem struct {
	Account  string           `db:"account"`
	Endpoint channel.Endpoint `db:"endpoint"`
	SKU      string           `db:"sku"`
	Item     int64            `db:"item"`
}

// shownStepRow is how far an accepted SKU was shown to be.
type shownStepRow struct {
	publishedItem
	Step    listing.Step `db:"step"`
	GivenUp bool         `db:"given_up"`
	Issues  string       `db:"issues"`
}

func (v *listedSave) save(ctx context.Context, steps []ListedStep) error {
	rows, err := v.judge(ctx, steps)
	if err != nil || len(rows) == 0 {
		return err
	}
	told := db.RowsBy(rows, func(r shownListing) shownStepRow {
		issues := "[]"
		if r.givenUp {
			issues = jsonIssues([]listing.Issue{notListed(r.Unapplied)})
		}
		return shownStepRow{publishedItem{r.Account, r.Endpoint, r.SKU, r.Item}, r.Step, r.givenUp, issues}
	})
	for _, text := range []string{markShown, markItems, markProducts} {
		if _, err := v.Exec(ctx, toldSteps+text, told, v.Now); err != nil {
			return err
		}
	}
	return v.recount(ctx, rows)
}

// notListed is the issue of an item that was accepted and, asked time and again, is not shown.
func notListed(unapplied bool) listing.Issue {
	i := listing.Issue{Stage: listing.Response, Severity: listing.Error, Code: CodeNotListed,
		Message: "the channel accepted it and shows no such listing", Want: "publish it again, or look for it in the channel's own pages"}
	if unapplied {
		i.Message = "the channel accepted what was sent and never applied it: the listing is as it was before"
	}
	return i
}

// judge reads and locks what still waits for this answer.
func (v *listedSave) judge(ctx context.Context, steps []ListedStep) ([]shownListing, error) {
	misses := map[int64]int{}
	err := v.Query(ctx, `SELECT o.item, o.misses FROM {{rows 1}} CROSS JOIN published o
		WHERE o.account = r.account AND o.endpoint = r.endpoint AND o.sku = r.sku AND o.item = r.item AND o.shown = 0
		ORDER BY o.account, o.endpoint, o.sku {{lock o}}`, func(rows *sql.Rows) error {
		var item int64
		var n int
		err := rows.Scan(&item, &n)
		misses[item] = n
		return err
	}, db.RowsBy(steps, func(l ListedStep) publishedItem { return publishedItem{l.Account, l.Endpoint, l.SKU, l.Item} }))
	var out []shownListing
	for _, l := range steps {
		n, ok := misses[l.Item]
		if !ok {
			continue
		}
		delete(misses, l.Item) // what is told twice counts once
		r := shownListing{ListedStep: l}
		switch {
		case l.Step == listing.Live:
			v.counts.Live++
		case l.Step != listing.Selected:
			v.counts.Listed++
		case n+1 >= levels.MaxMisses:
			v.counts.GivenUp++
			r.givenUp = true
		default:
			v.counts.Waiting++
		}
		out = append(out, r)
	}
	return out, err
}

const toldSteps = `WITH told AS MATERIALIZED (SELECT {{values 1}}, CAST($2 AS BIGINT) AS now FROM {{rows 1}})`

const markShown = `
	UPDATE published SET shown = CASE WHEN told.step <> '' OR told.given_up = 1 THEN 1 ELSE 0 END,
		misses = CASE WHEN told.step = '' THEN misses + 1 ELSE 0 END, accepted_at = CASE WHEN told.step = '' THEN told.now ELSE accepted_at END
	FROM told WHERE published.account = told.account AND published.endpoint = told.endpoint AND published.sku = told.sku`

const markItems = `
	UPDATE run_items SET step = CASE WHEN told.step <> '' THEN told.step ELSE run_items.step END, at = told.now,
		status = CASE WHEN told.given_up = 1 THEN 'error' ELSE status END, stage = CASE WHEN told.given_up = 1 THEN 'response' ELSE stage END,
		code = CASE WHEN told.given_up = 1 THEN '` + CodeNotListed + `' ELSE code END,
		issues = CASE WHEN told.given_up = 1 THEN told.issues ELSE run_items.issues END
	FROM told WHERE run_items.id = told.item AND (told.step <> '' OR told.given_up = 1)`

// A product is as far as the least of its variants that are done.
const markProducts = `, families AS MATERIALIZED (SELECT DISTINCT i.run_id, i.parent FROM told CROSS JOIN run_items i WHERE i.id = told.item AND i.parent <> ''),
	steps AS MATERIALIZED (SELECT f.run_id, f.parent, MIN(CASE WHEN i.status = 'error' OR i.step = 'live' THEN 2 WHEN i.step = 'listed' THEN 1 ELSE 0 END) AS least,
			SUM(CASE WHEN i.status = 'error' THEN 1 ELSE 0 END) AS failed, MAX(CASE WHEN i.code = '` + CodeNotListed + `' THEN 1 ELSE 0 END) AS missing, COUNT(*) AS n
		FROM families f JOIN run_items i ON i.run_id = f.run_id AND i.parent = f.parent AND i.parent <> '' AND i.type = 'variant' AND i.status IN ('done', 'error')
		GROUP BY f.run_id, f.parent)
	UPDATE run_items SET step = CASE WHEN steps.failed = steps.n THEN step WHEN steps.least = 2 THEN 'live' WHEN steps.least = 1 THEN 'listed' ELSE step END,
		at = CAST($2 AS BIGINT),
		status = CASE WHEN steps.failed = steps.n THEN 'error' ELSE status END, stage = CASE WHEN steps.failed = steps.n THEN 'response' ELSE stage END,
		code = CASE WHEN steps.failed = steps.n THEN '` + CodeNotListed + `' ELSE code END,
		reason = CASE WHEN steps.missing = 1 THEN CAST(steps.failed AS TEXT) || ' of ' || CAST(steps.n AS TEXT) || ' variants are in error' ELSE reason END
	FROM steps WHERE run_items.run_id = steps.run_id AND run_items.reference = steps.parent AND run_items.type = 'product' AND run_items.status = 'done'
		AND (steps.least > 0 OR steps.missing = 1)`

// recount keeps the counts of runs with their items, where one of them is in error now.
func (v *listedSave) recount(ctx context.Context, rows []shownListing) error {
	failed := slices.DeleteFunc(slices.Clone(rows), func(r shownListing) bool { return !r.givenUp })
	if len(failed) == 0 {
		return nil
	}
	var runs []string
	err := v.Query(ctx, `SELECT DISTINCT i.run_id FROM {{rows 1}} CROSS JOIN run_items i WHERE i.id = r.value ORDER BY i.run_id`,
		func(rows *sql.Rows) error {
			var run string
			err := rows.Scan(&run)
			runs = append(runs, run)
			return err
		}, db.RowsBy(failed, func(r shownListing) int64 { return r.Item }))
	for _, run := range runs {
		var c message.PublicationCounts
		if c, err = countPublication(ctx, v.Tx, run); err != nil {
			return err
		}
		if _, err := v.Exec(ctx, `UPDATE publications SET done = $2, refused = $3, warnings = $4 WHERE id = $1`, run, c.Done, c.Refused, c.Warnings); err != nil {
			return err
		}
		if _, err := v.Exec(ctx, `UPDATE runs SET saved = $2, errors = $3 WHERE id = $1 AND ended_at > 0`, run, c.Done, c.Refused+c.Invalid); err != nil {
			return err
		}
	}
	return err
}
