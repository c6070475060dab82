package workflows

import "github.com/towpath/towpath/internal/message"

// about says what each workflow is for, in markdown, as the Web UI shows it beside a workflow's summary. It names no order and no person: the
// summary has the id.
var about = map[string]string{
	message.WorkflowOrderSync: "Reads the orders that changed on the channel since the last scan, page by page, and saves them. A schedule starts it. " +
		"When it ends with a fault, nothing is lost: the next scan begins at the same place. `towpath runs --kind orders`",
	message.WorkflowOrderLifecycle: "Follows one order from the moment it is saved until the channel shows it as shipped or cancelled: it waits for packages, takes them out of " +
		"stock and sends each to the channel. A package that can't be sent is left to a `ShipmentSync`. `towpath order REF` shows it; the signal `retry` lets what waits for an attempt make it now.",
	message.WorkflowShipmentSync: "Waits with one package that could not be sent to its channel. **Parked** means that it waits for a person: when the cause is gone, send the signal `retry`, " +
		"or say `towpath retry` with this workflow's id. `towpath packages show REF` says what the package needs.",
	message.WorkflowStockPush:          "Sends the levels of an account that have changed to its channel, until none is left to be sent. It starts when a level changes. `towpath runs --kind stock`",
	message.WorkflowLinksImport:        "Reads the listings of an account from its channel and links them to SKUs. `towpath links list`",
	message.WorkflowLevelCheck:         "Reads back what the channel shows of levels and listings that it has accepted, and has those that it shows otherwise sent again. `towpath runs --kind levels`",
	message.WorkflowListingMigration:   "Brings listings that were made elsewhere under the channel's API, as a person has confirmed. `towpath links migrate`",
	message.WorkflowListingPublication: "Publishes an account's listings to an endpoint, run by run. **Parked** means that it waits for a person: `towpath items --run RUN` shows each item's result; the signal `retry` lets it go on.",
	message.WorkflowPublishChanged:     "Asks for the publication of what has changed of an account. A schedule starts it.",
	message.WorkflowSweep:              "Repeats what was lost between the store and Temporal: outbox entries, lifecycles, packages, levels. A schedule starts it; it does no harm when nothing is lost.",
	message.WorkflowBackfill:           "Reads past orders, shipments or listings of an account, window by window, so slowly that live work goes first. `towpath backfill list`",
	message.WorkflowOrderCancellation:  "Cancels on its channel what was cancelled here, and reads back whether the channel shows it. **Parked** means that a person has to cancel it there, or to send the signal `retry`. `towpath orders --uncancelled`",
	message.WorkflowCoverage:           "Compares the ids of an account's orders on the channel with those that are here, for one window. `towpath coverage ACCOUNT`",
}

// About returns what the workflow of a type is for, for its static details.
func About(workflowType string) string { return about[workflowType] }
