// Package integration tests Towpath from outside: the real programs, a real Temporal server, real databases,
// marketplaces over HTTP, a browser.
package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/oracletest"
)

// programs is the folder of the built programs.
var programs string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "towpath-programs-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "make folder for programs:", err)
		return 1
	}
	defer os.RemoveAll(dir)
	build := exec.Command("go", "build", "-o", dir, "../cmd/towpath", "../cmd/towpath-dev")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build programs:", err)
		return 1
	}
	programs = dir
	return m.Run()
}

// deadline limits everything that a test waits for; a shared machine can be very slow.
const deadline = 20 * time.Minute

// program is a running program.
type program struct {
	t    *testing.T
	cmd  *exec.Cmd
	out  *output
	done chan struct{}
	code int
}

// output is what a program has printed so far.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// start runs a program in a folder until it ends or the test does.
func start(t *testing.T, dir string, env []string, name string, args ...string) *program {
	t.Helper()
	p := &program{t: t, out: &output{}, done: make(chan struct{})}
	p.cmd = exec.Command(filepath.Join(programs, name), args...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = dir, p.out, p.out
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, p.cmd.Start())
	go func() {
		defer close(p.done)
		_ = p.cmd.Wait()
		p.code = p.cmd.ProcessState.ExitCode()
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%s %s printed:\n%s", name, strings.Join(args, " "), p.out)
		}
	})
	return p
}

// kill sends SIGKILL (kill -9).
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// stop sends what Ctrl-C sends; it returns the exit code.
func (p *program) stop() int {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(os.Interrupt))
	return p.wait()
}

// wait waits until the program ends by itself and returns its exit code.
func (p *program) wait() int {
	p.t.Helper()
	limit := time.NewTimer(deadline)
	defer limit.Stop()
	select {
	case <-p.done:
	case <-limit.C:
		p.t.Fatal("the program did not end in time")
	}
	return p.code
}

// eventually waits for a condition while the program runs. The condition runs on the test's own goroutine, so it may
// fail the test.
func (p *program) eventually(what string, condition func() bool) {
	p.t.Helper()
	tick, limit := time.NewTicker(100*time.Millisecond), time.NewTimer(deadline)
	defer tick.Stop()
	defer limit.Stop()
	for !condition() {
		select {
		case <-p.done:
			p.t.Fatalf("ended with %d while waiting for %s", p.code, what)
		case <-limit.C:
			p.t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}

// towpath runs the CLI to its end in a folder.
func towpath(t *testing.T, dir string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	return towpathWith(t, dir, nil, args...)
}

// towpathWith runs the CLI with settings in its environment.
func towpathWith(t *testing.T, dir string, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(programs, "towpath"), args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil {
		require.ErrorAs(t, err, &exit, "towpath %s: %s", strings.Join(args, " "), errs.String())
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// decoded runs the CLI with -o json, which must succeed, and decodes what it prints.
func decoded[T any](t *testing.T, dir string, args ...string) T {
	t.Helper()
	stdout, stderr, code := towpath(t, dir, append(args, "-o", "json")...)
	require.Contains(t, []int{0, 3}, code, "%s%s", stdout, stderr)
	var v T
	require.NoError(t, json.Unmarshal([]byte(stdout), &v), stdout)
	return v
}

// freePorts are the flags with which several towpath-dev can run beside each other.
var freePorts = []string{"--console-port", "0", "--ui-port", "0", "--temporal-port", "0", "--markets-port", "0"}

// startDev starts a towpath-dev in a folder, with its data in .towpath there.
func startDev(t *testing.T, dir string, args ...string) *program {
	t.Helper()
	return start(t, dir, nil, "towpath-dev", append(args, freePorts...)...)
}

// realBook returns the order book of a real retailer. It is not part of the repository.
func realBook(t *testing.T, month string) string {
	t.Helper()
	return oracletest.Data(t, `the UCI data set "Online Retail", by month`, "online-retail", month+".csv")
}
