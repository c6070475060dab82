package register

import (
	"strings"
	"time"
)

// ShipmentsRunID returns the id of the run to which a call for a package belongs: one run per account and hour, because a run per
// package would be as many as orders.
func ShipmentsRunID(account string, at time.Time) string {
	return "shipments-" + account + "-" + at.UTC().Format(hourLayout)
}

const hourLayout = "20060102T15"

// shipmentsCounted is how far back runs of shipments are counted that nobody has counted yet, because nothing ran.
const shipmentsCounted = 72 * time.Hour

// CountedShipments returns the runs of an account's shipments that may still change: those of this hour and of the one before, and those since the last
// one that was counted, the earliest first. last is the id of that; empty: none was.
func CountedShipments(account, last string, now time.Time) []string {
	from, before := now.Add(-shipmentsCounted), now.Add(-time.Hour)
	if hour, err := time.Parse(hourLayout, last[max(len(last)-len(hourLayout), 0):]); err == nil && hour.After(from) {
		from = hour
	}
	if before.Before(from) {
		from = before
	}
	var ids []string
	for at := from; !at.After(now); at = at.Add(time.Hour) {
		ids = append(ids, ShipmentsRunID(account, at))
	}
	return ids
}

// SendsAgain reports whether the run sends packages again: it has no workflow, because those of its packages do the work.
func (r Run) SendsAgain() bool { return r.Kind == Shipments && r.WorkflowID == "" }

// PackageItem is the reference of a package as an item of a run.
func PackageItem(order, packageID string) string { return order + "/" + packageID }

// OrderOf returns the order's reference in that of a package.
func OrderOf(item string) string {
	order, _, _ := strings.Cut(item, "/")
	return order
}

// ItemPackage is the type of an item that is a package.
const ItemPackage = "package"
