package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/procfs"
)

// buildThis builds the program of this revision, and returns its path.
func buildThis(ctx context.Context, dir string) (string, error) {
	program := filepath.Join(dir, "after")
	if err := run(ctx, ".", "go", "build", "-o", program, "./cmd/towpath-dev"); err != nil {
		return "", fmt.Errorf("build this revision: %w", err)
	}
	return program, nil
}

// playing are the arguments of a run from nothing on free ports, without faults.
func playing(data, book string, more ...string) []string {
	return append([]string{"--data", data, "--fresh", "--orders", book, "--faults", "none",
		"--console-port", "0", "--ui-port", "0", "--temporal-port", "0", "--markets-port", "0"}, more...)
}

// running is a towpath-dev that runs and whose lines are read.
type running struct {
	cmd  *exec.Cmd
	proc procfs.Proc

	mu    sync.Mutex
	lines []string
	err   error         // of its end
	ended chan struct{} // closed then
}

// startDev starts a program. It is interrupted when the context ends.
func startDev(ctx context.Context, program string, args ...string) (*running, error) {
	r := &running{cmd: exec.CommandContext(ctx, program, args...), ended: make(chan struct{})}
	r.cmd.Cancel = func() error { return r.cmd.Process.Signal(os.Interrupt) }
	r.cmd.WaitDelay, r.cmd.Stderr = time.Minute, os.Stderr
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	go r.read(out)
	if r.proc, err = procfs.NewProc(r.cmd.Process.Pid); err != nil {
		return nil, errors.Join(err, r.stop())
	}
	return r, nil
}

func (r *running) read(out io.Reader) {
	s := bufio.NewScanner(out)
	for s.Scan() {
		r.mu.Lock()
		r.lines = append(r.lines, s.Text())
		r.mu.Unlock()
	}
	err := r.cmd.Wait()
	r.mu.Lock()
	r.err = err
	r.mu.Unlock()
	close(r.ended)
}

// said returns all lines from a number on.
func (r *running) said(from int) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.lines[min(from, len(r.lines)):]...)
}

// until waits until so returns true for what the program has printed. Its error says what the program printed.
func (r *running) until(ctx context.Context, what string, limit time.Duration, so func(lines []string) bool) error {
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for !so(r.said(0)) {
		select {
		case <-tick.C:
		case <-r.ended:
			return fmt.Errorf("wait until %s: the program ended (%w) after it printed:\n%s", what, r.end(), strings.Join(r.said(0), "\n"))
		case <-within.Done():
			return fmt.Errorf("wait until %s: %w; it printed:\n%s", what, within.Err(), strings.Join(r.said(0), "\n"))
		}
	}
	return nil
}

func (r *running) end() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

// stop interrupts the program and waits for its end.
func (r *running) stop() error {
	_ = r.cmd.Process.Signal(os.Interrupt)
	<-r.ended
	return r.end()
}

// counts asks a program of this revision for what its Temporal server has counted, and returns its rows by name.
func (r *running) counts(ctx context.Context) (map[string]int64, error) {
	from := len(r.said(0))
	if err := r.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		return nil, err
	}
	var found map[string]int64
	err := r.until(ctx, "it prints what Temporal counted", patience, func([]string) bool {
		found = readCounts(r.said(from))
		_, whole := found[lastCount]
		return whole
	})
	return found, err
}

// consumed is what a program has used so far.
type consumed struct {
	cpu    time.Duration
	memory int              // bytes that are resident
	counts map[string]int64 // nil: not asked for
}

// look reads what the program has used; counts asks it for those of its Temporal server too.
func (r *running) look(ctx context.Context, counts bool) (s consumed, err error) {
	if counts {
		if s.counts, err = r.counts(ctx); err != nil {
			return s, err
		}
	}
	now, err := r.proc.Stat()
	if err != nil {
		return s, fmt.Errorf("read what the program has used: %w", err)
	}
	s.cpu, s.memory = time.Duration(now.CPUTime()*float64(time.Second)), now.ResidentMemory()
	return s, nil
}

// hasFlag reports whether a program's help names a flag.
func hasFlag(ctx context.Context, program, name string) (bool, error) {
	help, err := exec.CommandContext(ctx, program, "--help").Output()
	if err != nil {
		return false, fmt.Errorf("ask %s for its help: %w", program, err)
	}
	return strings.Contains(string(help), name), nil
}
