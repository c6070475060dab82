package main

import (
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/wording"
)

// mostRevised is how many listings of an account are named.
const mostRevised = 5

// printRevised names the listings of each account that are low on revisions, the lowest first.
func printRevised(pg *page, list []levels.RevisedListing) {
	for len(list) > 0 {
		account, n := list[0].Account, 1
		for n < len(list) && list[n].Account == account {
			n++
		}
		pg.line("")
		pg.sentence("", revisedText(list[:n]))
		list = list[n:]
	}
}

func revisedText(list []levels.RevisedListing) string {
	names := make([]string, 0, mostRevised)
	for _, l := range list[:min(len(list), mostRevised)] {
		name := fmt.Sprintf("%s (%d)", l.Listing, l.Used)
		if !l.UsedUpAt.IsZero() {
			name = l.Listing + " (refused by eBay)"
		}
		names = append(names, name)
	}
	if more := len(list) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	has := "have"
	if len(list) == 1 {
		has = "has"
	}
	return fmt.Sprintf("%s of %s %s used half of eBay's %d revisions of the last 25 hours, or more: %s. Their levels are sent less often, levels of 0 at once.",
		wording.Plural(len(list), "listing"), list[0].Account, has, list[0].ADay, strings.Join(names, ", "))
}
