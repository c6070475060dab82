package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"github.com/towpath/towpath/internal/temporalserver"
)

// apart is a Temporal server in a process of its own, so that what it costs can be told from what those cost who call it. The process is this program
// with the command `serve`.
type apart struct {
	greeting

	cmd     *exec.Cmd
	mu      sync.Mutex // one question at a time
	ask     io.WriteCloser
	answers *json.Decoder
}

// greeting is what the process says once its server is ready.
type greeting struct{ Address, Namespace string }

// use is what a server has done since it was started: what it has counted, and the processor's time that it took.
type use struct {
	temporalserver.Counts
	CPU time.Duration
}

// startApart starts a server on a file; startDev: with the settings of Temporal's own command line instead of ours.
func startApart(ctx context.Context, file string, startDev bool) (*apart, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	a := &apart{cmd: exec.CommandContext(context.WithoutCancel(ctx), program, serving, "-file", file, fmt.Sprintf("-start-dev=%t", startDev))}
	a.cmd.Stderr = os.Stderr
	if a.ask, err = a.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := a.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	a.answers = json.NewDecoder(out)
	if err := a.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start Temporal in a process of its own: %w", err)
	}
	if err := a.answers.Decode(&a.greeting); err != nil {
		a.stop()
		return nil, fmt.Errorf("start Temporal in a process of its own: its process ended: %w", err)
	}
	return a, nil
}

// used returns what the server has done so far.
func (a *apart) used() (u use, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, err := io.WriteString(a.ask, "\n"); err != nil {
		return u, fmt.Errorf("ask Temporal's process what it has used: %w", err)
	}
	if err := a.answers.Decode(&u); err != nil {
		return u, fmt.Errorf("read what Temporal's process has used: %w", err)
	}
	return u, nil
}

// usedSince returns what the server has done since before.
func (a *apart) usedSince(before use) (use, error) {
	now, err := a.used()
	if err != nil {
		return use{}, err
	}
	return now.less(before), nil
}

// stop ends the process and waits for it.
func (a *apart) stop() {
	_ = a.ask.Close()
	_ = a.cmd.Wait() // what it says about itself is on standard error
}

// idle waits until the workflows have not changed for a while: the work of a stage has ended.
func (a *apart) idle(ctx context.Context) error {
	const quiet = 2 * time.Second
	const operation = "UpdateWorkflowExecution"
	last, since := int64(-1), time.Now()
	return until(ctx, "Temporal is idle", func() (bool, error) {
		now, err := a.used()
		if n := now.WritesByOperation[operation]; n != last {
			last, since = n, time.Now()
		}
		return time.Since(since) >= quiet, err
	})
}

// serving is the command of the process apart.
const serving = "serve"

// serve runs a server, says where it is, and answers each line of in with what the server has done. It ends with in.
func serve(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	f := flag.NewFlagSet(serving, flag.ContinueOnError)
	file := f.String("file", "", "database file")
	startDev := f.Bool("start-dev", false, "use the settings of Temporal's own command line")
	if err := f.Parse(args); err != nil {
		return err
	}
	s, err := temporalserver.Start(ctx, temporalserver.Options{File: *file, UIPort: temporalserver.NoUI, CountActions: true, StartDev: *startDev})
	if err != nil {
		return err
	}
	defer s.Stop()
	answers := json.NewEncoder(out)
	if err := answers.Encode(greeting{s.Address(), s.Namespace()}); err != nil {
		return err
	}
	for questions := bufio.NewScanner(in); questions.Scan(); {
		u := use{Counts: s.Counts()}
		if u.CPU, err = processorTime(); err != nil {
			return err
		}
		if err := answers.Encode(u); err != nil {
			return err
		}
	}
	return nil
}

// processorTime returns what this process has taken of the processors.
func processorTime() (time.Duration, error) {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0, fmt.Errorf("read this process's processor time: %w", err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano()), nil
}
