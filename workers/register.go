package workers

import (
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/message"
)

// areas are the activities grouped by subject.
type areas struct {
	orders    *activities.Orders
	lifecycle *activities.Lifecycle
	stock     *activities.Stock
	ships     *activities.Shipments
	links     *activities.Links
	levels    *activities.Levels
	moves     *activities.Migration
	goods     *activities.Publication
	sweep     *activities.Sweep
	cancels   *activities.Cancellations
	covers    *activities.Coverage
}

func newAreas(c Config) areas {
	environment := activities.Environment{Store: c.Store, Connections: c.Connections, Schedules: c.Caller, Speed: c.Speed}
	return areas{
		orders:    &activities.Orders{Environment: environment, Lifecycles: c.Caller, Pushes: c.Caller, Scans: c.Caller},
		lifecycle: &activities.Lifecycle{Store: c.Store, Pushes: c.Caller},
		stock:     &activities.Stock{Environment: environment},
		ships:     &activities.Shipments{Environment: environment},
		links:     &activities.Links{Environment: environment, Pushes: c.Caller},
		levels:    &activities.Levels{Environment: environment, Pushes: c.Caller},
		moves:     &activities.Migration{Environment: environment, Pushes: c.Caller},
		goods:     &activities.Publication{Environment: environment, Publications: c.Caller, Pushes: c.Caller},
		sweep:     &activities.Sweep{Environment: environment, Starter: c.Caller},
		cancels:   &activities.Cancellations{Environment: environment},
		covers:    &activities.Coverage{Environment: environment},
	}
}

// register registers activities under their frozen names.
func register(w worker.ActivityRegistry, named map[message.Activity]any) {
	for name, do := range named {
		w.RegisterActivityWithOptions(do, activity.RegisterOptions{Name: string(name)})
	}
}

// ofStore are the activities of the store, and the sweep.
func (a areas) ofStore() map[message.Activity]any {
	return map[message.Activity]any{
		message.ActivityProcessPackage: a.lifecycle.ProcessPackage,
		message.ActivityCancelOrder:    a.lifecycle.CancelOrder,
		message.ActivityEndScan:        a.orders.EndScan,
		message.ActivityPlanPush:       a.stock.PlanPush,
		message.ActivityEndPush:        a.stock.EndPush,
		message.ActivityParkPackage:    a.ships.ParkPackage,
		message.ActivityUnparkPackage:  a.ships.UnparkPackage,
		message.ActivityEndImport:      a.links.EndImport,
		message.ActivityEndCheck:       a.levels.EndCheck,
		message.ActivityEndMigration:   a.moves.EndMigration,
		message.ActivityTakeRun:        a.goods.TakeRun,
		message.ActivitySelectGoods:    a.goods.SelectGoods,
		message.ActivityPlanSubmit:     a.goods.PlanSubmit,
		message.ActivityGiveUp:         a.goods.GiveUp,
		message.ActivityEndPublication: a.goods.EndPublication,
		message.ActivityAskForChanged:  a.goods.AskForChanged,
		message.ActivitySweepOnce:      a.sweep.SweepOnce,
		message.ActivityBackfillRows:   a.orders.BackfillRows,
		message.ActivityMarkBackfill:   a.orders.MarkBackfill,
		message.ActivityParkCancel:     a.cancels.ParkCancel,
		message.ActivityUnparkCancel:   a.cancels.UnparkCancel,
		message.ActivitySettleCoverage: a.covers.SettleCoverage,
		message.ActivityEndCoverage:    a.covers.EndCoverage,
	}
}

// ofChannels are the activities that call a channel.
func (a areas) ofChannels() map[message.Activity]any {
	return map[message.Activity]any{
		message.ActivitySyncOrdersPage:    a.orders.SyncOrdersPage,
		message.ActivityRefreshOrder:      a.orders.RefreshOrder,
		message.ActivityPushLevels:        a.stock.PushLevels,
		message.ActivityLevelsOutcome:     a.stock.LevelsOutcome,
		message.ActivitySendPackage:       a.ships.SendPackage,
		message.ActivityCancelOnChannel:   a.cancels.CancelOnChannel,
		message.ActivityImportListings:    a.links.ImportListings,
		message.ActivityCheckLevels:       a.levels.CheckLevels,
		message.ActivityCheckListings:     a.levels.CheckListings,
		message.ActivityMigrateListings:   a.moves.MigrateListings,
		message.ActivityReadMigrated:      a.moves.ReadMigrated,
		message.ActivityCheckGoods:        a.goods.CheckGoods,
		message.ActivitySubmitGoods:       a.goods.SubmitGoods,
		message.ActivitySubmissionOutcome: a.goods.SubmissionOutcome,
		message.ActivityBackfillPage:      a.orders.BackfillPage,
		message.ActivityBackfillOrder:     a.orders.BackfillOrder,
		message.ActivityListOrderIDs:      a.covers.ListOrderIDs,
	}
}
