package main

import (
	"strings"
	"time"

	"github.com/towpath/towpath/starter"
)

// showSync writes what is in progress with how far it is, and what is queued with the reason.
func showSync(pg *page, n now, at time.Time) {
	s := n.Sync
	if len(s.Running) > 0 {
		pg.section("Running")
		for _, w := range s.Running {
			text := w.Progress
			if !w.Since.IsZero() {
				text += ", begun " + away(w.Since, at)
			}
			for _, b := range n.Backfills {
				if b.ID == w.RunID {
					text += b.notes()
				}
			}
			pg.entry(workName(w.Account, string(w.Kind), string(w.Endpoint)), colours[w.Tone], text, "")
		}
	}
	if len(s.Queued) == 0 {
		return
	}
	pg.section("Queued")
	for _, q := range s.Queued {
		c := plain
		if q.Reason == starter.Throttled || q.Reason == starter.Paused {
			c = yellow
		}
		pg.entry(workName(q.Account, string(q.Kind), string(q.Endpoint)), c, q.What+": "+q.Why, q.Command)
	}
}

// workName names work on an account; production is not said.
func workName(account, kind, endpoint string) string {
	if endpoint == "test" {
		kind += " (test)"
	}
	return account + " " + kind
}

// entry writes one thing: what it is about, a sentence, and on a line of its own the command that helps, if there is one. The command is
// in one piece, so that it can be copied.
func (pg *page) entry(about string, c colour, text, command string) {
	about = clean(about)
	before := pg.b.Len()
	if about == "" {
		pg.sentence("  ", text)
	} else {
		pg.sentence("  "+about+"  ", text)
	}
	if pg.colours && about != "" {
		line := pg.b.String()[before:]
		pg.b.Truncate(before)
		pg.b.WriteString(strings.Replace(line, about, pg.paint(about, c), 1))
	}
	if command != "" {
		pg.line("    %s", command)
	}
}
