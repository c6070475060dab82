package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// itemsShown is a page of items.
type itemsShown struct {
	Run      string                                   `json:"run,omitempty"` // the run of the items; empty: several
	Overview map[runs.ItemStatus]publications.Counted `json:"overview"`
	Items    []itemShown                              `json:"items"`
	Next     int64                                    `json:"after,omitempty"` // for the next page; 0: there is none
	unfold   unfolding
	filtered bool // a filter was given
}

// unfolding is how much of the errors is shown below a list.
type unfolding int

const (
	folded   unfolding = iota
	inBrief            // the issues of each item, and each remedy once
	entirely           // each item with everything known about it
)

// itemShown is an item with the remedies for its errors.
type itemShown struct {
	publications.PublicationItem
	Channel  channel.Kind    `json:"channel,omitempty"`
	Remedies []remedy.Remedy `json:"remedies,omitempty"`
}

func showItems(pg *page, shown itemsShown) {
	if shown.Run != "" {
		pg.line("Run %s: %s.", shown.Run, overviewText(shown.Overview))
	} else {
		pg.line("%s.", overviewText(shown.Overview))
	}
	if len(shown.Items) == 0 {
		pg.sentence("", wording.NoItems.Text(shown.filtered))
		return
	}
	itemTable(pg, shown.Items)
	switch {
	case shown.unfold == entirely:
		for _, item := range shown.Items {
			if item.Status == runs.ItemError || len(item.Issues) > 0 {
				unfold(pg, item)
			}
		}
	case shown.unfold == inBrief:
		brief(pg, shown.Items)
	case shown.Overview[runs.ItemError].N > 0:
		pg.line("\nErrors in full: the same command with --verbose, or `towpath items --reference REFERENCE`.")
	}
	if i := slices.IndexFunc(shown.Items, func(i itemShown) bool { return i.Status == runs.ItemError && i.RequestID != "" }); i >= 0 {
		item := shown.Items[i]
		pg.sentence("", "For the channel's support: `towpath support item "+shellWord(item.Reference)+" --account "+item.Account+" --out case.zip`.")
	}
	if shown.Next != 0 {
		pg.line("\nMore: the same command with --after %d", shown.Next)
	}
}

// overviewText returns the counts of items by status. Large counts are cut off: "1,000+".
func overviewText(by map[runs.ItemStatus]publications.Counted) string {
	var parts []string
	for _, s := range []runs.ItemStatus{runs.ItemDone, runs.ItemError, runs.ItemPending, runs.ItemSkipped} {
		parts = append(parts, wording.AtLeast(by[s].N, by[s].AtLeast)+" "+string(s))
	}
	return strings.Join(parts, ", ")
}

func itemTable(pg *page, items []itemShown) {
	several := slices.ContainsFunc(items, func(i itemShown) bool { return i.Account != items[0].Account })
	head := []string{"REFERENCE", "TYPE", "STATUS", "STEP", "ENDPOINT", "WHEN", "WHAT"}
	if several { // the account takes the place of the time; the console has room for both
		head = []string{"REFERENCE", "ACCOUNT", "TYPE", "STATUS", "STEP", "ENDPOINT", "WHAT"}
	}
	rows := make([][]cell, len(items))
	for i, item := range items {
		kind, status, step := word(string(item.Type)), tinted(string(item.Status), colours[starter.ItemTone(item.Status)]), word(dash(string(item.Step)))
		what := word(starter.Outcome(item.PublicationItem, item.Channel)).prose()
		endpoint := tinted(string(item.Endpoint), when(item.Endpoint == channel.Test, yellow))
		if several {
			rows[i] = []cell{word(item.Reference), word(item.Account), kind, status, step, endpoint, what}
			continue
		}
		rows[i] = []cell{word(item.Reference), kind, status, step, endpoint, word(away(item.At, time.Now())), what}
	}
	pg.table(head, rows)
}

// brief shows the issues of each item, and each remedy once. Items in error only because of another item are left out.
func brief(pg *page, items []itemShown) {
	var todo []remedy.Remedy
	for _, i := range items {
		if len(i.Issues) == 0 || i.Code == publication.CodeProductFailed {
			continue
		}
		title := i.Reference + ": " + starter.Outcome(i.PublicationItem, i.Channel)
		if i.RequestID != "" {
			title += ", request id " + i.RequestID
		}
		pg.section(title)
		for n, issue := range i.Issues {
			showIssue(pg, n+1, issue, i.RequestID)
		}
		for _, r := range i.Remedies {
			if !slices.ContainsFunc(todo, func(known remedy.Remedy) bool { return known.Code == r.Code }) {
				todo = append(todo, r)
			}
		}
	}
	if len(todo) > 0 {
		pg.section("What to do")
		showRemedies(pg, todo)
	}
}

func showRemedies(pg *page, list []remedy.Remedy) {
	for _, r := range list {
		pg.sentence("  ", r.Title+" ("+r.Actor()+"):")
		for n, step := range r.Steps {
			pg.sentence(fmt.Sprintf("    %d. ", n+1), step)
		}
	}
}

// unfold shows everything known about an item.
func unfold(pg *page, i itemShown) {
	title := i.Reference + ": " + starter.Outcome(i.PublicationItem, i.Channel)
	if i.Product != "" && i.Product != i.Reference {
		title = i.Reference + " of product " + i.Product + ": " + starter.Outcome(i.PublicationItem, i.Channel)
	}
	pg.section(title)
	rows := [][]cell{
		words("  account", i.Account), words("  endpoint", string(i.Endpoint)), words("  when", pg.moment(i.Account, i.At)),
		words("  request id", dash(i.RequestID)), words("  run", i.RunID),
	}
	if i.Reason != "" && i.Reason != starter.Outcome(i.PublicationItem, i.Channel) {
		rows = append(rows, []cell{word("  reason"), word(i.Reason).prose()})
	}
	if i.ListingID != "" {
		rows = append(rows, words("  listing", i.ListingID))
	}
	if i.FaultID != "" {
		rows = append(rows, words("  channel's own words", "error "+i.FaultID+" in the console"))
	}
	pg.table(nil, rows)
	for n, issue := range i.Issues {
		showIssue(pg, n+1, issue, i.RequestID)
	}
	if len(i.Remedies) > 0 {
		pg.line("  What to do")
		showRemedies(pg, i.Remedies)
	}
}

func showIssue(pg *page, n int, issue listing.Issue, requestID string) {
	text := issue.Code
	if issue.Severity != listing.Error {
		text = string(issue.Severity) + " " + text
	}
	if at := whereIn(issue); at != "" {
		text += " at " + at
	}
	pg.sentence(fmt.Sprintf("  %d. ", n), text+": "+issue.Message)
	if issue.Want != "" {
		pg.sentence("     want: ", issue.Want)
	}
	if issue.RequestID != "" && issue.RequestID != requestID {
		pg.sentence("     request id: ", issue.RequestID)
	}
}

// whereIn returns the field that an issue is about, or else the channel's names for it.
func whereIn(issue listing.Issue) string {
	if issue.Pointer != "" {
		return issue.Pointer
	}
	return strings.Join(issue.Attributes, ", ")
}
