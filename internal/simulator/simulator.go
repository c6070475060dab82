// Package simulator runs marketplaces that use the channels' real wire formats over HTTP. Each has its orders,
// quantities and shipments in a file that is durable before any answer is sent.
package simulator

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/private"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/secondtool"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// Options configure the marketplaces to run.
type Options struct {
	Dir      string           // folder of the marketplaces' files; made if missing
	Speed    float64          // factor against real time: budgets are multiplied, delays divided; 0 = 1
	Seed     uint64           // of the faults
	Faults   faults.Rates     // of every account from the start
	Accounts []AccountSpec    //
	Host     string           // address to listen on; empty = 127.0.0.1
	Public   string           // host under which others reach it; empty = Host
	Logger   *zap.Logger      // nil = silent
	Now      func() time.Time // the marketplaces' clock; nil = time.Now. It must not go back

	// Definitions is a folder of Amazon's product type definitions (HOME-gb.json, HOME-us.json, ...) that the
	// simulated Amazon uses besides its own; empty = its own only.
	Definitions string
}

// AccountSpec is one seller account on one simulated marketplace.
type AccountSpec struct {
	ID          string       // e.g. amazon-uk; also the name of its file
	Kind        channel.Kind //
	Port        int          // 0 = the port it had before, if that is free, else any
	Marketplace string       // see channel.Account; empty = the kind's British one
	Test        bool         // it simulates the channel's sandbox, or a store for development
}

// Simulator is a set of running marketplaces.
type Simulator struct {
	options  Options
	logger   *zap.Logger
	lock     *lock
	accounts map[string]*running
	order    []string // account ids as given
}

// running is one running marketplace.
type running struct {
	account  Account
	market   *market.Market
	injector *faults.Injector
	server   *http.Server
}

var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`)

func (o Options) check() error {
	if o.Dir == "" || len(o.Accounts) == 0 {
		return errors.New("give a folder and at least one account")
	}
	if !(o.Speed >= 0) || math.IsInf(o.Speed, 1) {
		return fmt.Errorf("speed is %v: give a finite number above 0, e.g. 10000", o.Speed)
	}
	seen := map[string]bool{}
	for _, a := range o.Accounts {
		if !idPattern.MatchString(a.ID) || seen[a.ID] {
			return fmt.Errorf("account %q: give each account an id of its own, of small letters, digits, '-', '_' and '.'", a.ID)
		}
		if _, ok := formats[a.Kind]; !ok {
			return fmt.Errorf("account %s: there is no simulated %q", a.ID, a.Kind)
		}
		seen[a.ID] = true
	}
	return o.Faults.Check()
}

// Start runs the marketplaces until Stop. It fails if another process runs the ones in the same folder, or if
// a port is taken.
func Start(ctx context.Context, o Options) (*Simulator, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("start marketplaces: %w", err)
	}
	if o.Speed == 0 {
		o.Speed = 1
	}
	if o.Host == "" {
		o.Host = "127.0.0.1"
	}
	if o.Public == "" {
		o.Public = o.Host
	}
	s := &Simulator{options: o, logger: o.Logger, accounts: map[string]*running{}}
	if s.logger == nil {
		s.logger = zap.NewNop()
	}
	if err := s.start(ctx); err != nil {
		_ = s.Stop()
		return nil, fmt.Errorf("start marketplaces: %w", err)
	}
	return s, nil
}

func (s *Simulator) start(ctx context.Context) error {
	if err := private.Folder(s.options.Dir); err != nil {
		return err
	}
	var err error
	if s.lock, err = acquire(ctx, s.options.Dir); err != nil {
		return err
	}
	before, _ := Attach(s.options.Dir) // only for the ports; there may be none, and a broken file is written anew
	opened, err := s.open(ctx)
	for i, spec := range s.options.Accounts {
		if opened[i] != nil {
			s.accounts[spec.ID], s.order = opened[i], append(s.order, spec.ID)
		}
	}
	if err != nil {
		return err
	}
	for _, spec := range s.options.Accounts {
		if err := s.run(ctx, spec, before.port(spec.ID)); err != nil {
			return fmt.Errorf("account %s: %w", spec.ID, err)
		}
	}
	return s.save(os.Getpid())
}

// openedAtOnce is how many marketplaces are opened at once: most of the time is the disk's.
const openedAtOnce = 8

// open opens the files of all marketplaces, and returns those that it could open.
func (s *Simulator) open(ctx context.Context) ([]*running, error) {
	opened := make([]*running, len(s.options.Accounts))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(openedAtOnce)
	for i, spec := range s.options.Accounts {
		g.Go(func() (err error) {
			if opened[i], err = s.openOne(gctx, spec); err != nil {
				return fmt.Errorf("account %s: %w", spec.ID, err)
			}
			return nil
		})
	}
	return opened, g.Wait()
}

func fileOf(spec AccountSpec) string { return spec.ID + ".db" }

func (s *Simulator) openOne(ctx context.Context, spec AccountSpec) (*running, error) {
	own := formats[spec.Kind].market(spec.ID)
	own.Now = s.options.Now
	m, err := market.Open(ctx, filepath.Join(s.options.Dir, fileOf(spec)), own)
	if err != nil {
		return nil, err
	}
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(spec.ID))
	r := &running{market: m, injector: faults.New(s.options.Seed^hash.Sum64(), s.options.Faults.For(spec.Kind))}
	r.injector.SetSpeed(s.options.Speed)
	return r, nil
}

// run serves one marketplace.
func (s *Simulator) run(ctx context.Context, spec AccountSpec, before int) error {
	r := s.accounts[spec.ID]
	listener, err := listen(ctx, s.options.Host, spec.Port, before)
	if err != nil {
		return err
	}
	r.account = formats[spec.Kind].account(spec, fileOf(spec), address(s.options.Public, listener))
	r.server = serve(listener, s.handler(r), s.logger.With(zap.String("account", spec.ID)))
	return nil
}

func (s *Simulator) handler(r *running) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(faults.AdminPath, r.injector.Admin())
	mux.Handle(secondtool.AdminPath, secondtool.Admin(r.account.ID, r.market))
	mux.Handle("/", formats[r.account.Kind].handler(r.market, wire.Options{
		Account: r.account.ID, Marketplace: r.account.Marketplace, Location: r.account.Location, Speed: s.options.Speed,
		Credentials: r.account.Credentials, Definitions: s.options.Definitions, Injector: r.injector, Logger: s.logger.With(zap.String("account", r.account.ID)),
	}))
	return mux
}

// stopWithin is how long calls in progress may take to end. Go's server counts a connection on which nothing was asked yet as
// a call for its first 5 s (net/http, Server.Shutdown), and clients dial such ones in reserve.
const stopWithin = 20 * time.Second

// Stop ends the marketplaces after the calls in progress. A second Stop does nothing.
func (s *Simulator) Stop() error {
	var failed error
	for _, id := range s.order {
		s.accounts[id].injector.Stop()
	}
	for _, id := range s.order {
		failed = errors.Join(failed, s.accounts[id].stop())
	}
	if s.lock == nil {
		return failed
	}
	if len(s.order) > 0 && s.accounts[s.order[len(s.order)-1]].server != nil {
		failed = errors.Join(failed, s.save(0))
	}
	failed = errors.Join(failed, s.lock.release())
	s.order, s.lock = nil, nil
	return failed
}

func (r *running) stop() error {
	var failed error
	if r.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		if err := r.server.Shutdown(ctx); err != nil {
			failed = errors.Join(err, r.server.Close())
		}
	}
	return errors.Join(failed, r.market.Close())
}
