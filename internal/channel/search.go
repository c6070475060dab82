package channel

import (
	"time"

	"github.com/towpath/towpath/internal/backfill"
)

const day = 24 * time.Hour

// SearchOf returns what a channel allows a search of past orders. Amazon and Shopify publish no limit of a range, eBay one of two
// years; none publishes how many orders one search shows. The figures are ours: twenty pages on Amazon are as many as its burst has,
// offsets on eBay shift when orders change meanwhile, and a search that goes on for long is the one that a channel ends.
func SearchOf(k Kind) backfill.Search {
	switch k {
	case Amazon:
		return backfill.Search{Longest: 90 * day, Most: 2_000, Page: 100, First: 7 * day}
	case EBay:
		return backfill.Search{Longest: 90 * day, Most: 5_000, Page: 200, First: 7 * day}
	case Shopify:
		return backfill.Search{Longest: 365 * day, Most: 10_000, Page: 50, First: 7 * day}
	}
	return backfill.Search{Longest: 30 * day, Most: 1_000, Page: 50, First: day}
}

// ScansUseAll reports whether the scans of an account use the whole budget for searching orders, so that any other search takes the
// turn of one. It is so where a schedule keeps the budget.
func ScansUseAll(k Kind) bool {
	a, found := AllowanceOf(k, OpOrders)
	return found && a.Schedule
}
