package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/starter"
)

// The time limits for one harmless call and for one per capability; these are made up to checkAttempts times with waits of at
// most longestCheckWait.
const (
	testPatience     = 30 * time.Second
	checksPatience   = 3 * time.Minute
	checkAttempts    = 3
	longestCheckWait = 30 * time.Second
)

func (p *Program) accountTestCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "test ACCOUNT",
		Short: "Test each capability of an account with one harmless call",
		Long: "Makes one harmless call per capability with the credentials of the accounts file, and shows which ones work. It\n" +
			"changes nothing, neither on the channel nor in Towpath. Exits 1 when the channel refuses one of them.",
		Example: "  towpath accounts test amazon-uk\n  towpath accounts test amazon-uk -o json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				t, err := tryAccount(cmd.Context(), pf, args[0])
				if err != nil {
					return err
				}
				if err := p.print(t, func(pg *page) { showTrial(pg, t) }); err != nil {
					return err
				}
				return t.refused()
			})
		},
	}
}

// trial is the result of an account's test.
type trial struct {
	Account       string           `json:"account"`
	Channel       channel.Kind     `json:"channel"`
	Endpoint      channel.Endpoint `json:"endpoint"`
	Simulated     bool             `json:"simulated"`
	EndpointMeans string           `json:"endpointMeans"`
	Works         bool             `json:"works"` // no tested capability is refused
	Checks        []tried          `json:"checks"`

	endpoint string // as a person reads it
}

// tried is a capability with the remedy if it does not work.
type tried struct {
	channel.Check
	Remedy *remedy.Remedy `json:"remedy,omitempty"`
}

// Result returns the result in one word.
func (t tried) Result() (string, colour) {
	switch {
	case t.Fault != nil:
		return "refused", red
	case t.Untried:
		return "not tried", dim
	}
	return "works", green
}

// tryAccount tests what the account may do. The channel's own texts are saved in the store.
func tryAccount(ctx context.Context, pf *platform.Platform, id string) (trial, error) {
	acc, err := accountOfFile(pf, id)
	if err != nil {
		return trial{}, err
	}
	conn, err := pf.Connection(ctx, id)
	if err != nil {
		return trial{}, err
	}
	t := trial{Account: id, Channel: acc.Channel.Kind, Endpoint: acc.Channel.Endpoint, Simulated: acc.Channel.Simulated,
		EndpointMeans: acc.Store.EndpointMeans(), Works: true, endpoint: acc.Store.EndpointText()}
	checks := checksOf(ctx, conn)
	var faults []*channel.Fault
	for _, c := range checks {
		if c.Fault != nil {
			faults = append(faults, c.Fault)
		}
	}
	ctx = context.WithoutCancel(ctx)
	if err := pf.Store.Runs.SaveFaults(ctx, id, faults); err != nil {
		return trial{}, fmt.Errorf("keep the channel's words: %w", err)
	}
	for _, c := range checks {
		t.Works = t.Works && c.Fault == nil
		t.Checks = append(t.Checks, tried{c, pf.Starter.Advice(ctx, c.Fault, t.Channel, remedy.Names{Account: id})})
	}
	return t, nil
}

// checksOf makes the calls, and repeats all of them after a temporary failure: a throttled call shows nothing about the account's
// rights.
func checksOf(ctx context.Context, conn channel.Connection) []channel.Check {
	ctx, cancel := context.WithTimeout(ctx, checksPatience)
	defer cancel()
	for attempt := 1; ; attempt++ {
		checks := conn.Checks(ctx)
		wait, passing := passes(checks)
		if !passing || attempt == checkAttempts {
			return checks
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return checks
		}
	}
}

// passes reports whether another attempt may help, and when.
func passes(checks []channel.Check) (wait time.Duration, passing bool) {
	for _, c := range checks {
		if c.Fault == nil {
			continue
		}
		switch c.Fault.Class {
		case channel.Throttled, channel.Unavailable, channel.Network, channel.Timeout:
			wait, passing = max(wait, c.Fault.RetryAfter, time.Second), true
		case channel.Auth:
			return 0, false
		case channel.Config, channel.Invalid, channel.Limit, channel.Missing, channel.Conflict, channel.Unknown:
		}
	}
	return min(wait, longestCheckWait), passing
}

// accountOfFile returns the account from the accounts file, because a test may come before the first worker.
func accountOfFile(pf *platform.Platform, id string) (config.Account, error) {
	accounts, err := pf.Accounts()
	if err != nil {
		return config.Account{}, err
	}
	for _, a := range accounts {
		if a.Store.ID == id {
			return a, nil
		}
	}
	return config.Account{}, &starter.UsageError{Problem: fmt.Sprintf("account %q is not in the accounts file %s", id, pf.Settings.Accounts)}
}

func showTrial(pg *page, t trial) {
	pg.title(fmt.Sprintf("%s: %s, %s", t.Account, t.Channel, t.endpoint))
	pg.line("%s\n", t.EndpointMeans)
	rows := make([][]cell, len(t.Checks))
	for i, c := range t.Checks {
		result, tint := c.Result()
		why := c.Detail
		if c.Fault != nil {
			why = strings.TrimSpace(string(c.Fault.Class) + " " + c.Fault.Code)
		}
		rows[i] = []cell{word(c.Capability), tinted(result, tint), word(dash(c.Operation)), word(dash(c.RequestID)), word(why).prose()}
	}
	pg.table([]string{"CAPABILITY", "RESULT", "CALL", "REQUEST ID", "DETAIL"}, rows)
	shown := make(map[string]bool)
	for _, c := range t.Checks {
		if c.Remedy == nil || shown[c.Remedy.Title] {
			continue
		}
		shown[c.Remedy.Title] = true
		pg.section("What to do: " + c.Capability)
		for _, l := range whatToDo(c.Remedy) {
			pg.line("  %s", l)
		}
	}
}

// refused returns an error with everything the channel refuses.
func (t trial) refused() error {
	var list []string
	for _, c := range t.Checks {
		if c.Fault != nil {
			list = append(list, c.Capability+" ("+c.Fault.Text()+")")
		}
	}
	if len(list) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %d of %d did not work: %s", t.Account, len(list), len(t.Checks), strings.Join(list, "; "))
}
