package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/platform"
)

// testPatience is how long a channel gets for the one harmless call of a test.
const testPatience = 30 * time.Second

func (p *Program) accountTestCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "test ACCOUNT",
		Short: "Make one harmless call and say whether the channel accepts the account",
		Long: "Makes one harmless call with the credentials of the accounts file and says whether the channel\n" +
			"accepts them. It changes nothing, on the channel or here.",
		Example: "  towpath accounts test amazon-uk",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := p.testAccount(cmd.Context(), pf, args[0]); err != nil {
					return err
				}
				return p.printAccountState(args[0], "accepted")
			})
		},
	}
}

// testAccount tests the connection. The channel's own words are kept in the store; the error says what
// fault it is and what to do about it.
func (p *Program) testAccount(ctx context.Context, pf *platform.Platform, id string) error {
	conn, err := pf.Connection(ctx, id)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, testPatience)
	defer cancel()
	if err = conn.Test(ctx); err == nil {
		return nil
	}
	f := channel.AsFault(err, "test")
	saved := pf.Store.SaveFaults(context.WithoutCancel(ctx), id, []*channel.Fault{f})
	r, err := newRemedies(pf.Store)
	if err = errors.Join(saved, err); err != nil {
		return fmt.Errorf("the channel does not accept %s: %s; its own words are lost: %w", id, faultText(f), err)
	}
	account, _ := pf.Store.Account(ctx, id) // only the accounts file may know it yet
	steps := whatToDo(r.of(context.WithoutCancel(ctx), incident{fault: f, kind: account.Channel, account: id}))
	return fmt.Errorf("the channel does not accept %s: %s\n%s", id, faultText(f), strings.Join(steps, "\n"))
}
