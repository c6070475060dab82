// Package builds tests what happens to running work when another build of the workers is rolled out and when it is
// rolled back: on a real Temporal server, with the real workflows and the real command line. It is a package of its
// own because it needs no more than that, and is quick.
package builds

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// program is the built command line.
var program string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "towpath-program-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "make folder for the program:", err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "towpath")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", program, "../../cmd/towpath")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build the program:", err)
		return 1
	}
	return m.Run()
}

// patience limits everything that the test waits for; a shared machine can be very slow.
const patience = 5 * time.Minute

// towpath runs a command to its end, as an operator would.
func (f *fixture) towpath(args ...string) (stdout, stderr string, code int) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), f.env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		require.NoError(f.t, err)
	}
	f.t.Logf("$ towpath %v: exit %d\n%s%s", args, cmd.ProcessState.ExitCode(), out.String(), errs.String())
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// decoded runs a command with -o json and decodes what it prints.
func decoded[T any](f *fixture, wantCode int, args ...string) (v T) {
	f.t.Helper()
	stdout, stderr, code := f.towpath(append(args, "-o", "json")...)
	require.Equal(f.t, wantCode, code, stderr)
	require.NoError(f.t, json.Unmarshal([]byte(stdout), &v), stdout)
	return v
}
