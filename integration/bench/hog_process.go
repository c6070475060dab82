package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// hogProcess is the hidden subcommand that makes this program a hog.
const hogProcess = "hog-process"

// burn takes a share of every processor until the context ends.
func burn(ctx context.Context, args []string, _ io.Writer) error {
	if len(args) != 1 {
		return fmt.Errorf("%s %v: want the share of the processors", hogProcess, args)
	}
	share, err := strconv.ParseFloat(args[0], 64)
	if err != nil || !(share > 0 && share < 1) {
		return fmt.Errorf("%s %q: want a share between 0 and 1", hogProcess, args[0])
	}
	var g errgroup.Group
	for range runtime.NumCPU() {
		g.Go(func() error { return burnOne(ctx, share) })
	}
	return g.Wait()
}

// A burning thread rests so long when it has had its share, and makes up for no more than this when it got less.
const (
	burnRest   = 20 * time.Millisecond
	burnMakeUp = 200 * time.Millisecond
)

// burnOne takes a share of one processor. It goes by the processor time that its thread really got, so that it takes its share on a busy machine, too.
func burnOne(ctx context.Context, share float64) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	first, err := threadTime()
	if err != nil {
		return err
	}
	began := time.Now()
	for ctx.Err() == nil {
		used, err := threadTime()
		if err != nil {
			return err
		}
		owed := time.Duration(share*float64(time.Since(began))) - (used - first)
		if owed > burnMakeUp { // what the machine did not give is let go
			first -= owed - burnMakeUp
		}
		if owed > 0 {
			spin()
			continue
		}
		if rest(ctx, burnRest) != nil {
			return nil
		}
	}
	return nil
}

// threadTime returns the processor time of the calling thread.
func threadTime() (time.Duration, error) {
	const thread = 1 // RUSAGE_THREAD of Linux
	var u syscall.Rusage
	if err := syscall.Getrusage(thread, &u); err != nil {
		return 0, fmt.Errorf("read the processor time of a thread: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}

// spin works for some tens of microseconds.
func spin() {
	for range 50_000 {
		runtime.KeepAlive(struct{}{})
	}
}
