package main

import (
	"strings"

	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/starter"
)

// showHealths writes the health of each account's worst kind of runs, with its numbers, and on one line which accounts have no errors.
func showHealths(pg *page, list []starter.HealthNow) {
	if len(list) == 0 {
		return
	}
	pg.section("Health")
	var well []string
	for _, h := range list {
		switch {
		case h.Worst == nil:
			pg.entry(h.Account, plain, "no runs yet", "")
		case h.Worst.State == remedy.OK:
			well = append(well, h.Account)
		default:
			pg.entry(h.Account, healthColours[h.Worst.State], h.Worst.Text(), "")
		}
	}
	if len(well) > 0 {
		pg.entry(strings.Join(well, ", "), plain, "no errors in the last runs of any kind", "")
	}
}
