package message

import (
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

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
