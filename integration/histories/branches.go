package main

import (
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

// kind is a workflow with its branches and the function that returns which of them a history took. An empty branch
// means that the history is not wanted.
type kind struct {
	workflow string
	branches []string
	branch   func(facts) (string, error)
}

var kinds = []kind{
	{"OrderSync", []string{"one-page", "several-pages", "retried", "failed", "open-only"}, orderSync},
	{"OrderLifecycle", []string{
		"one-package", "two-packages", "refused", "cancelled-by-channel", "cancelled", "cancelled-in-part",
		"cancelled-while-sending", "restarted-unsent", "restarted",
		"v2-one-package", "v2-ended-by-update", "v2-two-packages", "v2-refused", "v2-cancelled-by-channel", "v2-cancelled", "v2-cancelled-in-part", "v2-retried", "v2-conflict-refreshed",
		"v2-parked", "v2-parked-cancelled", "v2-restarted-unsent", "v2-restarted-parked", "v2-restarted",
	}, orderLifecycle},
	{"ShipmentSync", []string{
		"first-try", "two-packages", "retried", "conflict-refreshed", "parked-retried", "parked-order-changed",
		"v2-parked-retried", "v2-parked-twice", "v2-parked-order-changed", "v2-sends-first",
	}, shipmentSync},
	{"StockPush", []string{"one-batch", "several-batches", "nothing-dirty", "pending-feed", "woken-while-working", "retried", "gave-up",
		"v3-beside-feed", "v3-one-batch"}, stockPush},
	{"LinksImport", []string{"one-page", "several-pages", "retried", "failed"}, linksImport},
	{"LevelCheck", []string{"one-call", "several-calls", "shown-otherwise", "retried", "failed"}, levelCheck},
	{"ListingMigration", []string{"one-call", "several-calls", "retried", "failed"}, listingMigration},
	{"ListingPublication", []string{"one-run", "two-runs", "dry-run", "pending", "retried", "gave-up", "parked-retried", "stopped", "continued", "taken-over"}, listingPublication},
	{"PublishChanged", []string{"asked"}, func(facts) (string, error) { return "asked", nil }},
	{"OrderCancellation", []string{"one-call", "read-again", "parked-retried"}, orderCancellation},
	{"Coverage", []string{"one-page", "several-pages", "report", "retried", "failed"}, covering},
	{"Sweep", []string{"nothing-lost", "repaired"}, sweep},
	{"Backfill", []string{"search", "several-pages", "paused", "stopped", "retried", "failed", "report"}, backfilling},
}

func orderSync(f facts) (string, error) {
	var in message.OrderSyncInput
	var out message.OrderSyncResult
	if err := f.read(&in, &out); err != nil {
		return "", err
	}
	switch {
	case out.Fault != nil:
		return "failed", nil
	case len(f.faults) > 0:
		return "retried", nil
	case in.OpenOnly:
		return "open-only", nil
	case f.calls["SyncOrdersPage"] > 1:
		return "several-pages", nil
	}
	return "one-page", nil
}

func orderLifecycle(f facts) (string, error) {
	var in message.OrderLifecycleInput
	var out message.OrderResult
	if err := f.read(&in, &out); err != nil {
		return "", err
	}
	if in.Version >= 2 {
		return lifecycleThatSends(f, in, out), nil
	}
	cancels := f.updates[message.UpdateCancel]
	switch {
	case len(in.Unsent) > 0:
		return "restarted-unsent", nil
	case in.State == order.Processed || in.State == order.Shipped:
		return "restarted", nil
	case f.signalled > 0:
		return "cancelled-while-sending", nil
	case f.refused > 0:
		return "refused", nil
	case cancels > 0 && f.children > 0:
		return "cancelled-in-part", nil
	case cancels > 0:
		return "cancelled", nil
	case f.children == 0 && out.State == order.Cancelled:
		return "cancelled-by-channel", nil
	case f.updates[message.UpdateProcess] > 1:
		return "two-packages", nil
	case f.children == 1:
		return "one-package", nil
	}
	return "", nil
}

// lifecycleThatSends is orderLifecycle from version 2 on.
func lifecycleThatSends(f facts, in message.OrderLifecycleInput, out message.OrderResult) string {
	sends, cancels := f.calls["SendPackage"], f.updates[message.UpdateCancel]
	switch {
	case len(in.Unsent) > 0 && f.children > 0:
		return "v2-restarted-parked"
	case len(in.Unsent) > 0:
		return "v2-restarted-unsent"
	case in.State == order.Processed || in.State == order.Shipped:
		return "v2-restarted"
	case f.children > 0 && f.signalled > 0:
		return "v2-parked-cancelled"
	case f.children > 0:
		return "v2-parked"
	case f.refused > 0:
		return "v2-refused"
	case f.calls["RefreshOrder"] > 0:
		return "v2-conflict-refreshed"
	case len(f.faults) > 0:
		return "v2-retried"
	case cancels > 0 && sends > 0:
		return "v2-cancelled-in-part"
	case cancels > 0:
		return "v2-cancelled"
	case sends == 0 && out.State == order.Cancelled:
		return "v2-cancelled-by-channel"
	case f.updates[message.UpdateProcess] > 1:
		return "v2-two-packages"
	case sends == 1 && f.updates[message.UpdateChannelChanged] > 0:
		return "v2-ended-by-update"
	case sends == 1:
		return "v2-one-package"
	}
	return ""
}

func shipmentSync(f facts) (string, error) {
	var in message.ShipmentSyncInput
	var out message.ShipmentSyncResult
	if err := f.read(&in, &out); err != nil {
		return "", err
	}
	parked := f.stored["ParkPackage"] > 0
	switch {
	case in.Version >= 2 && len(in.Packages) == 1 && in.Fault == nil:
		return "v2-sends-first", nil
	case in.Fault != nil && f.signals[message.SignalOrderChanged] > 0:
		return "v2-parked-order-changed", nil
	case in.Fault != nil && f.stored["ParkPackage"] > 1:
		return "v2-parked-twice", nil
	case in.Fault != nil:
		return "v2-parked-retried", nil
	case len(in.Packages) > 1:
		return "two-packages", nil
	case parked && f.signals[message.SignalOrderChanged] > 0:
		return "parked-order-changed", nil
	case parked:
		return "parked-retried", nil
	case slices.Contains(f.faults, channel.Conflict):
		return "conflict-refreshed", nil
	case len(f.faults) > 0:
		return "retried", nil
	}
	return "first-try", nil
}

func orderCancellation(f facts) (string, error) {
	var in message.OrderCancellationInput
	var out message.OrderCancellationResult
	if err := f.read(&in, &out); err != nil {
		return "", err
	}
	switch {
	case f.stored["ParkCancel"] > 0:
		return "parked-retried", nil
	case f.timers > 0:
		return "read-again", nil
	}
	return "one-call", nil
}

func covering(f facts) (string, error) {
	var in message.CoverageInput
	var out message.CoverageResult
	if err := f.read(&in, &out); err != nil {
		return "", err
	}
	switch {
	case out.Fault != nil:
		return "failed", nil
	case len(f.faults) > 0:
		return "retried", nil
	case f.timers > 0:
		return "report", nil
	case f.calls["ListOrderIDs"] > 1:
		return "several-pages", nil
	}
	return "one-page", nil
}

func sweep(f facts) (string, error) {
	var in message.SweepInput
	var out message.SweepResult
	if err := f.read(&in, &out); err != nil {
		return "", err
	}
	if out == (message.SweepResult{}) {
		return "nothing-lost", nil
	}
	return "repaired", nil
}

// read decodes the workflow's input and result.
func (f facts) read(in, out any) error {
	if err := decode(f.input, in); err != nil {
		return fmt.Errorf("input: %w", err)
	}
	if err := decode(f.result, out); err != nil {
		return fmt.Errorf("result: %w", err)
	}
	return nil
}
