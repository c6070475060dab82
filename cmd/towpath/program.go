package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// Program is one call of the command line. Tests run it with their own streams and settings.
type Program struct {
	Name     string // the name it was called by, for printed commands; empty: towpath
	In       io.Reader
	Out, Err io.Writer
	Terminal bool       // Out is a terminal: --watch redraws instead of printing one block after the other
	Height   func() int // lines of the terminal, 0: not known; nil: as 0
	Colours  bool
	Load     func() (config.Settings, config.Origins, error)

	output string // table or json
	zones  wording.Zones
	data   string // data folder of --data; empty: none
	found  string // data folder of the towpath-dev that was found, if printed commands must include it
	began  bool   // the command line was parsed: later failures are no usage errors
}

// The exit codes.
const (
	exitDone      = 0
	exitFailed    = 1
	exitUsage     = 2
	exitAttention = 3 // finished, but something needs a person
)

// attention is the error of a command that finished and found something that needs a person.
type attention struct{ what string }

func (a *attention) Error() string { return a.what }

// Run runs one command line and returns the exit code.
func (p *Program) Run(ctx context.Context, args []string) int {
	root := p.root() //nolint:contextcheck // cobra hands the commands the context of ExecuteContext
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	code := p.code(err)
	switch {
	case err == nil:
	case code == exitAttention:
		p.printError("Needs you: " + err.Error())
	default:
		p.printError("Error: " + err.Error())
	}
	if code == exitUsage && !p.began {
		p.printError("See `towpath --help`, or --help behind any command.")
	}
	return code
}

func (p *Program) code(err error) int {
	var needs *attention
	var usage *starter.UsageError
	var mistakes *config.AccountsError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &needs):
		return exitAttention
	case errors.As(err, &usage), errors.As(err, &mistakes), errors.Is(err, store.ErrNewer), !p.began:
		return exitUsage
	}
	return exitFailed
}

func (p *Program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "towpath",
		Short: "Keeps orders, stock, listings and shipments in step across the channels you sell on",
		Long: "Towpath keeps orders, stock, listings and shipments in step across the channels you sell on.\n\n" +
			"Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 finished but something needs you.\n" +
			"A towpath-dev that runs in this folder is found automatically, one in another folder with --data; otherwise the\n" +
			"TOWPATH_* settings are used (`towpath config` lists them).",
		SilenceErrors: true, SilenceUsage: true,
		PersistentPreRunE: func(c *cobra.Command, args []string) error {
			if p.output != "table" && p.output != "json" {
				return usagef("--output %q: want table or json", p.output)
			}
			p.began = true
			return notEmpty(c, args)
		},
	}
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	root.PersistentFlags().StringVarP(&p.output, "output", "o", "table", "how to print: table or json")
	root.PersistentFlags().StringVar(&p.data, "data", "", "data folder of a running towpath-dev, to work with that one")
	p.versionFlag(root)
	p.fitHelp(root)
	root.AddGroup(&cobra.Group{ID: "ask", Title: "Ask and act:"}, &cobra.Group{ID: "run", Title: "Run Towpath:"})
	for _, c := range []*cobra.Command{
		p.statusCommand(), p.findCommand(), p.ordersCommand(), p.viewsCommand(), p.orderCommand(), p.packagesCommand(), p.processCommand(), p.cancelCommand(), p.returnCommand(), p.returnsCommand(),
		p.runsCommand(), p.runCommand(), p.logCommand(), p.incidentsCommand(), p.errorsCommand(), p.remediesCommand(), p.retryCommand(), p.syncCommand(), p.backfillCommand(), p.catalogCommand(), p.publishCommand(), p.itemsCommand(), p.linksCommand(),
		p.coverageCommand(), p.explainCommand(), p.supportCommand(), p.deleteCommand(), p.restoreCommand(), p.noteCommand(),
		p.stockCommand(), p.levelsCommand(),
		p.accountsCommand(), p.limitsCommand(), p.buyersCommand(),
	} {
		c.GroupID = "ask"
		root.AddCommand(c)
	}
	for _, c := range []*cobra.Command{p.workerCommand(), p.workersCommand(), p.consoleCommand(), p.migrateCommand(), p.configCommand()} {
		c.GroupID = "run"
		root.AddCommand(c)
	}
	return root
}

// notEmpty refuses empty arguments and an empty --account, as an unset variable of a script leaves them: an empty text is never a
// wildcard (case G0: `cancel ""` cancelled the account's only order).
func notEmpty(c *cobra.Command, args []string) error {
	for i, a := range args {
		if strings.TrimSpace(a) == "" {
			return usagef("argument %d of %s is empty: give it, or leave it out where that is allowed", i+1, c.Name())
		}
	}
	if f := c.Flags().Lookup("account"); f != nil && f.Changed && strings.TrimSpace(f.Value.String()) == "" {
		return usagef("--account is empty: name an account, or leave it out")
	}
	return nil
}

func usagef(format string, args ...any) error {
	return &starter.UsageError{Problem: fmt.Sprintf(format, args...)}
}

// settings loads the settings; mistakes in them are usage errors.
func (p *Program) settings() (config.Settings, config.Origins, error) {
	s, origins, err := p.Load()
	if err != nil {
		return s, origins, usagef("settings: %s", err)
	}
	p.found = origins.Dev
	return s, origins, nil
}

// open opens the platform, and explains what to do when there is no store.
func (p *Program) open(ctx context.Context, s config.Settings, o config.Origins, logger *zap.Logger) (*platform.Platform, error) {
	pf, err := platform.Open(ctx, s, adapters, logger)
	if err == nil {
		return pf, nil
	}
	if o.Note != "" {
		err = fmt.Errorf("%w\n(%s)", err, o.Note)
	}
	if errors.Is(err, platform.ErrNoDatabase) {
		return nil, usagef("%s", err)
	}
	return nil, err
}

// with opens and closes the platform for a command that reads. The logs of the SDK and the starter are discarded, because errors
// are in the command's own output.
func (p *Program) with(ctx context.Context, do func(*platform.Platform) error) error {
	s, origins, err := p.settings()
	if err != nil {
		return err
	}
	pf, err := p.open(ctx, s, origins, zap.NewNop())
	if err != nil {
		return err
	}
	if p.zones, err = pf.Starter.Zones(ctx); err != nil {
		return errors.Join(err, pf.Close())
	}
	return errors.Join(do(pf), pf.Close())
}

// reach is like with, for commands that need the Temporal server.
func (p *Program) reach(ctx context.Context, do func(*platform.Platform) error) error {
	return p.with(ctx, func(pf *platform.Platform) error {
		if err := pf.Reachable(ctx); err != nil {
			return err
		}
		return do(pf)
	})
}
