package register

import (
	"strings"
	"time"
)

// ShipmentsRunID returns the id of the run to which a call for a package belongs: one run per account and hour, because a run per
// package would be as many as orders.
func ShipmentsRunID(account string, at time.Time) string {
	return "shipments-" + account + "-" + at.UTC().Format("20060102T15")
}

// CountedShipments returns the runs of an account's shipments that may still change: those of this hour and of the one before.
func CountedShipments(account string, now time.Time) []string {
	return []string{ShipmentsRunID(account, now.Add(-time.Hour)), ShipmentsRunID(account, now)}
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
