package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/starter"
)

// What is found names the command that shows it, in text and in JSON; what nothing is found for says what can be looked for.
func TestFindNamesTheCommand(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	code, out, errs := b.run("find", "amazon-uk-only", "-o", "json")
	require.Equal(t, exitDone, code, errs)
	var found starter.Found
	require.NoError(t, json.Unmarshal([]byte(out), &found))
	only, is := found.Only()
	require.True(t, is, out)
	require.Contains(t, only.Command, "order amazon-uk-only --account amazon-uk")
	code, out, errs = b.run("find", "1001", "-o", "json")
	require.Equal(t, exitDone, code, errs)
	require.NoError(t, json.Unmarshal([]byte(out), &found))
	_, is = found.Only()
	require.False(t, is, "two accounts have it")
	code, out, errs = b.run("find", "1001")
	require.Equal(t, exitDone, code, errs)
	require.Contains(t, out, "towpath order 1001 --account shopify-uk")
	code, out, _ = b.run("find", "no", "such", "thing")
	require.Equal(t, exitDone, code)
	require.Contains(t, out, `Nothing begins with "no such thing".`)
	require.Contains(t, out, "their data is encrypted")
	code, _, errs = b.run("find", "x", "--kind", "buyers")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "want one of orders")
	code, _, _ = b.run("find", "x", "--limit", "0")
	require.Equal(t, exitUsage, code)
}
