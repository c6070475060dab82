package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/starter"
)

// A buyer is masked until somebody asks for it; the log has who did, and what was forgotten stays forgotten.
func TestBuyersAreShownOnPurposeAndForgotten(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	b.pack()
	code, out, errs := b.run("order", "1001", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	require.Regexp(t, `buyer +\S`, out)
	require.NotContains(t, out, buyerName)
	require.NotContains(t, out, buyerNote)
	require.Contains(t, out, "has a note, has a gift message")

	code, out, errs = b.run("buyers", "log")
	require.Zero(t, code, errs)
	require.Contains(t, out, "Nobody has seen a buyer's data.")

	code, out, errs = b.run("buyers", "show", "1001", "--account", "amazon-uk", "--reason", "the parcel came back")
	require.Zero(t, code, errs)
	require.Contains(t, out, buyerName)
	require.Contains(t, out, "  Ring\n  towpath order ?[2JQuillon\n")
	require.Contains(t, out, "Yours, Quillon")
	code, out, errs = b.run("buyers", "show", "1001", "--account", "amazon-uk", "-o", "json")
	require.Zero(t, code, errs)
	var shown starter.BuyerShown
	require.NoError(t, json.Unmarshal([]byte(out), &shown))
	require.True(t, shown.Known)
	require.Equal(t, buyerName, shown.Buyer.Name)
	code, _, errs = b.run("orders", "export", "--for", "csv", "--out", b.outFile("orders.csv"))
	require.Zero(t, code, errs)

	code, out, errs = b.run("buyers", "log", "--order", "1001", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	require.Contains(t, out, "the parcel came back")
	require.Contains(t, out, "export 1")
	code, out, errs = b.run("buyers", "log", "--limit", "1")
	require.Zero(t, code, errs)
	require.Contains(t, out, "There may be more: towpath buyers log --before ")

	code, out, errs = b.run("buyers", "forget", "1001", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	require.Contains(t, out, "1 order: 1 record removed.")
	code, out, errs = b.run("buyers", "show", "1001", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	require.Contains(t, out, "Nothing is known of the buyer")
	code, out, errs = b.run("order", "1001", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	require.Contains(t, out, "forgotten")

	code, out, errs = b.run("buyers", "forget", "--email", shown.Buyer.Email, "-o", "json")
	require.Zero(t, code, errs)
	var forgotten starter.BuyersForgotten
	require.NoError(t, json.Unmarshal([]byte(out), &forgotten))
	require.Positive(t, forgotten.Forgotten, "the other orders of the same buyer")
	code, out, errs = b.run("buyers", "log", "-o", "json")
	require.Zero(t, code, errs)
	var log struct{ Log []buyers.View }
	require.NoError(t, json.Unmarshal([]byte(out), &log))
	require.Equal(t, buyers.Forgotten, log.Log[0].What)
	require.NotContains(t, out, shown.Buyer.Email)

	code, out, errs = b.run("buyers", "rewrap")
	require.Zero(t, code, errs)
	require.Contains(t, out, "0 keys encrypted anew.")

	for _, wrong := range [][]string{
		{"buyers", "forget"}, {"buyers", "forget", "1001", "--email", "a@b.example"}, {"buyers", "forget", "--email", "Ada"},
		{"buyers", "show", "nowhere"}, {"buyers", "log", "--order", "nowhere"},
	} {
		code, _, errs = b.run(wrong...)
		require.Equal(t, exitUsage, code, "%v: %s", wrong, errs)
	}
}

// Without the key all commands work that do not need a buyer, and those that do say which key is missing.
func TestWithoutTheKeyOnlyBuyersAreMissing(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	b.pack()
	b.settings.BuyerKey = ""
	code, out, errs := b.run("order", "1001", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	require.Contains(t, out, "encrypted; TOWPATH_BUYER_KEY is not set")
	for _, command := range [][]string{{"buyers", "show", "1001", "--account", "amazon-uk"}, {"orders", "export", "--for", "csv"}} {
		code, _, errs = b.run(command...)
		require.Equal(t, exitFailed, code)
		require.Contains(t, errs, "TOWPATH_BUYER_KEY is not set")
	}
	code, out, errs = b.run("orders", "export", "--list")
	require.Zero(t, code, errs)
	require.NotContains(t, out, "export 1", "nothing was recorded")
}
