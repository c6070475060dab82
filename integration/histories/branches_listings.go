package main

import (
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/message"
)

func stockPush(f facts) (string, error) {
	var in message.StockPushInput
	var out message.StockPushResult
	if err := f.read(&in, &out); err != nil {
		return "", err
	}
	switch {
	case in.Version >= 3 && f.calls["LevelsOutcome"] > 1 && f.calls["PushLevels"] > 1:
		return "v3-beside-feed", nil
	case in.Version >= 3 && out.Fault == nil && len(f.faults) == 0 && f.calls["PushLevels"] == 1 && f.calls["LevelsOutcome"] == 0:
		return "v3-one-batch", nil
	case in.Version >= 3:
		return "", nil
	case out.Fault != nil:
		return "gave-up", nil
	case len(f.faults) > 0:
		return "retried", nil
	case f.calls["LevelsOutcome"] > 0:
		return "pending-feed", nil
	case f.stored["PlanPush"] > 1:
		return "woken-while-working", nil
	case f.calls["PushLevels"] > 1:
		return "several-batches", nil
	case f.calls["PushLevels"] == 0:
		return "nothing-dirty", nil
	}
	return "one-batch", nil
}

func linksImport(f facts) (string, error) {
	var in message.LinksImportInput
	var out message.LinksImportResult
	if err := f.read(&in, &out); err != nil {
		return "", err
	}
	switch {
	case out.Fault != nil:
		return "failed", nil
	case len(f.faults) > 0:
		return "retried", nil
	case f.calls["ImportListings"] > 1:
		return "several-pages", nil
	}
	return "one-page", nil
}

func backfilling(f facts) (string, error) {
	var in message.BackfillInput
	var out message.BackfillResult
	if err := f.read(&in, &out); err != nil {
		return "", err
	}
	switch {
	case in.Rows > 0:
		return "report", nil
	case out.Fault != nil:
		return "failed", nil
	case len(f.faults) > 0:
		return "retried", nil
	case out.State == backfill.Stopped:
		return "stopped", nil
	case f.signals[message.SignalPause] > 0:
		return "paused", nil
	case f.calls["BackfillPage"] > 1:
		return "several-pages", nil
	}
	return "search", nil
}

func levelCheck(f facts) (string, error) {
	var in message.LevelCheckInput
	var out message.LevelCheckResult
	if err := f.read(&in, &out); err != nil {
		return "", err
	}
	switch {
	case out.Fault != nil:
		return "failed", nil
	case len(f.faults) > 0:
		return "retried", nil
	case out.Counts.Missed > 0:
		return "shown-otherwise", nil
	case f.calls["CheckLevels"] > 1:
		return "several-calls", nil
	}
	return "one-call", nil
}

func listingMigration(f facts) (string, error) {
	var in message.ListingMigrationInput
	var out message.ListingMigrationResult
	if err := f.read(&in, &out); err != nil {
		return "", err
	}
	switch {
	case out.Fault != nil:
		return "failed", nil
	case len(f.faults) > 0:
		return "retried", nil
	case f.calls["MigrateListings"] > 1:
		return "several-calls", nil
	}
	return "one-call", nil
}

func listingPublication(f facts) (string, error) {
	if f.result == nil {
		return "continued", nil
	}
	var in message.ListingPublicationInput
	var out message.ListingPublicationResult
	if err := f.read(&in, &out); err != nil {
		return "", err
	}
	switch {
	case in.RunID != "":
		return "taken-over", nil
	case f.signals[message.SignalStop] > 0:
		return "stopped", nil
	case f.attributes > 0:
		return "parked-retried", nil
	case f.stored["GiveUp"] > 0:
		return "gave-up", nil
	case len(f.faults) > 0:
		return "retried", nil
	case f.calls["SubmissionOutcome"] > 0:
		return "pending", nil
	case f.calls["SubmitGoods"] == 0:
		return "dry-run", nil
	case out.Runs > 1:
		return "two-runs", nil
	}
	return "one-run", nil
}
