package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/accounts"
)

func (p *Program) accountPauseCommand() *cobra.Command {
	var reason string
	var only []string
	c := &cobra.Command{
		Use:   "pause ACCOUNT",
		Short: "Stop all work for an account until it is resumed, or with --only one kind of it",
		Long: "Stops all work for an account until it is resumed. A call in progress is finished first. With --only, which may be\n" +
			"repeated, it stops one kind of work and the others go on: orders (reading orders, cancelling them on the channel),\n" +
			"stock (setting levels), shipments (confirming packages), listings (publishing, reading listings).",
		Example: "  towpath accounts pause amazon-uk --reason \"stock take\"\n  towpath accounts pause amazon-uk --only stock --reason \"stock take\"",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			works, err := account.ParseWorks(only)
			if err != nil {
				return usagef("--only: %s", err)
			}
			return p.reach(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, args[0]); err != nil {
					return err
				}
				if len(works) > 0 {
					err = pf.Starter.PauseWork(cmd.Context(), args[0], works, reason)
				} else {
					err = pf.Starter.Pause(cmd.Context(), args[0], reason)
				}
				if err != nil {
					return err
				}
				return p.printAccountState(args[0], "paused", works)
			})
		},
	}
	c.Flags().StringVar(&reason, "reason", "paused by hand", "why, as status and the schedules show it")
	c.Flags().StringSliceVar(&only, "only", nil, "only this kind of work: orders, stock, shipments or listings; may be repeated")
	return c
}

func (p *Program) accountResumeCommand() *cobra.Command {
	var only []string
	c := &cobra.Command{
		Use:   "resume ACCOUNT",
		Short: "Let a paused account work again, once the channel accepts it",
		Long: "Lets a paused account work again. The connection is tested first: if the channel refuses it, the account stays\n" +
			"paused. Then all waiting work continues, except for the kinds that were paused by themselves, which are named. With\n" +
			"--only, which may be repeated, it lets kinds of work continue that were paused by themselves, once the channel allows\n" +
			"them. --only may be left out where nothing but one kind is paused; where several are, each has to be named.",
		Example: "  towpath accounts resume ebay-uk\n  towpath accounts resume amazon-uk --only stock",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			works, err := account.ParseWorks(only)
			if err != nil {
				return usagef("--only: %s", err)
			}
			return p.reach(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, args[0]); err != nil {
					return err
				}
				acc, err := pf.Store.Accounts.Account(ctx, args[0])
				if err != nil {
					return err
				}
				if works, err = toResume(acc, works); err != nil {
					return err
				}
				test := func(ctx context.Context) error { return pf.TestAccount(ctx, args[0], works...) }
				if len(works) > 0 {
					err = pf.Starter.ResumeWork(ctx, args[0], works, test)
				} else {
					err = pf.Starter.Resume(ctx, args[0], test)
				}
				if err != nil {
					return err
				}
				if acc, err = pf.Store.Accounts.Account(ctx, args[0]); err != nil {
					return err
				}
				return p.printResumed(acc, works)
			})
		},
	}
	c.Flags().StringSliceVar(&only, "only", nil, "only this kind of work: orders, stock, shipments or listings; may be repeated")
	return c
}

// toResume returns the kinds of work to be resumed: those asked for, or the only thing that is paused; none: the whole account. Where several kinds are
// paused by themselves it refuses to guess: one may be paused on purpose.
func toResume(a accounts.Account, asked []account.Work) ([]account.Work, error) {
	switch {
	case len(asked) > 0 || a.Paused || len(a.PausedWork) == 0:
		return asked, nil
	case len(a.PausedWork) == 1:
		return []account.Work{a.PausedWork[0].Work}, nil
	}
	var commands []string
	for _, paused := range a.PausedWork {
		commands = append(commands, "`"+resumes(a.ID, paused.Work)+"` ("+paused.Reason+")")
	}
	return nil, usagef("%s is not paused as a whole, but several kinds of its work are. Name what to resume: %s", a.ID, strings.Join(commands, ", "))
}

// resumes is the command that resumes a kind of work.
func resumes(id string, w account.Work) string {
	return fmt.Sprintf("towpath accounts resume %s --only %s", invocation.ShellWord(id), w)
}

// accountState is what was done to an account.
type accountState struct {
	Account string         `json:"account"`
	State   string         `json:"state"`
	Only    []account.Work `json:"only,omitempty"`        // these kinds of its work; empty: all of it
	Still   []stillPaused  `json:"stillPaused,omitempty"` // of one that was resumed
}

// stillPaused is a kind of work that was paused by itself, and stays so when its account is resumed.
type stillPaused struct {
	account.PausedWork
	Command string `json:"command"` // that resumes it
}

func (p *Program) printAccountState(id, state string, works []account.Work) error {
	done := accountState{Account: id, State: state, Only: works}
	return p.print(done, func(pg *page) { pg.line("%s", done.text()) })
}

// printResumed prints that an account was resumed, or kinds of its work, and which kinds stay paused.
func (p *Program) printResumed(a accounts.Account, works []account.Work) error {
	done := accountState{Account: a.ID, State: "resumed", Only: works}
	for _, paused := range a.PausedWork {
		done.Still = append(done.Still, stillPaused{paused, resumes(a.ID, paused.Work)})
	}
	return p.print(done, func(pg *page) {
		pg.line("%s", done.text())
		for _, kept := range done.Still {
			pg.sentence("", fmt.Sprintf("%s: %s stays paused (%s). To resume it:", a.ID, kept.Work, kept.Reason))
			pg.line("  %s", kept.Command)
		}
	})
}

func (a accountState) text() string {
	var words []string
	for _, w := range a.Only {
		words = append(words, string(w))
	}
	return fmt.Sprintf("%s: %s.", a.Account, strings.TrimSpace(strings.Join(words, ", ")+" "+a.State))
}

// whyPaused returns why a kind of an account's work is not done; empty: it is done, or the account is switched off.
func whyPaused(a accounts.Account, work string) string {
	why, _ := a.WhyPaused(account.Work(work))
	return why
}
