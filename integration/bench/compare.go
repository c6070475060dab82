package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// compared is what compare is asked for.
type compared struct {
	rev    string // the build that is compared with
	pairs  int
	orders int // of the book that are played; 0: all
	book   string
}

// compareCommand reads `compare REV` and its flags, and compares.
func compareCommand(ctx context.Context, args []string, out io.Writer) error {
	c, err := readCompare(args)
	if err != nil {
		return unlessHelp(err)
	}
	return compare(ctx, c, out)
}

func readCompare(args []string) (c compared, err error) {
	f := flag.NewFlagSet("compare", flag.ContinueOnError)
	f.IntVar(&c.pairs, "pairs", 5, "how often both builds are run, in turn")
	f.IntVar(&c.orders, "orders", 300, "orders of the book that are played; 0: all")
	f.StringVar(&c.book, "book", realBook, "order book to play")
	f.Usage = func() {
		fmt.Fprintln(f.Output(), "go run ./integration/bench compare [flags] REV\n\nPlays a book with the build of a revision and with this one, in turn, and prints ratios.")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return c, err
	}
	if c.rev = f.Arg(0); c.rev == "" || f.NArg() > 1 || c.pairs < 1 || c.orders < 0 {
		return c, fmt.Errorf("compare %v: want one revision after the flags, such as `compare -pairs 3 main~20`, at least one pair, and no negative number of orders", f.Args())
	}
	return c, nil
}

// compare plays the book with both builds in turn, so that what else the machine does hits both, and prints the ratios of each pair.
func compare(ctx context.Context, c compared, out io.Writer) error {
	dir, err := os.MkdirTemp("", "towpath-compare-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	book, err := firstOrders(c.book, c.orders, filepath.Join(dir, "book.csv"))
	if err != nil {
		return fmt.Errorf("read the book: %w", err)
	}
	before, err := buildRevision(ctx, c.rev, dir)
	if err != nil {
		return err
	}
	after, err := buildThis(ctx, dir)
	if err != nil {
		return err
	}
	var pairs []measuredPair
	for n := range c.pairs {
		var p measuredPair
		for _, one := range []struct {
			program string
			to      *measured
		}{{before, &p.before}, {after, &p.after}} {
			if *one.to, err = measure(ctx, one.program, book, filepath.Join(dir, "data")); err != nil {
				return fmt.Errorf("pair %d: %w", n+1, err)
			}
		}
		pairs = append(pairs, p)
		fmt.Fprintf(os.Stderr, "pair %d of %d: %.1f s and %.1f s\n", n+1, c.pairs, p.before.seconds, p.after.seconds)
	}
	return printRatios(out, c.rev, pairs)
}

// buildRevision builds the program of a revision from a work tree of its own, which it removes, and returns its path.
func buildRevision(ctx context.Context, rev, dir string) (string, error) {
	tree, program := filepath.Join(dir, "tree"), filepath.Join(dir, "before")
	if err := run(ctx, ".", "git", "worktree", "add", "--detach", tree, rev); err != nil {
		return "", fmt.Errorf("check out %s: %w", rev, err)
	}
	err := run(ctx, tree, "go", "build", "-o", program, "./cmd/towpath-dev")
	if err != nil {
		err = fmt.Errorf("build %s: %w", rev, err)
	}
	if e := run(context.WithoutCancel(ctx), ".", "git", "worktree", "remove", "--force", tree); err == nil && e != nil {
		err = fmt.Errorf("remove the work tree: %w", e)
	}
	return program, err
}

func run(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	var said bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &said, &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", cmd, err, bytes.TrimSpace(said.Bytes()))
	}
	return nil
}

// measure plays the book once, from nothing, and measures it from outside: the time, the processor's time of the program, and what it wrote to the disk.
func measure(ctx context.Context, program, book, data string, more ...string) (measured, error) {
	cmd := exec.CommandContext(ctx, program, append(playing(data, book, "--speed", "max", "--exit-when-done"), more...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, os.Stderr
	if err := cmd.Run(); err != nil {
		return measured{}, fmt.Errorf("%s: %w; it printed:\n%s", program, err, said.Bytes())
	}
	m, err := readFigures(said.Bytes())
	if err != nil {
		return m, err
	}
	if err := m.readFailed(said.Bytes(), filepath.Join(data, "towpath-dev.log")); err != nil {
		return m, err
	}
	used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	m.cpu = used.Seconds() * 1000 / float64(m.orders)
	size := int64(0)
	err = filepath.WalkDir(data, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	m.disk = float64(size) / 1000 / float64(m.orders)
	return m, err
}
