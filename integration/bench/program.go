package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// program is somebody else's program that runs while something is measured. What it prints goes to a file.
type program struct {
	name  string
	log   string
	end   context.CancelFunc
	ended chan struct{} // closed once how is set
	how   string        // it ended
}

// startProgram starts a program in a folder of its own with nothing but these variables in its environment, so that no setting of the caller's reaches it.
func startProgram(ctx context.Context, dir, path, arg string, environment []string) (*program, error) {
	p := &program{name: filepath.Base(path) + " " + arg, log: filepath.Join(dir, arg+".log"), ended: make(chan struct{})}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // the process has its own
	ctx, p.end = context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, path, arg)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, environment, log, log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 30 * time.Second
	if err := cmd.Start(); err != nil {
		p.end()
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	go func() {
		_ = cmd.Wait() // says what the state says
		p.how = cmd.ProcessState.String()
		close(p.ended)
	}()
	return p, nil
}

// running returns an error with the program's last lines if it has ended.
func (p *program) running() error {
	select {
	case <-p.ended:
	default:
		return nil
	}
	const last = 2000
	said, err := os.ReadFile(p.log)
	if err != nil {
		return err
	}
	return fmt.Errorf("%s ended (%s); it printed:\n%s", p.name, p.how, bytes.TrimSpace(said[max(0, len(said)-last):]))
}

// stop interrupts the program and waits for it.
func (p *program) stop() {
	p.end()
	<-p.ended
}

// freePorts returns n ports of loopback that nobody listens on. All are held until the last is found, so that each is another one.
func freePorts(ctx context.Context, n int) (ports []int, err error) {
	var held []net.Listener
	for len(held) < n && err == nil {
		var l net.Listener
		if l, err = (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0"); err == nil {
			held = append(held, l)
		}
	}
	for _, l := range held {
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
		err = errors.Join(err, l.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("find free ports: %w", err)
	}
	return ports, nil
}
