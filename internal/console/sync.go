package console

import (
	"context"
	"net/http"
	"time"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

const (
	// syncHolds is how long what is in progress is reused for all pages, and syncTimeout how long it may take to find out: a query of a
	// workflow takes a second at most.
	syncHolds   = 2 * time.Second
	syncTimeout = 3 * time.Second
	// syncShown is how many entries of each kind the header unfolds.
	syncShown = 5
	// overFor is how long an incident that is over is listed.
	overFor = 24 * time.Hour
)

// syncNow returns what is in progress and queued, about syncHolds old. The result must not be changed.
func (c *console) syncNow(ctx context.Context, g *glance) (starter.Syncing, error) {
	return c.syncing.get(ctx, syncHolds, func(ctx context.Context) (starter.Syncing, error) {
		noTemporal := ""
		if !c.reachable(ctx) {
			noTemporal = wording.NoTemporal
		}
		ctx, cancel := context.WithTimeout(ctx, syncTimeout)
		defer cancel()
		return c.starter.Syncing(ctx, noTemporal, g.accounts)
	})
}

// runningRow is a run in progress.
type runningRow struct {
	starter.Working
	Href, Link string
}

// syncHead is the sync status in the header of every page: counts, which unfold to the first entries.
type syncHead struct {
	Syncing starter.Syncing
	Counts  wording.Syncing
	Running []runningRow
	Queued  []starter.Queued
	Needs   []incident.Need
	More    int // entries that are not shown
}

// syncHead returns the header's part. If the store does not answer, a page is shown without what runs.
func (c *console) syncHead(ctx context.Context, g *glance) syncHead {
	now, _ := c.syncNow(ctx, g)
	needs := incident.ForYou(g.needs)
	h := syncHead{Syncing: now, Counts: now.Counts(len(needs)), Running: c.runningRows(now.Running[:min(len(now.Running), syncShown)]),
		Queued: now.Queued[:min(len(now.Queued), syncShown)], Needs: needs[:min(len(needs), syncShown)]}
	h.More = len(now.Running) + len(now.Queued) + len(needs) - len(h.Running) - len(h.Queued) - len(h.Needs)
	return h
}

func (c *console) runningRows(list []starter.Working) []runningRow {
	rows := make([]runningRow, len(list))
	for i, w := range list {
		rows[i] = runningRow{Working: w, Link: c.workflowLink(w.WorkflowID), Href: "/orders?shipments=pending&account=" + w.Account}
		if w.RunID != "" {
			rows[i].Href = "/runs/" + w.RunID
		}
	}
	return rows
}

// syncPage is the page of the sync status.
type syncPage struct {
	syncHead
	Line wording.Said
	Over []incident.Incident // that ended in the last day
}

func (c *console) syncStatus(ctx context.Context, _ *http.Request) (view, error) {
	g, err := c.glance(ctx)
	if err != nil {
		return view{}, err
	}
	now, err := c.syncNow(ctx, g)
	if err != nil {
		return view{}, err
	}
	all, err := c.starter.Store.Incidents.List(ctx, "", true)
	if err != nil {
		return view{}, err
	}
	needs := incident.ForYou(g.needs)
	counts := now.Counts(len(needs))
	p := syncPage{syncHead: syncHead{Syncing: now, Counts: counts, Running: c.runningRows(now.Running), Queued: now.Queued, Needs: needs}, Line: counts.Line()}
	for _, i := range all {
		if !i.Open && time.Since(i.ChangedAt) < overFor {
			p.Over = append(p.Over, i)
		}
	}
	return view{Title: "Sync status", Section: "Activity", Template: "sync", Data: p}, nil
}
