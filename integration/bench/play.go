package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// play runs the real program on a book, at the highest speed, and prints the tables of its end: the audit with the
// lag of the levels, orders per second, and what everything cost in Temporal.
func play(ctx context.Context, book string, out io.Writer) error {
	dir, err := os.MkdirTemp("", "towpath-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program := filepath.Join(dir, "towpath-dev")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/towpath-dev")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build towpath-dev: %w", err)
	}
	args := []string{
		"--data", filepath.Join(dir, "data"), "--speed", "max", "--faults", "none", "--exit-when-done", "--fresh",
		"--console-port", "0", "--ui-port", "0", "--temporal-port", "0", "--markets-port", "0",
	}
	name := "the generated book"
	if book != "" {
		name, args = book, append(args, "--orders", book)
	}
	fmt.Fprintf(out, "\n%s at --speed max\n\n", strings.ToUpper(name[:1])+name[1:])
	run := exec.CommandContext(ctx, program, args...)
	run.Stderr = os.Stderr
	lines, err := run.StdoutPipe()
	if err != nil {
		return err
	}
	if err := run.Start(); err != nil {
		return err
	}
	if err := tables(lines, out); err != nil {
		return err
	}
	return run.Wait()
}

// tables copies the lines after the last progress line, and writes that one to standard error.
func tables(lines io.Reader, out io.Writer) error {
	s := bufio.NewScanner(lines)
	started := false
	for s.Scan() {
		switch {
		case strings.Contains(s.Text(), " · book "):
			started = true
			fmt.Fprintln(os.Stderr, s.Text())
		case started:
			fmt.Fprintln(out, s.Text())
		}
	}
	return s.Err()
}
