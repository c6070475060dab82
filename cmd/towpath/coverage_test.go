package main

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/coverage"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/coverages"
	"github.com/towpath/towpath/starter"
)

func TestCoverageShowsWhatIsMissingAndWhatComesNext(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	ctx := context.Background()
	code, text, errs := b.run("coverage")
	require.Zero(t, code, errs)
	require.Contains(t, text, "not compared yet")
	code, text, errs = b.run("coverage", "shopify-uk")
	require.Zero(t, code, errs)
	require.Contains(t, text, "the first check comes with a sweep")

	hour := time.Now().UTC().Add(-2 * time.Hour).Truncate(time.Hour)
	window := backfill.Range{From: hour, To: hour.Add(time.Hour)}
	placed := hour.Add(time.Minute)
	require.NoError(t, b.store.Coverage.SavePage(ctx, "amazon-uk", "r1", true, []coverage.Listed{{ID: "1001", PlacedAt: placed}, {ID: "lost #1", PlacedAt: placed}}, nil))
	_, err := b.store.Coverage.Settle(ctx, "amazon-uk", coverages.Reading{Run: "r1", Window: window})
	require.NoError(t, err)
	code, text, errs = b.run("coverage", "amazon-uk")
	require.Zero(t, code, "a backfill will bring it: "+errs)
	require.Contains(t, text, "a backfill begins with a sweep")
	_, status, _ := b.run("status", "-o", "json")
	require.Contains(t, status, "1 order that the channel lists is missing here: a backfill reads them")

	asked, ok, err := b.store.Coverage.Follow(ctx, "amazon-uk")
	require.NoError(t, err)
	require.True(t, ok)
	_, text, _ = b.run("backfill", "list")
	require.Contains(t, text, "orders of it that the channel lists were missing")
	require.NoError(t, b.store.Backfills.Mark(ctx, asked.ID, backfill.Paused))
	_, _, err = b.store.Coverage.Follow(ctx, "amazon-uk")
	require.NoError(t, err)
	code, text, errs = b.run("coverage", "amazon-uk")
	require.Equal(t, exitAttention, code, errs)
	require.Contains(t, text, "their backfill is interrupted")
	require.Contains(t, text, "towpath backfill resume "+asked.ID)
	_, status, _ = b.run("status", "-o", "json")
	require.Contains(t, status, "their backfill is paused, was stopped, or has failed")
	require.NoError(t, b.store.Backfills.Mark(ctx, asked.ID, backfill.Done))
	_, _, err = b.store.Coverage.Follow(ctx, "amazon-uk")
	require.NoError(t, err)
	code, text, errs = b.run("coverage", "amazon-uk", "--hours", "--days", "2")
	require.Equal(t, exitAttention, code, errs)
	require.Contains(t, text, hour.Format("2006-01-02 15:04"))
	require.Contains(t, text, "towpath explain order 'lost #1' --account amazon-uk")
	_, status, _ = b.run("status", "-o", "json")
	require.Contains(t, status, "a backfill has not brought")

	code, text, _ = b.run("coverage", "-o", "json")
	require.Equal(t, exitAttention, code)
	var shown struct{ Coverage []starter.CoverageShown }
	require.NoError(t, json.Unmarshal([]byte(text), &shown))
	require.Len(t, shown.Coverage, 2)
	require.Equal(t, 2, shown.Coverage[0].Total.Has)
	require.Equal(t, "lost #1", shown.Coverage[0].Missing[0].OrderID)

	for line, want := range map[string]string{"--hours": "needs an account", "--days=0": "want 1 to 35", "nowhere": "towpath accounts"} {
		code, _, errs = b.run("coverage", line)
		require.Equal(t, exitUsage, code)
		require.Contains(t, errs, want)
	}
}

// A test endpoint is refused as wrong usage, with what to do.
func TestATestEndpointIsNotCompared(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	acc, err := b.store.Accounts.Account(t.Context(), "shopify-uk")
	require.NoError(t, err)
	acc.ID, acc.Endpoint = "shopify-dev", channel.Test
	require.NoError(t, b.store.Settings.SaveAccounts(t.Context(), []accounts.Account{acc}))
	code, _, errs := b.run("runs", "now", "coverage", "--account", "shopify-dev")
	require.Equal(t, exitUsage, code, errs)
	require.Contains(t, errs, "test endpoint")
	require.Contains(t, errs, "`towpath accounts`")
}

// Days and hours are those of the account's time zone, which is named. At any moment the date of one of these zones is not that of UTC.
func TestCoverageIsShownInTheAccountsTimeZone(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Pacific/Kiritimati", "Pacific/Pago_Pago"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			coverageIn(t, name)
		})
	}
}

func coverageIn(t *testing.T, name string) {
	t.Helper()
	b := newFixture(t)
	b.fill()
	acc, err := b.store.Accounts.Account(t.Context(), "shopify-uk")
	require.NoError(t, err)
	acc.TimeZone = name
	require.NoError(t, b.store.Settings.SaveAccounts(t.Context(), []accounts.Account{acc}))
	zone := acc.Zone()
	y, m, d := time.Now().In(zone).Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, zone)
	window := backfill.Range{From: day.Add(-time.Hour).UTC(), To: day.Add(time.Hour).UTC()}
	listed := []coverage.Listed{{ID: "yesterday", PlacedAt: window.From}, {ID: "today", PlacedAt: day.UTC()}}
	require.NoError(t, b.store.Coverage.SavePage(t.Context(), acc.ID, "r1", true, listed, nil))
	_, err = b.store.Coverage.Settle(t.Context(), acc.ID, coverages.Reading{Run: "r1", Window: window})
	require.NoError(t, err)

	_, text, errs := b.run("coverage", acc.ID, "--days", "2")
	require.Contains(t, text, "DAY ("+name+")", errs)
	require.Contains(t, text, day.Format(time.DateOnly))
	require.Contains(t, text, day.AddDate(0, 0, -1).Format(time.DateOnly))
	require.Contains(t, text, "Compared up to "+day.Add(time.Hour).Format("2006-01-02 15:04:05 MST"))
	_, text, _ = b.run("coverage", acc.ID, "--hours", "--days", "1")
	require.Contains(t, text, "HOUR ("+name+")")
	require.Contains(t, text, day.Format("2006-01-02 15:04 MST"))
	require.NotContains(t, text, day.Add(-time.Hour).Format("2006-01-02 15:04 MST"), "that was yesterday there")
	_, text, _ = b.run("coverage", "-o", "json")
	require.Contains(t, text, `"timeZone": "`+name+`"`)
}
