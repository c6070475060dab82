package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Messages for the user go to stderr, and the exit code is 2 for a mistake of the caller and 1 for other errors.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	_, taken, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	foreign := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(foreign, "accounts.yaml"), []byte("accounts: []\n"), 0o600))
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))

	fresh := func() string { return filepath.Join(t.TempDir(), "data") }
	for name, c := range map[string]struct {
		args []string
		code int
		said string
	}{
		"version":         {args: []string{"--version"}, code: exitDone},
		"help":            {args: []string{"--help"}, code: exitDone},
		"unknown flag":    {args: []string{"--bogus"}, code: exitUsage, said: "--bogus"},
		"no account":      {args: []string{"--data", fresh(), "--accounts", "0"}, code: exitUsage, said: "from 1 to 500"},
		"many accounts":   {args: []string{"marketplaces", "--data", fresh(), "--accounts", "9999"}, code: exitUsage, said: "--accounts"},
		"an argument":     {args: []string{"book.csv"}, code: exitUsage, said: "book.csv"},
		"missing book":    {args: []string{"--data", fresh(), "--orders", "none.csv"}, code: exitUsage, said: "none.csv"},
		"a file":          {args: []string{"--data", file}, code: exitUsage, said: "not a directory"},
		"foreign folder":  {args: []string{"--data", foreign, "--fresh"}, code: exitUsage, said: "accounts.yaml"},
		"nothing audited": {args: []string{"audit", "--data", fresh()}, code: exitUsage, said: "no data of towpath-dev"},
		"no marketplaces": {args: []string{"faults", "--data", fresh()}, code: exitUsage, said: "no marketplaces are running"},
		"no fault":        {args: []string{"faults", "set"}, code: exitUsage, said: "give the faults"},
		"no second tool":  {args: []string{"second-tool", "--account", "ebay-uk", "--data", fresh()}, code: exitUsage, said: "no marketplaces are running"},
		"whose level":     {args: []string{"second-tool"}, code: exitUsage, said: "--account A"},
		"no file":         {args: []string{"rehearse"}, code: exitUsage, said: "give the files"},
		"taken port":      {args: []string{"--data", fresh(), "--console-port", taken}, code: exitFailed, said: "--console-port"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			require.Equal(t, c.code, Run(t.Context(), c.args, &out, &errs), "%s", errs.String())
			if c.code == exitDone {
				require.NotEmpty(t, out.String())
				require.Empty(t, errs.String())
				return
			}
			require.Empty(t, out.String())
			require.Regexp(t, "^towpath-dev: ", errs.String())
			require.Contains(t, errs.String(), c.said)
		})
	}
}
