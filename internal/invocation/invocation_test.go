package invocation_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/invocation"
)

func TestCommandsAreSpelledAsTheProgramWasCalled(t *testing.T) {
	t.Parallel()
	call := invocation.Call("bin/towpath", "/srv/my demo")
	require.Equal(t, "bin/towpath --data '/srv/my demo'", call)
	for text, want := range map[string]string{
		"towpath status": call + " status",
		"No links: `towpath links import --wait`, then `towpath links match`.": "No links: `" + call + " links import --wait`, then `" + call + " links match`.",
		"<code>towpath retry 7</code>":                                         "<code>" + call + " retry 7</code>",
		"bin/towpath status, /towpath status":                                  "bin/towpath status, /towpath status",
		"run towpath-dev, or my-towpath status":                                "run towpath-dev, or my-towpath status",
		"this towpath is older than the store":                                 "this towpath is older than the store",
		"See `towpath --help`.":                                                "See `" + call + " --help`.",
		"nothing to spell":                                                     "nothing to spell",
		"  towpath orders\n  towpath orders --limit":                           "  " + call + " orders\n  " + call + " orders --limit",
	} {
		require.Equal(t, want, invocation.Fit(text, call))
		require.Equal(t, want, invocation.Fit(want, call), "what is spelled is not spelled again")
		require.Equal(t, text, invocation.Fit(text, invocation.Program))
	}
}

func TestTheNameOfACall(t *testing.T) {
	t.Parallel()
	require.Equal(t, "towpath", invocation.Call("towpath", ""))
	require.Equal(t, "towpath", invocation.Call("", ""))
	require.Equal(t, "towpath --data x", invocation.Call("/root/.cache/go-build/ab/cd-d/towpath", "x"))
	require.Equal(t, "/opt/towpath", invocation.Call("/opt/towpath", ""))
}

func TestTheOtherProgramLiesBesideThisOne(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.Equal(t, "bin/towpath", invocation.Beside(filepath.Join(dir, "towpath-dev"), "towpath"), "there is none yet")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "towpath"), nil, 0o600))
	require.Equal(t, filepath.Join(dir, "towpath"), invocation.Beside(filepath.Join(dir, "towpath-dev"), "towpath"))
	require.Equal(t, "bin/towpath", invocation.Beside("towpath-dev", "towpath"))
}
