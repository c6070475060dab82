package main

import (
	"context"
	"errors"
	"fmt"
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
// class of fault it is and what that asks of a person.
func (p *Program) testAccount(ctx context.Context, pf *platform.Platform, id string) error {
	conn, err := pf.Connection(id)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, testPatience)
	defer cancel()
	if err = conn.Test(ctx); err == nil {
		return nil
	}
	f := channel.AsFault(err, "test")
	failed := fmt.Errorf("the channel does not accept %s: %s; %s", id, faultText(f), advice(f))
	if err := pf.Store.SaveFaults(context.WithoutCancel(ctx), id, []*channel.Fault{f}); err != nil {
		return errors.Join(failed, fmt.Errorf("save the channel's own words: %w", err))
	}
	return failed
}
