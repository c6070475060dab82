package main

import (
	"archive/zip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store/runs"
)

// fails records calls of amazon-uk that failed: for package P1 of order 1001, for a SKU, and in a run.
func (b *fixture) fails() (faultID string) {
	ctx := context.Background()
	row := b.rowOf("amazon-uk", "1001")
	require.NoError(b.t, b.store.Runs.StartRun(ctx, runs.Run{ID: "run-9", Kind: runs.RunStock, Account: "amazon-uk", Endpoint: channel.Production, StartedAt: time.Now().UTC()}))
	sku := channel.NewFault(channel.Invalid, "patchListingsItem", "no level for "+buyerName)
	sku.Code, sku.RequestID, sku.Hit = "InvalidInput", "patch-7", channel.Hit{SKU: "LAMP-UK", RunID: "run-9"}
	parcel := channel.NewFault(channel.Invalid, "confirmShipment", "no carrier for "+buyerName)
	parcel.Code, parcel.RequestID, parcel.Hit = "BadCarrier", "ship-7", channel.Hit{OrderID: row}
	call := func(f *channel.Fault) runs.Call {
		return runs.Call{Account: "amazon-uk", Endpoint: channel.Production, RunID: f.Hit.RunID, OrderID: f.Hit.OrderID, Call: channel.Call{Operation: f.Operation, RequestID: f.RequestID,
			Status: 400, Class: f.Class, Code: f.Code, At: time.Now().UTC(), Request: "PATCH /kept-of-" + f.RequestID, Answer: "HTTP 400"}}
	}
	require.NoError(b.t, b.store.Runs.SaveFaults(ctx, "amazon-uk", []*channel.Fault{sku, parcel}, call(sku), call(parcel)))
	require.NoError(b.t, b.store.Runs.SaveItems(ctx, []runs.Item{{RunID: "run-9", Type: "level", Reference: "LAMP-UK", Status: runs.ItemError, FaultID: sku.ID, At: time.Now().UTC()}}))
	return parcel.ID
}

func unzipped(t *testing.T, path string) string {
	t.Helper()
	r, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer func() { _ = r.Close() }()
	var all strings.Builder
	for _, f := range r.File {
		in, err := f.Open()
		require.NoError(t, err)
		_, err = io.Copy(&all, in)
		require.NoError(t, err)
	}
	return all.String()
}

func TestASupportFileHasTheIdsOfTheCallsThatFailed(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	id := b.fails()
	for name, c := range map[string]struct {
		args        []string
		has, hasNot string
	}{
		"order":   {[]string{"order", "1001", "--account", "amazon-uk"}, "ship-7", "patch-7"},
		"item":    {[]string{"item", "LAMP-UK", "--account", "amazon-uk"}, "patch-7", "ship-7"},
		"run":     {[]string{"run", "run-9"}, "patch-7", "ship-7"},
		"account": {[]string{"account", "amazon-uk"}, "patch-7", "nothing"},
		"error":   {[]string{"error", id}, "ship-7", "patch-7"},
	} {
		file := b.outFile(name + ".zip")
		code, out, errs := b.run(append(append([]string{"support"}, c.args...), "--out", file)...)
		require.Zero(t, code, "%s: %s", name, errs)
		text := unzipped(t, file)
		require.Contains(t, out, c.has, name)
		require.Contains(t, text, "PATCH /kept-of-"+c.has, name)
		require.NotContains(t, text, c.hasNot, name)
		require.NotContains(t, text, buyerName, name)
		require.Contains(t, text, "API: ", name)
	}
}

func TestASupportFileIsNotWrittenOverAnother(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	file := b.outFile("case.zip")
	require.NoError(t, os.WriteFile(file, []byte("mine"), 0o600))
	code, _, errs := b.run("support", "account", "amazon-uk", "--out", file)
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "the file exists")
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "mine", string(kept))
	code, _, errs = b.run("support", "account", "amazon-uk", "--out", file, "--force")
	require.Zero(t, code, errs)
	require.Contains(t, unzipped(t, file), "No call about account amazon-uk has failed")
	left, err := filepath.Glob(filepath.Join(filepath.Dir(file), ".support-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestAnUnknownReferenceSaysWhatWasLookedFor(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	for _, args := range [][]string{{"order", "nothing"}, {"item", "nothing"}, {"run", "nothing"}, {"error", "nothing"}, {"account", "nothing"}, {"package", "nothing/P1"}} {
		code, _, errs := b.run(append([]string{"support"}, args...)...)
		require.Equal(t, exitUsage, code, "%s: %s", args, errs)
		require.Contains(t, errs, "nothing")
	}
	code, _, errs := b.run("support", "order", "1001")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "amazon-uk 1001")
	require.Contains(t, errs, "--account")
	code, _, errs = b.run("support", "package", "1001", "--account", "amazon-uk")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "ORDER/PACKAGE")
}

func TestTheNumberOfACaseIsShownUntilItsIncidentCloses(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	ctx := context.Background()
	_, err := b.store.Accounts.Pause(ctx, "shopify-uk", "by hand")
	require.NoError(t, err)
	name := incident.Name{Kind: incident.Paused, Account: "shopify-uk"}.String()
	code, _, errs := b.run("support", "case", name+"/nothing", "--number", "42")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, name, "those that are open are named")
	code, _, errs = b.run("support", "case", name, "--number", " ")
	require.Equal(t, exitUsage, code, errs)
	for range 2 {
		code, _, errs = b.run("support", "case", name, "--number", "4711-X", "--by", "ann")
		require.Zero(t, code, errs)
	}
	_, out, _ := b.run("incidents")
	require.Contains(t, out, "4711-X")
	_, out, _ = b.run("status")
	require.Contains(t, strings.Join(strings.Fields(out), " "), "case 4711-X")

	_, err = b.store.Accounts.Resume(ctx, "shopify-uk")
	require.NoError(t, err)
	_, out, _ = b.run("status")
	require.NotContains(t, out, "4711-X")
	_, out, _ = b.run("incidents", "--all")
	require.Contains(t, out, "4711-X", "it stays in the history")
	_, err = b.store.Accounts.Pause(ctx, "shopify-uk", "again")
	require.NoError(t, err)
	_, out, _ = b.run("status")
	require.NotContains(t, out, "4711-X", "it was of another incident")
}

// Wherever an error is shown, the command for its support file is there to be copied, and works.
func TestWhatShowsAnErrorNamesTheCommandOfItsSupportFile(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	id := b.fails()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"errors"}, "support error "},
		{[]string{"errors", id}, "support error " + id + " --out case.zip"},
		{[]string{"order", "1001", "--account", "amazon-uk"}, "support order 1001 --account amazon-uk --out case.zip"},
	} {
		code, out, errs := b.run(c.args...)
		require.Zero(t, code, errs)
		require.Contains(t, strings.Join(strings.Fields(out), " "), c.want, c.args)
	}
	code, out, errs := b.run("runs", "list")
	require.Zero(t, code, errs)
	require.Contains(t, strings.Join(strings.Fields(out), " "), "support run run-9 --out case.zip")
}
