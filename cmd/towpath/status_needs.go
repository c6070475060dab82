package main

import (
	"slices"
	"time"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/starter"
)

// mostParked limits the packages that status lists of one incident; JSON has all.
const mostParked = 3

// showNeeds writes what needs a person, each with the command that helps: of parked packages one for all, and one for each of the first.
func showNeeds(pg *page, n now, at time.Time) {
	yours := incident.ForYou(n.Needs)
	if len(yours) == 0 {
		return
	}
	pg.section("Needs you")
	for _, need := range yours {
		if need.Kind != incident.Parked {
			showNeed(pg, need, at, red)
			continue
		}
		list := slices.DeleteFunc(slices.Clone(n.Parked), func(k parked) bool {
			return k.Account != need.Account || k.code() != need.Code || starter.HeldUntilLive(k.Parked)
		})
		showParkedFor(pg, need, list, at)
	}
}

// code is the code of the incident that it belongs to.
func (k parked) code() string {
	if k.Fault == nil {
		return ""
	}
	return incident.CodeOf(k.Fault.Code, string(k.Fault.Class))
}

// showGood writes what is good to know, and needs nobody.
func showGood(pg *page, n now, at time.Time) {
	head := false
	for _, need := range n.Needs {
		if need.Waits() {
			continue
		}
		if !head {
			pg.section("Good to know")
			head = true
		}
		showNeed(pg, need, at, plain)
	}
}

// showNeed writes what something is about, since when it is so, and on a line of its own the command that helps.
func showNeed(pg *page, n incident.Need, at time.Time, c colour) {
	pg.entry(n.Account, c, sinceWhen(n, at), n.Command)
}

func sinceWhen(n incident.Need, at time.Time) string {
	if n.Since.IsZero() {
		return n.Title
	}
	return n.Title + ", since " + away(n.Since, at)
}

// showParkedFor writes an incident of parked packages, and the first of the packages, the longest waiting first. The remedy stands once,
// with the incident, unless the packages have different ones.
func showParkedFor(pg *page, need incident.Need, list []parked, at time.Time) {
	alike := !slices.ContainsFunc(list, func(k parked) bool { return advised(k) != advised(list[0]) })
	text := sinceWhen(need, at)
	if alike && len(list) > 0 {
		text += advised(list[0])
	}
	pg.entry(need.Account, red, text, need.Command)
	for _, k := range list[:min(len(list), mostParked)] {
		text := "order " + k.Reference
		if k.Package != "" {
			text += ", package " + k.Package
		}
		text += ", parked " + away(k.Since, at) + ": " + starter.ParkedWords(k.Parked, nil).Why()
		if !alike {
			text += advised(k)
		}
		pg.sentence("    ", text)
		pg.line("      %s", k.Command)
	}
	if more := len(list) - mostParked; more > 0 {
		pg.line("    and %d more: the first command retries all", more)
	}
}

// advised returns the title of the remedy of something parked, with its cause and who acts next, behind a colon.
func advised(k parked) string {
	if k.Remedy == nil {
		return ""
	}
	text := ": " + k.Remedy.Title
	if cause := k.Remedy.Cause.Text(); cause != "" {
		text += " (" + cause + ")"
	}
	return text + ", " + k.Remedy.Actor()
}
