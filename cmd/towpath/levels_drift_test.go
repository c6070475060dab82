package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// overwrites lets a second tool set levels of amazon-uk, and names it.
func (b *fixture) overwrites(shown map[string]int) {
	b.t.Helper()
	ctx, now := context.Background(), time.Now().UTC()
	page := links.ListingsPage{Account: "amazon-uk", RunID: "read-back", SeenAt: now, Look: levels.Look{AskedAt: now, SalesWithin: time.Microsecond}}
	for sku, n := range shown {
		page.Listings = append(page.Listings, channel.Listed{SKU: sku, ListingID: sku, Ref: sku, State: channel.ListingLive, Quantity: n})
	}
	_, err := b.store.Links.SaveListings(ctx, page)
	require.NoError(b.t, err)
	later := now.Add(time.Second)
	run := runs.Run{ID: fmt.Sprint("scan-", later.UnixNano()), Account: "amazon-uk", Kind: runs.RunOrders, StartedAt: later, EndedAt: later}
	require.NoError(b.t, b.store.Runs.StartRun(ctx, run))
	require.NoError(b.t, b.store.Runs.EndRun(ctx, run))
	_, err = b.store.Levels.NameDrifts(ctx, "amazon-uk")
	require.NoError(b.t, err)
}

// readsBack has amazon-uk show what was sent to correct levels.
func (b *fixture) readsBack() {
	b.t.Helper()
	ctx := context.Background()
	doubted, err := b.store.Levels.DoubtedLevels(ctx, "amazon-uk", time.Now(), 10)
	require.NoError(b.t, err)
	for _, d := range doubted {
		_, err := b.store.Levels.SaveShown(ctx, "amazon-uk", "check", levels.Look{}, []levels.ShownLevel{{AcceptedLevel: d, Shown: d.Quantity}})
		require.NoError(b.t, err)
	}
}

// `levels drift` exits 3 when any level is contested, on whatever page; `levels ours` sends those again.
func TestContestedLevelsNeedAPersonOnWhateverPage(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observed(2)
	b.stocks(10, "MUG-00", "MUG-01")
	b.golive("amazon-uk")
	code, out, errs := b.run("levels", "drift")
	require.Zero(t, code, errs)
	require.Contains(t, out, "Nobody else has set anything")
	for i := range 3 {
		b.pushes()
		b.readsBack()
		shown := map[string]int{"MUG-00": 10, "MUG-01": 3 + i}
		if i == 0 {
			shown["MUG-00"] = 4
		}
		b.overwrites(shown)
	}
	for _, page := range [][]string{{"--limit", "1"}, {}, {"-o", "json"}} {
		code, out, errs = b.run(append([]string{"levels", "drift", "--account", "amazon-uk"}, page...)...)
		require.Equal(t, exitAttention, code, "%v: %s%s", page, out, errs)
		require.Contains(t, out, map[bool]string{true: `"contested": 1`, false: "amazon-uk: 2 levels were set by somebody else 4 times within 24 hours"}[slices.Contains(page, "json")])
		require.Contains(t, out, "MUG-00")
		require.Contains(t, errs, "levels ours --account amazon-uk")
		require.Contains(t, errs, "levels theirs --account amazon-uk --all", "a command that works")
	}
	var list struct{ Drift []levels.DriftRow }
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	require.Len(t, list.Drift, 2)
	require.Equal(t, []bool{false, true}, []bool{list.Drift[0].Contested, list.Drift[1].Contested})
	code, _, errs = b.run("levels", "drift", "--after", "nonsense")
	require.Equal(t, exitUsage, code, errs)

	code, _, errs = b.run("levels", "ours")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "--account")
	code, out, errs = b.run("levels", "ours", "--account", "amazon-uk", "MUG-01")
	require.Zero(t, code, errs)
	require.Contains(t, out, "1 ")
	require.Equal(t, 10, b.pushes()["MUG-01"])
	code, _, errs = b.run("levels", "drift")
	require.Zero(t, code, errs)
}

// `levels ours` takes back what is left to another tool only when it is named or with --left.
func TestWhatIsLeftIsTakenBackOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observed(2)
	b.stocks(10, "MUG-00", "MUG-01")
	b.golive("amazon-uk")
	b.pushes()
	for _, ask := range []struct {
		ours []string
		sent int
	}{{nil, 0}, {[]string{"MUG-01"}, 1}, {[]string{"--left"}, 2}} {
		code, _, errs := b.run("levels", "theirs", "--account", "amazon-uk", "MUG-00", "MUG-01")
		require.Zero(t, code, errs)
		code, _, errs = b.run(append([]string{"levels", "ours", "--account", "amazon-uk"}, ask.ours...)...)
		require.Zero(t, code, errs)
		require.Len(t, b.pushes(), ask.sent, ask.ours)
	}
	code, _, errs := b.run("links", "strike", "MUG-00", "--account", "amazon-uk", "--reason", "broken")
	require.Zero(t, code, errs)
	code, _, errs = b.run("levels", "theirs", "--account", "amazon-uk", "MUG-00", "MUG-01")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "struck off amazon-uk: MUG-00.")
	require.Contains(t, errs, "towpath links put-back --account amazon-uk MUG-00")
	for _, wrong := range [][]string{{"--left", "MUG-00"}, {"--left", "--field", "title"}} {
		code, _, errs := b.run(append([]string{"levels", "ours", "--account", "amazon-uk"}, wrong...)...)
		require.Equal(t, exitUsage, code, errs)
	}
}

// `accounts live --undo` is refused after 14 days; before, it may be repeated.
func TestAnUndoThatIsTooLateIsRefused(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observed(2)
	b.stocks(12, "MUG-00", "MUG-01")
	b.golive("amazon-uk")
	b.pushes()
	ctx := context.Background()
	long := time.Now().Add(-15 * 24 * time.Hour).UnixMicro()
	require.NoError(t, storetest.Exec(ctx, b.store.DB, `UPDATE levels_before SET live_at = $1`, long))
	code, _, errs := b.run("accounts", "live", "amazon-uk", "--undo")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "more than 14 days ago")
	require.NoError(t, storetest.Exec(ctx, b.store.DB, `UPDATE levels_before SET live_at = $1`, time.Now().Add(-time.Hour).UnixMicro()))
	code, out, errs := b.run("accounts", "live", "amazon-uk", "--undo", "-o", "json")
	require.Zero(t, code, errs)
	var undone struct{ Links int }
	require.NoError(t, json.Unmarshal([]byte(out), &undone))
	require.Equal(t, 2, undone.Links)
	code, out, errs = b.run("levels", "diff", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	require.Contains(t, out, "2 listings go back")
	require.Contains(t, out, "down, back")
	code, out, _ = b.run("accounts", "live", "amazon-uk", "--undo")
	require.Zero(t, code, "it may be repeated")
	require.Contains(t, out, "2 levels go back")
	code, _, errs = b.run("accounts", "live", "nobody", "--undo")
	require.Equal(t, exitUsage, code, errs)
}
