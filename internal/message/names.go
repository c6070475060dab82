package message

import (
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// These names are stored in histories and schedules, and sent by other versions of Towpath. A workflow that an older version
// started can only continue if they stay the same. So never change a name: when something is renamed in Go, it keeps its name
// here, and a name no longer used is not used again. Tests compare every name (names_test.go) and every field
// (workers/wire_test.go) with a copy.

// Workflow types.
const (
	WorkflowOrderSync          = "OrderSync"
	WorkflowOrderLifecycle     = "OrderLifecycle"
	WorkflowShipmentSync       = "ShipmentSync"
	WorkflowStockPush          = "StockPush"
	WorkflowLinksImport        = "LinksImport"
	WorkflowLevelCheck         = "LevelCheck"
	WorkflowListingMigration   = "ListingMigration"
	WorkflowListingPublication = "ListingPublication"
	WorkflowPublishChanged     = "PublishChanged"
	WorkflowSweep              = "Sweep"
	WorkflowBackfill           = "Backfill"
	WorkflowOrderCancellation  = "OrderCancellation"
	WorkflowCoverage           = "Coverage"
)

// Activity is the type of an activity, under which workers register it and workflows call it, whatever the Go method's name is.
type Activity string

// Activity types: calls to a channel, which run on the channel's queue.
const (
	ActivitySyncOrdersPage    Activity = "SyncOrdersPage"
	ActivityRefreshOrder      Activity = "RefreshOrder"
	ActivityPushLevels        Activity = "PushLevels"
	ActivityLevelsOutcome     Activity = "LevelsOutcome"
	ActivitySendPackage       Activity = "SendPackage"
	ActivityImportListings    Activity = "ImportListings"
	ActivityCheckLevels       Activity = "CheckLevels"
	ActivityCheckListings     Activity = "CheckListings"
	ActivityMigrateListings   Activity = "MigrateListings"
	ActivityReadMigrated      Activity = "ReadMigrated"
	ActivityCheckGoods        Activity = "CheckGoods"
	ActivitySubmitGoods       Activity = "SubmitGoods"
	ActivitySubmissionOutcome Activity = "SubmissionOutcome"
	ActivityBackfillPage      Activity = "BackfillPage"
	ActivityBackfillOrder     Activity = "BackfillOrder"
	ActivityCancelOnChannel   Activity = "CancelOnChannel"
	ActivityListOrderIDs      Activity = "ListOrderIDs"
)

// Activity types: work of the store, which runs beside the workflows.
const (
	ActivityProcessPackage Activity = "ProcessPackage"
	ActivityCancelOrder    Activity = "CancelOrder"
	ActivityEndScan        Activity = "EndScan"
	ActivityPlanPush       Activity = "PlanPush"
	ActivityEndPush        Activity = "EndPush"
	ActivityParkPackage    Activity = "ParkPackage"
	ActivityUnparkPackage  Activity = "UnparkPackage"
	ActivityEndImport      Activity = "EndImport"
	ActivityEndCheck       Activity = "EndCheck"
	ActivityEndMigration   Activity = "EndMigration"
	ActivityTakeRun        Activity = "TakeRun"
	ActivitySelectGoods    Activity = "SelectGoods"
	ActivityPlanSubmit     Activity = "PlanSubmit"
	ActivityGiveUp         Activity = "GiveUp"
	ActivityEndPublication Activity = "EndPublication"
	ActivityAskForChanged  Activity = "AskForChanged"
	ActivitySweepOnce      Activity = "SweepOnce"
	ActivityBackfillRows   Activity = "BackfillRows"
	ActivityMarkBackfill   Activity = "MarkBackfill"
	ActivityParkCancel     Activity = "ParkCancel"
	ActivityUnparkCancel   Activity = "UnparkCancel"
	ActivitySettleCoverage Activity = "SettleCoverage"
	ActivityEndCoverage    Activity = "EndCoverage"
)

// Queries, signals and updates.
const (
	QueryStatus          = "status"
	SignalRetry          = "retry"
	SignalOrderChanged   = "order-changed"
	SignalChannelChanged = "channel-changed"
	SignalWake           = "wake"
	SignalStop           = "stop"  // asks a publication to end the run at hand: what was not sent is skipped; and a backfill to end
	SignalPause          = "pause" // asks a backfill to pause, or to go on
	UpdateProcess        = "process"
	UpdateCancel         = "cancel"
	UpdateChannelChanged = "channel-changed" // what the signal of that name says, of an order that has ended
)

// Search attributes, all Keyword.
const (
	AttrAccount   = "Account"
	AttrState     = "State"
	AttrFaultCode = "FaultCode"
)

// The task queues: workflows and local activities on one, channel I/O on one per channel (see ChannelQueue).
const (
	TaskQueue          = "towpath"
	ChannelQueuePrefix = "channel-"
)

// Prefixes of the ids of workflows and schedules.
const (
	PrefixOrder       = "order/"
	PrefixShipment    = "shipment/"
	PrefixStock       = "stock/"
	PrefixLinks       = "links/"
	PrefixLevels      = "levels/"
	PrefixMigration   = "migration/"
	PrefixPublication = "listings/" // of the schedule that asks for what has changed, too
	PrefixOrders      = "orders/"
	PrefixOpenOrders  = "open-orders/"
	PrefixBackfill    = "backfill/"
	PrefixCancel      = "cancel/"
	PrefixCoverage    = "coverage/"
)

// SweepScheduleID is the id of the schedule of the backstop.
const SweepScheduleID = "sweep"

// ChannelQueue returns the task queue for calls to a channel.
func ChannelQueue(k channel.Kind) string { return ChannelQueuePrefix + string(k) }

// maxFairnessKey is the Temporal server's limit, in bytes.
const maxFairnessKey = 64

// BudgetKey returns the fairness key of an account's budget for an operation.
func BudgetKey(account string, op channel.Operation) string {
	key := account + "/" + string(op)
	return key[max(0, len(key)-maxFairnessKey):]
}

// OrderWorkflowID returns the id of an order's lifecycle.
func OrderWorkflowID(account, orderID string) string { return PrefixOrder + account + "/" + orderID }

// ParseOrderWorkflowID returns the parts of an order lifecycle's id.
func ParseOrderWorkflowID(id string) (account, orderID string, ok bool) {
	rest, ok := strings.CutPrefix(id, PrefixOrder)
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, "/")
}

// ShipmentWorkflowID returns the id of the shipment sync of a package.
func ShipmentWorkflowID(account, orderID, packageID string) string {
	return OrderShipmentWorkflowID(account, orderID) + "/" + packageID
}

// OrderShipmentWorkflowID returns the id of the shipment sync of all packages of an order, which lifecycles of version 1 start.
func OrderShipmentWorkflowID(account, orderID string) string {
	return PrefixShipment + account + "/" + orderID
}

// CancellationWorkflowID returns the id of the workflow that cancels an order on its channel.
func CancellationWorkflowID(account, orderID string) string {
	return PrefixCancel + account + "/" + orderID
}

// ParseCancellationWorkflowID returns the parts of the id of the workflow that cancels an order on its channel.
func ParseCancellationWorkflowID(id string) (account, orderID string, ok bool) {
	rest, ok := strings.CutPrefix(id, PrefixCancel)
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, "/")
}

// StockWorkflowID returns the id of an account's stock push.
func StockWorkflowID(account string) string { return PrefixStock + account }

// LinksWorkflowID returns the id of the import of an account's listings.
func LinksWorkflowID(account string) string { return PrefixLinks + account }

// LevelsWorkflowID returns the id of the check of an account's accepted levels.
func LevelsWorkflowID(account string) string { return PrefixLevels + account }

// MigrationWorkflowID returns the id of the migration of an account's listings.
func MigrationWorkflowID(account string) string { return PrefixMigration + account }

// BackfillWorkflowID returns the id of an account's backfill: there is one at a time.
func BackfillWorkflowID(account string) string { return PrefixBackfill + account }

// CoverageWorkflowID returns the id of the comparison of an account with its channel: there is one at a time.
func CoverageWorkflowID(account string) string { return PrefixCoverage + account }

// PublicationWorkflowID returns the id of the publication of an account's products on an endpoint. There is one, which does the
// requested runs, the oldest first.
func PublicationWorkflowID(account string, endpoint channel.Endpoint) string {
	return PrefixPublication + account + "/" + string(endpoint)
}

// PublicationsScheduleID returns the id of the schedule that publishes an account's changes.
func PublicationsScheduleID(account string) string { return PrefixPublication + account }

// OrdersScheduleID returns the id of the schedule that scans an account's orders.
func OrdersScheduleID(account string) string { return PrefixOrders + account }

// OpenOrdersScheduleID returns the id of the nightly schedule that scans an account's open orders.
func OpenOrdersScheduleID(account string) string { return PrefixOpenOrders + account }
