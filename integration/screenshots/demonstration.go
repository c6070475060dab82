package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// troubled is the account whose access is taken away.
const troubled = "ebay-uk"

// patience is how long the demonstration may take to get anywhere.
const patience = 20 * time.Minute

// demonstration is a towpath-dev that runs in a folder of its own.
type demonstration struct {
	console string
	folder  string
	program string
	cmd     *exec.Cmd
	lines   chan string // closed when it ends
}

// play builds and starts the demonstration, and waits until so many orders are shipped and there is an incident.
func play(ctx context.Context, shipped int, out io.Writer) (*demonstration, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	folder, err := os.MkdirTemp("", "towpath-pictures-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the demonstration: %w", err)
	}
	d := &demonstration{folder: folder, program: filepath.Join(folder, "towpath-dev"), lines: make(chan string)}
	for _, step := range []struct {
		says string
		do   func(context.Context) error
	}{
		{"build towpath-dev", d.build},
		{"start the demonstration", d.start},
		{fmt.Sprintf("wait until %d orders are shipped", shipped), func(ctx context.Context) error { return d.ships(ctx, shipped) }},
		{"take " + troubled + "'s access away, and wait for the incident", d.trouble},
	} {
		fmt.Fprintln(out, step.says)
		if err := step.do(ctx); err != nil {
			d.stop()
			return nil, fmt.Errorf("%s: %w", step.says, err)
		}
	}
	return d, nil
}

func (d *demonstration) build(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", d.program, "./cmd/towpath-dev")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return cmd.Run()
}

// start starts the program on free ports, ten hours of the book in a minute, and reads where its console is. It does not end with the context: stop ends it.
func (d *demonstration) start(ctx context.Context) error {
	d.cmd = exec.Command(d.program, "--speed", "600", "--stock", "tight", //nolint:noctx // it is stopped by stop
		"--console-port", "0", "--ui-port", "0", "--temporal-port", "0", "--markets-port", "0")
	d.cmd.Dir, d.cmd.Stderr = d.folder, os.Stderr // with the usual folder, so that pages show commands without one
	printed, err := d.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := d.cmd.Start(); err != nil {
		return err
	}
	go func() {
		defer close(d.lines)
		for s := bufio.NewScanner(printed); s.Scan(); {
			d.lines <- s.Text()
		}
	}()
	at := regexp.MustCompile(`^\s+Console\s+(http://\S+)`)
	d.console, err = d.until(ctx, at, func(string) bool { return true })
	return err
}

// ships waits until the line of the program's progress says that so many orders are shipped.
func (d *demonstration) ships(ctx context.Context, orders int) error {
	_, err := d.until(ctx, regexp.MustCompile(`· shipped (\d+)`), func(n string) bool {
		now, err := strconv.Atoi(n)
		return err == nil && now >= orders
	})
	return err
}

// until reads what the program prints until a line has what is looked for and fits, and returns it.
func (d *demonstration) until(ctx context.Context, what *regexp.Regexp, fits func(string) bool) (string, error) {
	for {
		select {
		case line, on := <-d.lines:
			if !on {
				return "", fmt.Errorf("towpath-dev has ended")
			}
			if m := what.FindStringSubmatch(line); len(m) == 2 && fits(m[1]) {
				return m[1], nil
			}
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// trouble lets the marketplace refuse the account's access, and waits until the overview says that somebody has to do something.
func (d *demonstration) trouble(ctx context.Context) error {
	set := exec.CommandContext(ctx, d.program, "faults", "set", "--account", troubled, "revoked-grant=1")
	set.Dir = d.folder
	if said, err := set.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, said)
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		page, err := fetch(ctx, d.console+"/")
		if err != nil {
			return err
		}
		if strings.Contains(page, "/incidents/paused/"+troubled) {
			return nil
		}
		select {
		case <-tick.C:
		case <-d.lines: // read on: the program prints its progress
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// fetch returns a page's text.
func fetch(ctx context.Context, address string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return "", err
	}
	answer, err := (&http.Client{Timeout: within}).Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return string(body), err
}

// stop ends the program and removes what it has written.
func (d *demonstration) stop() {
	if d.cmd != nil && d.cmd.Process != nil {
		_ = d.cmd.Process.Signal(os.Interrupt)
		for range d.lines { // what it prints last
		}
		_ = d.cmd.Wait()
	}
	_ = os.RemoveAll(d.folder)
}
