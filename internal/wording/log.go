package wording

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// runNames are what runs of a kind are called in sentences, what they are about, and what was done with it.
var runNames = map[string]struct{ name, things, did, saved string }{
	"orders":    {"orders scan", "order", "read", "new or changed"},
	"stock":     {"stock push", "level", "sent", "accepted"},
	"shipments": {"shipments", "package", "sent", "confirmed"},
	"listings":  {"publication", "item", "published", "done"},
	"links":     {"import of listings", "listing", "read", "saved"},
	"levels":    {"reading of levels", "level", "read", "shown as sent"},
	"migration": {"migration of listings", "listing", "read", "migrated"},
	"backfill":  {"backfill", "order", "read", "new or changed"},
	"coverage":  {"comparison with the channel", "order", "compared", "saved"},
}

// RunName returns what a run of a kind is called in a sentence: "orders scan".
func RunName(kind string) string {
	return cmp.Or(runNames[kind].name, kind, "work")
}

// Sum returns what a run of a kind did, in one clause: "read 200 orders: 3 new or changed, 197 unchanged".
func (r Run) Sum(kind string) string {
	n, c := runNames[kind], r.Counts
	text := fmt.Sprintf("%s %s", cmp.Or(n.did, "saw"), Plural(c.Seen, cmp.Or(n.things, "item")))
	var parts []string
	for _, part := range []struct {
		n  int
		is string
	}{{c.Saved, cmp.Or(n.saved, "saved")}, {c.Same, "unchanged"}, {c.Skipped, "left out"}, {c.Unlinked, "with a line that is not linked"}} {
		if part.n > 0 {
			parts = append(parts, Number(part.n)+" "+part.is)
		}
	}
	if c.Errors > 0 {
		parts = append(parts, Count(c.Errors, "error", "errors"))
	}
	if len(parts) == 0 {
		return text
	}
	return text + ": " + strings.Join(parts, ", ")
}

// LogBegan returns that a run began.
func LogBegan(kind, account string) string { return RunName(kind) + " of " + account + " began" }

// LogEnded returns that a run ended, after how long, and what it did. title is what is wrong, of a run that a fault ended.
func LogEnded(kind, account string, r Run, took time.Duration, title string) string {
	text := fmt.Sprintf("%s of %s ", RunName(kind), account)
	if r.Failed {
		text += "failed after " + Took(took) + ": " + Fault(r.Class, r.Code)
		if title != "" {
			text += ": " + title
		}
		if r.Counts.Seen > 0 {
			text += "; before, it " + r.Sum(kind)
		}
		return text
	}
	return text + "ended after " + Took(took) + ": it " + r.Sum(kind)
}

// LogCall returns that a call was answered.
func LogCall(operation, hit string, status int, took time.Duration) string {
	text := "call " + operation + about(hit) + " was answered"
	if status > 0 {
		text += fmt.Sprintf(" with %d", status)
	}
	return text + " in " + Took(took)
}

// LogFault returns that a call failed, whether it was made again, and what is wrong. wait 0: it was not made again.
func LogFault(f *channel.Fault, hit string, wait time.Duration, title string) string {
	text := "call " + cmp.Or(f.Operation, "to the channel") + about(hit) + " failed: " + Fault(f.Class, f.Code)
	if f.Status > 0 && f.Code == "" {
		text += fmt.Sprintf(" HTTP %d", f.Status)
	}
	if wait > 0 {
		text += ", tried again " + Took(wait) + " later"
	}
	if title != "" {
		text += ": " + title
	}
	return text
}

// LogItem returns what became of an item of a run. level: what was sent of a level; below 0: not known. title is what is wrong.
func LogItem(kind, reference, status string, level int, reason, title string) string {
	text := kind + " " + reference
	if level >= 0 {
		text = fmt.Sprintf("SKU %s level %s", reference, Number(level))
	}
	switch {
	case status == "error" && title != "":
		text += " refused"
	case status == "error":
		text += " in error"
	default:
		text += " " + status
	}
	for _, more := range []string{reason, title} {
		if more != "" {
			text += ": " + more
		}
	}
	return text
}

func about(hit string) string {
	if hit == "" {
		return ""
	}
	return " for " + hit
}
