package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/explain"
	"github.com/towpath/towpath/starter"
)

func TestAnOrderIsExplainedOnEveryAccountThatHasIt(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	file := b.outFile("case.txt")
	code, out, errs := b.run("explain", "order", "1001", "--out", file)
	require.Equal(t, exitAttention, code, "its units wait for a link: "+errs)
	for _, want := range []string{"Order 1001, amazon-uk (amazon, production)", "Order 1001, shopify-uk (shopify, production)", "It is here, and waits for a link",
		"Where it was looked for", "deleted by hand", "Just this one, or more?", "For support", "The support data is in " + file} {
		require.Contains(t, out, want)
	}
	require.NotContains(t, out, buyerName)
	for line := range strings.Lines(out) {
		if !strings.Contains(line, file) {
			require.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), 100, line)
		}
	}
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), "source: amazon")
	require.NotContains(t, string(text), buyerName)

	code, _, errs = b.run("explain", "order", "1001", "--out", file)
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "the file exists")
	code, out, _ = b.run("explain", "order", "1001", "--account", "amazon-uk", "-o", "json")
	require.Equal(t, exitAttention, code)
	var x starter.Explained
	require.NoError(t, json.Unmarshal([]byte(out), &x))
	require.Len(t, x.Explanations, 1)
	require.Equal(t, explain.Waiting, x.Explanations[0].First().Cause)
	require.Contains(t, x.Explanations[0].Answer.Why, "could not be asked from here", "there is no accounts file")
}

func TestAnExplanationThatIsWronglyAskedForSaysSo(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	code, _, errs := b.run("explain", "order", "1001")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "there is no account yet")
	b.fill()
	for _, args := range [][]string{{"explain", "order", " "}, {"explain", "order", "1001", "--account", "nobody"}, {"explain", "order", strings.Repeat("9", 400)}, {"explain", "order"}} {
		code, out, _ := b.run(args...)
		require.Equal(t, exitUsage, code, "%q", args)
		require.Empty(t, out)
	}
}

func TestASKUIsExplained(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	code, out, errs := b.run("explain", "sku", "lamp")
	require.Zero(t, code, errs)
	require.Contains(t, out, "SKU lamp")
	require.Contains(t, out, "What is not kept")
	for line := range strings.Lines(out) {
		require.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), 100, line)
	}
	code, out, _ = b.run("explain", "sku", "lamp", "-o", "json", "--at", "2026-01-02")
	require.Zero(t, code)
	require.Contains(t, out, `"oversales": []`)
	for _, args := range [][]string{{"explain", "sku", "no-such"}, {"explain", "sku", "lamp", "--at", "yesterday"}} {
		code, _, _ = b.run(args...)
		require.Equal(t, exitUsage, code)
	}
}
