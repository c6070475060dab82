package main

import (
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// whereTo returns what happens to the run.
func whereTo(out published) string {
	text := "Run " + out.Run.ID
	if out.Run.DryRun {
		text += ": only Towpath's own check, nothing is sent"
	}
	if out.Behind != "" {
		return text + ", is queued behind " + out.Behind + "."
	}
	return text + "."
}

func showPublished(pg *page, out published) {
	run := out.Run
	if !run.DryRun {
		pg.sentence("", out.Means)
	}
	if out.Items == nil {
		pg.line("%s", whereTo(out))
		pg.line("`towpath runs` shows it; `towpath items --run %s` shows what became of each item.", run.ID)
		return
	}
	pg.line("%s %s, %s: %s.", run.Account, string(run.Endpoint), goodsOf(run), endOf(run))
	showItems(pg, *out.Items)
	if run.Counts.Invalid+run.Counts.Refused > 0 {
		pg.line("\nWhen they are corrected: `towpath publish --account %s --errors --endpoint %s --wait`.", run.Account, run.Endpoint)
	}
}

// endOf returns how a run ended and how long it took, or its current step.
func endOf(run publications.Publication) string {
	text := starter.PublicationWords(run).State().Text
	if run.EndedAt.IsZero() {
		return text
	}
	if took := wording.Between(run.StartedAt, run.EndedAt); took != "" {
		text += " after " + took
	}
	if run.DryRun && !run.Stopped {
		text += ", nothing was sent"
	}
	return text
}

// goodsOf returns which products a run has.
func goodsOf(run publications.Publication) string {
	s := run.Selection
	var parts []string
	for _, of := range []struct {
		one  string
		list []string
	}{{"SKU", s.SKUs}, {"product", s.Products}, {"category", s.Categories}} {
		switch {
		case len(of.list) == 1:
			parts = append(parts, of.one+" "+of.list[0])
		case len(of.list) > 1:
			parts = append(parts, fmt.Sprintf("%s %s and %d more", of.one, of.list[0], len(of.list)-1))
		}
	}
	switch {
	case s.Changed:
		parts = append(parts, "what has changed")
	case s.Errors:
		parts = append(parts, "what was in error")
	case len(parts) == 0:
		parts = append(parts, "all goods")
	}
	return strings.Join(parts, ", ")
}

// publishedWell returns an error when something needs a person after a run.
func publishedWell(out published) error {
	n := out.Run.Counts
	switch {
	case out.Items == nil:
		return nil
	case n.Invalid > 0 && n.Refused > 0:
		return &attention{fmt.Sprintf("%s failed Towpath's own check, the channel refused %d", wording.Plural(n.Invalid, "item"), n.Refused)}
	case n.Invalid > 0:
		return &attention{wording.Plural(n.Invalid, "item") + " failed Towpath's own check: not sent"}
	case n.Refused > 0:
		return &attention{"the channel refused " + wording.Plural(n.Refused, "item")}
	}
	return nil
}
