package starter

import (
	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store/runs"
)

// workOfRun returns the kind of work that runs of a kind belong to: what has to be paused for them to wait.
func workOfRun(kind runs.RunKind) account.Work {
	switch kind {
	case runs.RunStock:
		return account.Stock
	case runs.RunShipments:
		return account.Shipments
	case runs.RunListings, runs.RunLinks, runs.RunLevels, runs.RunMigration:
		return account.Listings
	case runs.RunOrders, runs.RunCoverage, runs.RunBackfill:
	}
	return account.Orders
}

// workOf returns the kind of work that tries an incident's items again.
func workOf(k incident.Kind, code string) account.Work {
	switch k {
	case incident.Parked:
		return account.Shipments
	case incident.Refused:
		return account.Stock
	case incident.Unpublished:
		return account.Listings
	case incident.Failing:
		return workOfRun(runs.RunKind(code))
	}
	return account.Orders
}
