package main

import (
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/starter"
)

// printRevised names the listings of each account that are low on revisions, the lowest first.
func printRevised(pg *page, list []levels.RevisedListing) {
	for _, text := range starter.RevisedText(list) {
		pg.line("")
		pg.sentence("", text)
	}
}
