package message

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// frozen is a copy of every name on the wire, by its constant. A constant may get another name in Go, and then its
// line here does too; the name on the wire never changes, because running workflows have it in their histories. A new
// name gets a new line here.
var frozen = map[string]string{
	"WorkflowOrderSync": "OrderSync", "WorkflowOrderLifecycle": "OrderLifecycle", "WorkflowShipmentSync": "ShipmentSync",
	"WorkflowStockPush": "StockPush", "WorkflowLinksImport": "LinksImport", "WorkflowLevelCheck": "LevelCheck",
	"WorkflowListingMigration": "ListingMigration", "WorkflowListingPublication": "ListingPublication",
	"WorkflowPublishChanged": "PublishChanged", "WorkflowSweep": "Sweep", "WorkflowBackfill": "Backfill",
	"WorkflowOrderCancellation": "OrderCancellation", "WorkflowCoverage": "Coverage",

	"ActivitySyncOrdersPage": "SyncOrdersPage", "ActivityRefreshOrder": "RefreshOrder", "ActivityPushLevels": "PushLevels",
	"ActivityLevelsOutcome": "LevelsOutcome", "ActivitySendPackage": "SendPackage", "ActivityImportListings": "ImportListings",
	"ActivityCheckLevels": "CheckLevels", "ActivityCheckListings": "CheckListings", "ActivityMigrateListings": "MigrateListings",
	"ActivityReadMigrated": "ReadMigrated", "ActivityCheckGoods": "CheckGoods", "ActivitySubmitGoods": "SubmitGoods",
	"ActivitySubmissionOutcome": "SubmissionOutcome", "ActivityCancelOnChannel": "CancelOnChannel",
	"ActivityListOrderIDs": "ListOrderIDs", "ActivitySettleCoverage": "SettleCoverage", "ActivityEndCoverage": "EndCoverage",

	"ActivityProcessPackage": "ProcessPackage", "ActivityCancelOrder": "CancelOrder", "ActivityEndScan": "EndScan",
	"ActivityPlanPush": "PlanPush", "ActivityEndPush": "EndPush", "ActivityParkPackage": "ParkPackage",
	"ActivityUnparkPackage": "UnparkPackage", "ActivityEndImport": "EndImport", "ActivityEndCheck": "EndCheck",
	"ActivityEndMigration": "EndMigration", "ActivityTakeRun": "TakeRun", "ActivitySelectGoods": "SelectGoods",
	"ActivityPlanSubmit": "PlanSubmit", "ActivityGiveUp": "GiveUp", "ActivityEndPublication": "EndPublication",
	"ActivityAskForChanged": "AskForChanged", "ActivitySweepOnce": "SweepOnce",
	"ActivityParkCancel": "ParkCancel", "ActivityUnparkCancel": "UnparkCancel",

	"ActivityBackfillPage": "BackfillPage", "ActivityBackfillOrder": "BackfillOrder", "ActivityBackfillRows": "BackfillRows",
	"ActivityMarkBackfill": "MarkBackfill",

	"QueryStatus": "status", "SignalRetry": "retry", "SignalOrderChanged": "order-changed", "SignalChannelChanged": "channel-changed",
	"SignalWake": "wake", "SignalStop": "stop", "SignalPause": "pause", "UpdateProcess": "process", "UpdateCancel": "cancel",
	"UpdateChannelChanged": "channel-changed",

	"AttrAccount": "Account", "AttrState": "State", "AttrFaultCode": "FaultCode",
	"TaskQueue": "towpath", "ChannelQueuePrefix": "channel-",
	"PrefixOrder": "order/", "PrefixShipment": "shipment/", "PrefixStock": "stock/", "PrefixLinks": "links/", "PrefixLevels": "levels/",
	"PrefixMigration": "migration/", "PrefixPublication": "listings/", "PrefixOrders": "orders/", "PrefixOpenOrders": "open-orders/", "PrefixBackfill": "backfill/",
	"PrefixCancel": "cancel/", "PrefixCoverage": "coverage/",
	"SweepScheduleID": "sweep",
}

func TestNoWordOnTheWireChanges(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	words := make(map[string]string)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok {
				note(t, words, spec)
			}
			return true
		})
	}
	require.Equal(t, frozen, words)
}

// note collects exported constants of text in words.
func note(t *testing.T, words map[string]string, spec *ast.ValueSpec) {
	t.Helper()
	for i, value := range spec.Values {
		text, ok := value.(*ast.BasicLit)
		if !ok || text.Kind != token.STRING || !spec.Names[i].IsExported() {
			continue
		}
		word, err := strconv.Unquote(text.Value)
		require.NoError(t, err)
		words[spec.Names[i].Name] = word
	}
}

func TestIDsAreFormedAsTheyAlwaysWere(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		ChannelQueue("ebay"):                           "channel-ebay",
		BudgetKey("ebay-uk", "orders"):                 "ebay-uk/orders",
		OrderWorkflowID("ebay-uk", "12-3"):             "order/ebay-uk/12-3",
		ShipmentWorkflowID("ebay-uk", "12-3", "P1"):    "shipment/ebay-uk/12-3/P1",
		OrderShipmentWorkflowID("ebay-uk", "12-3"):     "shipment/ebay-uk/12-3",
		StockWorkflowID("ebay-uk"):                     "stock/ebay-uk",
		LinksWorkflowID("ebay-uk"):                     "links/ebay-uk",
		LevelsWorkflowID("ebay-uk"):                    "levels/ebay-uk",
		MigrationWorkflowID("ebay-uk"):                 "migration/ebay-uk",
		PublicationWorkflowID("ebay-uk", "production"): "listings/ebay-uk/production",
		PublicationsScheduleID("ebay-uk"):              "listings/ebay-uk",
		OrdersScheduleID("ebay-uk"):                    "orders/ebay-uk",
		OpenOrdersScheduleID("ebay-uk"):                "open-orders/ebay-uk",
	} {
		require.Equal(t, want, id)
	}
	account, orderID, ok := ParseOrderWorkflowID("order/shopify-eu/gid://shopify/Order/4")
	require.True(t, ok)
	require.Equal(t, "shopify-eu", account)
	require.Equal(t, "gid://shopify/Order/4", orderID)
	_, _, ok = ParseOrderWorkflowID("shipment/ebay-uk/12-3")
	require.False(t, ok)
}
