package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/starter"
)

// stocks puts n of each of the SKUs of observed on hand.
func (b *fixture) stocks(n int, skus ...string) {
	b.t.Helper()
	var list []stock.Change
	for _, sku := range skus {
		list = append(list, stock.Change{Key: "stocks " + sku, SKU: sku, Location: "main", Kind: stock.Opening, Quantity: n})
	}
	_, err := b.store.Ledger.ApplyStock(context.Background(), list)
	require.NoError(b.t, err)
}

// pushes acknowledges every level that amazon-uk is to send, and returns them.
func (b *fixture) pushes() map[string]int {
	b.t.Helper()
	ctx := context.Background()
	list, err := b.store.Levels.DirtyLevels(ctx, "amazon-uk", 100)
	require.NoError(b.t, err)
	out := map[string]int{}
	var done []levels.Push
	for _, l := range list {
		out[l.ChannelSKU] = l.Quantity
		done = append(done, levels.Push{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: time.Now().UTC(), AckedAt: time.Now().UTC()})
	}
	_, err = b.store.Levels.SavePushes(ctx, "amazon-uk", "push", done)
	require.NoError(b.t, err)
	return out
}

func TestASampleGoesLiveAndIsUndone(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observed(4)
	b.stocks(12, "MUG-00", "MUG-01")
	b.stocks(10, "MUG-02")
	code, _, errs := b.run("accounts", "live", "amazon-uk", "--undo")
	require.Equal(t, exitFailed, code, errs)
	require.Contains(t, errs, "it has not gone live")

	code, out, errs := b.run("accounts", "live", "amazon-uk", "--skus", "2")
	require.Zero(t, code, errs)
	require.Contains(t, out, "amazon-uk observes, 2 live")
	require.Contains(t, out, "MUG-02, MUG-00", "what changes least")
	_, out, _ = b.run("accounts")
	require.Contains(t, strings.Join(strings.Fields(out), " "), "observing, 2 live")
	require.Equal(t, map[string]int{"MUG-00": 12, "MUG-02": 10}, b.pushes())

	_, out, _ = b.run("levels", "diff", "--account", "amazon-uk")
	require.Contains(t, out, "2 listings are live as a sample")
	require.Contains(t, out, "same, sample")
	for _, line := range strings.Split(out, "\n") {
		require.LessOrEqual(t, len([]rune(line)), 100, line)
	}

	code, out, errs = b.run("accounts", "live", "amazon-uk", "--skus", "2", "-o", "json")
	require.Zero(t, code, errs)
	var again starter.SampleLive
	require.NoError(t, json.Unmarshal([]byte(out), &again))
	require.Equal(t, 2, again.Live)
	require.Empty(t, again.Added, "it may be repeated")
	code, _, errs = b.run("accounts", "live", "amazon-uk", "--sku", "MUG-01")
	require.Zero(t, code, errs)
	require.Equal(t, map[string]int{"MUG-01": 12}, b.pushes())

	b.stocks(3, "MUG-03")
	_, err := b.store.Ledger.ApplyStock(context.Background(), []stock.Change{{Key: "lost", SKU: "MUG-00", Location: "main", Kind: stock.Adjust, Quantity: -9}})
	require.NoError(t, err)
	code, out, errs = b.run("accounts", "live", "amazon-uk", "--undo")
	require.Zero(t, code, errs)
	words := strings.Join(strings.Fields(out), " ")
	require.Contains(t, words, "amazon-uk observes. 3 levels go back")
	require.Contains(t, words, "MUG-00 (10 listed, 3 free)")
	_, out, _ = b.run("accounts")
	require.Contains(t, strings.Join(strings.Fields(out), " "), "observing, 3 going back")
	_, out, _ = b.run("accounts", "show", "amazon-uk")
	require.Contains(t, strings.Join(strings.Fields(out), " "), "0 of 3 are back")
	require.Equal(t, map[string]int{"MUG-00": 10, "MUG-01": 10, "MUG-02": 10}, b.pushes())
	_, out, _ = b.run("accounts", "show", "amazon-uk")
	require.Contains(t, strings.Join(strings.Fields(out), " "), "3 of 3 are back: a scan of orders")
	code, _, errs = b.run("accounts", "live", "amazon-uk", "--skus", "2")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "goes back")
	code, _, errs = b.run("accounts", "observe", "amazon-uk")
	require.Zero(t, code, errs)
	b.stocks(1, "MUG-04")
	require.Empty(t, b.pushes(), "it only observes")
}

func TestASampleThatIsWronglyAskedForChangesNothing(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observed(2)
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--skus", "0"}, exitUsage, "want 1 or more"},
		{[]string{"--sku", "NOTHING"}, exitUsage, "NOTHING"},
		{[]string{"--skus", "2", "--undo"}, exitUsage, "given alone"},
		{[]string{"--skus", "2"}, exitFailed, "no listing of amazon-uk is fit"},
	} {
		code, _, errs := b.run(append([]string{"accounts", "live", "amazon-uk"}, c.args...)...)
		require.Equal(t, c.code, code, "%v: %s", c.args, errs)
		require.Contains(t, errs, c.says)
	}
	require.Empty(t, b.pushes())
	b.golive("amazon-uk")
	code, _, errs := b.run("accounts", "live", "amazon-uk", "--skus", "2")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "live as a whole")
}
