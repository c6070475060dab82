package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// peerAsked is what peer is asked for.
type peerAsked struct {
	oms    string // path of the reference application's program
	pairs  int
	orders int
}

// peerCommand reads `peer OMS` and its flags.
func peerCommand(args []string) (p peerAsked, err error) {
	f := flag.NewFlagSet("peer", flag.ContinueOnError)
	f.IntVar(&p.pairs, "pairs", 3, "how often both applications are run on both settings, in turn")
	f.IntVar(&p.orders, "orders", 200, "orders that each takes from placement to completion")
	f.Usage = func() {
		fmt.Fprintln(f.Output(), "go run ./integration/bench peer [flags] OMS\n\nTakes orders through Temporal's reference order application and through Towpath, in turn, and prints what one costs Temporal's server.\n"+
			"OMS is that application's program `oms`.")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return p, err
	}
	if f.NArg() != 1 || p.pairs < 1 || p.orders < 1 {
		return p, fmt.Errorf("peer %v: want the path of one program after the flags, such as `peer -pairs 3 ./oms`, at least one pair, and at least one order", f.Args())
	}
	found, err := exec.LookPath(f.Arg(0))
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return p, fmt.Errorf("peer %s: give the path of the program `oms` of Temporal's reference order application (github.com/temporalio/reference-app-orders-go), "+
			"which you have built as its own README says: %w", f.Arg(0), err)
	}
	p.oms, err = filepath.Abs(found) // it is started in a folder of its own
	return p, err
}

// spent is what one order cost Temporal's server.
type spent struct {
	actions, writes, cpu float64
	cpuShared            float64 // with the scans and pushes of levels that Towpath's orders share
}

func (u use) perOrder(n int) spent {
	cpu := milliseconds(u.CPU, n)
	return spent{actions: each(u.Actions, n), writes: each(u.Writes, n), cpu: cpu, cpuShared: cpu}
}

// The contenders, in the order in which they are run.
const (
	referenceOnStartDev = iota
	towpathOnStartDev
	referenceOnOurs
	towpathOnOurs
	contenders
)

// turn is one turn of all contenders.
type turn [contenders]spent

// comparePeer lets all contenders take their turns, so that what else the machine does hits all of them.
func comparePeer(ctx context.Context, p peerAsked, out io.Writer) error {
	var turns []turn
	for n := range p.pairs {
		var t turn
		for i, measure := range [contenders]func(dir string) (spent, error){
			referenceOnStartDev: func(dir string) (spent, error) { return p.reference(ctx, dir, true) },
			towpathOnStartDev:   func(dir string) (spent, error) { return p.towpath(ctx, dir, true) },
			referenceOnOurs:     func(dir string) (spent, error) { return p.reference(ctx, dir, false) },
			towpathOnOurs:       func(dir string) (spent, error) { return p.towpath(ctx, dir, false) },
		} {
			var err error
			if t[i], err = inFolder(measure); err != nil {
				return fmt.Errorf("pair %d, %s: %w", n+1, contenderNames[i], err)
			}
			fmt.Fprintf(os.Stderr, "pair %d of %d: %s: %.1f CPU ms per order\n", n+1, p.pairs, contenderNames[i], t[i].cpu)
		}
		turns = append(turns, t)
	}
	return printTurns(out, p.orders, turns)
}

// inFolder measures in a folder that is removed afterwards.
func inFolder(measure func(dir string) (spent, error)) (spent, error) {
	dir, err := os.MkdirTemp("", "towpath-peer-")
	if err != nil {
		return spent{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	return measure(dir)
}

// reference measures the reference application on a new server.
func (p peerAsked) reference(ctx context.Context, dir string, startDev bool) (spent, error) {
	temporal, err := startApart(ctx, filepath.Join(dir, "temporal.db"), startDev)
	if err != nil {
		return spent{}, err
	}
	defer temporal.stop()
	app, err := startReference(ctx, p.oms, dir, temporal.greeting)
	if err != nil {
		return spent{}, err
	}
	defer app.stop()
	before, err := temporal.used()
	if err != nil {
		return spent{}, err
	}
	if err := app.complete(ctx, p.orders); err != nil {
		return spent{}, err
	}
	if err := temporal.idle(ctx); err != nil {
		return spent{}, err
	}
	used, err := temporal.usedSince(before)
	return used.perOrder(p.orders), err
}

// towpath measures Towpath on a new server.
func (p peerAsked) towpath(ctx context.Context, dir string, startDev bool) (spent, error) {
	as := unbound()
	as.startDev = startDev
	m, err := meterOrders(ctx, dir, p.orders, as)
	if err != nil {
		return spent{}, err
	}
	defer m.shop.close()
	s := m.ofOrders().perOrder(p.orders)
	s.cpuShared = milliseconds(m.ofAll().CPU, p.orders)
	return s, nil
}

// contenderNames say which application it is and on whose settings.
var contenderNames = [contenders]string{
	referenceOnStartDev: "reference, start-dev", towpathOnStartDev: "Towpath, start-dev", referenceOnOurs: "reference, ours", towpathOnOurs: "Towpath, ours",
}
