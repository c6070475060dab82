package message

import (
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// What stands here is on the wire: in the histories of workflows that run, in schedules, in what other versions of Towpath send. A workflow
// that was begun by an older version is continued by this one only if each word is still the same. So none is ever changed: a thing that is
// renamed in Go keeps its word here, and a word that is no longer used is not used again for something else.
// Tests hold every word (names_test.go) and every field that travels (workers/wire_test.go) to a copy.

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
)

// Activity is the type of an activity. Workflows call it by this word and workers register it under it, whatever the Go method is called.
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
)

// Queries, signals and updates.
const (
	QueryStatus          = "status"
	SignalRetry          = "retry"
	SignalOrderChanged   = "order-changed"
	SignalChannelChanged = "channel-changed"
	SignalWake           = "wake"
	SignalStop           = "stop" // asks a publication to end the run at hand: what was not sent is skipped
	UpdateProcess        = "process"
	UpdateCancel         = "cancel"
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

// What the ids of workflows and schedules begin with (ids.go makes them).
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
)

// SweepScheduleID is the id of the schedule of the backstop.
const SweepScheduleID = "sweep"

// ChannelQueue is the task queue on which calls to a channel run.
func ChannelQueue(k channel.Kind) string { return ChannelQueuePrefix + string(k) }

// maxFairnessKey is the Temporal server's limit, in bytes.
const maxFairnessKey = 64

// BudgetKey is the fairness key under which the Temporal server keeps an account's budget for an operation.
func BudgetKey(account string, op channel.Operation) string {
	key := account + "/" + string(op)
	return key[max(0, len(key)-maxFairnessKey):]
}

// OrderWorkflowID is the id of the lifecycle of one order.
func OrderWorkflowID(account, orderID string) string { return PrefixOrder + account + "/" + orderID }

// ParseOrderWorkflowID takes an order lifecycle's id apart.
func ParseOrderWorkflowID(id string) (account, orderID string, ok bool) {
	rest, ok := strings.CutPrefix(id, PrefixOrder)
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, "/")
}

// ShipmentWorkflowID is the id of the shipment sync of one order.
func ShipmentWorkflowID(account, orderID string) string {
	return PrefixShipment + account + "/" + orderID
}

// StockWorkflowID is the id of the stock push of one account.
func StockWorkflowID(account string) string { return PrefixStock + account }

// LinksWorkflowID is the id of the import of an account's listings.
func LinksWorkflowID(account string) string { return PrefixLinks + account }

// LevelsWorkflowID is the id of the check of an account's accepted levels.
func LevelsWorkflowID(account string) string { return PrefixLevels + account }

// MigrationWorkflowID is the id of the migration of an account's listings.
func MigrationWorkflowID(account string) string { return PrefixMigration + account }

// PublicationWorkflowID is the id of the publication of an account's goods on an endpoint: there is one at a time, which works
// through the runs that were asked for, the oldest first.
func PublicationWorkflowID(account string, endpoint channel.Endpoint) string {
	return PrefixPublication + account + "/" + string(endpoint)
}

// PublicationsScheduleID is the id of the schedule that publishes what changed of an account's goods.
func PublicationsScheduleID(account string) string { return PrefixPublication + account }

// OrdersScheduleID is the id of the schedule that scans an account's orders.
func OrdersScheduleID(account string) string { return PrefixOrders + account }

// OpenOrdersScheduleID is the id of the nightly schedule that sweeps an account's open orders.
func OpenOrdersScheduleID(account string) string { return PrefixOpenOrders + account }
