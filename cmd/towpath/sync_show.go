package main

import (
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

func (p *Program) printSynced(results []syncResult, wait bool) error {
	return p.print(map[string][]syncResult{"accounts": results}, func(pg *page) {
		var list []runs.Run
		for _, r := range results {
			switch {
			case r.Run != nil:
				list = append(list, *r.Run)
			case r.Skipped != "":
				pg.line("%s: not asked, it is %s", r.Account, r.Skipped)
			case wait:
				pg.line("%s: nothing had to be done", r.Account)
			default:
				pg.line("%s: asked; `towpath status --watch` shows it", r.Account)
			}
			if r.Left > 0 {
				pg.line("%s: %s still not up to date", r.Account, wording.Count(r.Left, "level is", "levels are"))
			}
		}
		if len(list) > 0 {
			runTable(pg, list)
		}
		if len(results) == 0 {
			pg.sentence("", wording.NoAccounts)
		}
	})
}

// synced returns an error when something needs a person after a sync.
func synced(results []syncResult) error {
	var needs []string
	for _, r := range results {
		if strings.HasPrefix(r.Skipped, "paused") {
			needs = append(needs, fmt.Sprintf("%s is paused (`towpath accounts resume %s`)", r.Account, r.Account))
		}
		if r.Left > 0 {
			needs = append(needs, fmt.Sprintf("%s has %s not up to date", r.Account, wording.Plural(r.Left, "level")))
		}
		if r.Run == nil {
			continue
		}
		if r.Run.FaultClass != "" {
			needs = append(needs, fmt.Sprintf("%s ended with a fault (%s)", r.Account, wording.Fault(r.Run.FaultClass, r.Run.FaultCode)))
		}
		if n := r.Run.Counts; n.Errors+n.Unlinked > 0 {
			needs = append(needs, fmt.Sprintf("%s has %s and %s", r.Account, wording.Plural(n.Errors, "error"), wording.Plural(n.Unlinked, "unlinked order")))
		}
	}
	if len(needs) == 0 {
		return nil
	}
	return &attention{strings.Join(needs, "; ")}
}
