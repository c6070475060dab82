package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/starter"
)

// refusedPush saves a push of a level that the channel refused.
func (b *fixture) refusedPush(account, run string) {
	b.t.Helper()
	ctx, t := context.Background(), b.t
	at := time.Now().Add(-time.Minute).Truncate(time.Second)
	r := runs.Run{ID: run, Kind: runs.RunStock, Account: account, Endpoint: channel.Production, StartedAt: at}
	require.NoError(t, b.store.Runs.StartRun(ctx, r))
	dirty, err := b.store.Levels.DirtyLevels(ctx, account, 1)
	require.NoError(t, err)
	f := channel.NewFault(channel.Missing, "patchListingsItem", "words")
	f.Hit.RunID, f.Hit.SKU = run, "LAMP"
	_, err = b.store.Levels.SavePushes(ctx, account, run, []levels.Push{{ChannelSKU: "LAMP", Version: dirty[0].Version, Quantity: 3, SentAt: at, Fault: f}})
	require.NoError(t, err)
	r.EndedAt, r.Counts = at.Add(2*time.Second), message.Counts{Seen: 1, Errors: 1}
	require.NoError(t, b.store.Runs.EndRun(ctx, r))
}

func TestTheLogNamesWhatWasRefusedAndTheRunSaysWhatToDo(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	b.refusedPush("amazon-uk", "push-1")
	code, out, errs := b.run("log", "--account", "amazon-uk", "--kind", "stock")
	require.Zero(t, code, errs)
	require.Contains(t, out, "stock push of amazon-uk began")
	require.Contains(t, out, "SKU LAMP level 3 refused: ")
	require.Contains(t, out, "    towpath errors ")
	require.Contains(t, out, "stock push of amazon-uk ended after 2 s: it sent 1 level: 1 error")
	requireNarrow(t, out)
	code, out, _ = b.run("log", "--account", "amazon-uk", "--errors", "-o", "json")
	require.Zero(t, code)
	var page starter.LogPage
	require.NoError(t, json.Unmarshal([]byte(out), &page))
	require.Len(t, page.Lines, 3, "the end of the run with a fault, the end of the push, its level: %s", out)
	require.Equal(t, "LAMP", page.Lines[2].SKU)

	code, out, errs = b.run("run", "push-1")
	require.Equal(t, exitAttention, code, errs)
	require.Contains(t, errs, "1 error in run push-1 of amazon-uk")
	for _, want := range []string{"sent 1 level: 1 error", "In error", "SKU LAMP level 3 refused", "What to do", "missing", "Log", "stock push of amazon-uk began"} {
		require.Contains(t, out, want)
	}
	requireNarrow(t, out)
	code, out, _ = b.run("run", "push-1", "-o", "json")
	require.Equal(t, exitAttention, code)
	require.True(t, json.Valid([]byte(out)))
}

func TestTheLogIsWrittenToAFileAndPaged(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	b.refusedPush("amazon-uk", "push-1")
	dir := t.TempDir()
	for name, want := range map[string]string{"log.txt": "  stock push of amazon-uk began\n", "log.csv": "at,account,kind,run,wrong,text"} {
		path := filepath.Join(dir, name)
		code, out, errs := b.run("log", "--out", path)
		require.Zero(t, code, errs)
		require.Contains(t, out, "5 lines")
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Contains(t, string(text), want)
		code, _, errs = b.run("log", "--out", path)
		require.Equal(t, exitUsage, code)
		require.Contains(t, errs, "the file exists")
	}
	seen, mark := 0, ""
	for range 5 {
		line := []string{"log", "--limit", "1", "-o", "json"}
		if mark != "" {
			line = append(line, "--before", mark)
		}
		_, out, errs := b.run(line...)
		var page starter.LogPage
		require.NoError(t, json.Unmarshal([]byte(out), &page), errs)
		require.Len(t, page.Lines, 1)
		seen, mark = seen+1, page.Earlier
	}
	require.Equal(t, 5, seen)
	require.Empty(t, mark, "that was the first line")
	for line, want := range map[string]string{
		"run nobody": "no run", "log --run nobody": "no run", "log --kind party": "orders, stock", "log --before x": "no position in the log",
		"log --since soon": "want a time", "log --account nobody": "`towpath accounts` lists them", "log --run push-1 --account shopify-uk": "is one of amazon-uk", "log --before 1-1-1 --after 1-1-1": "either",
	} {
		code, _, errs := b.run(strings.Fields(line)...)
		require.Equal(t, exitUsage, code, line)
		require.Contains(t, errs, want, line)
	}
}
