package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/devserver"
	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/simulator/secondtool"
)

// newSecondTool returns the command that plays another tool which writes to a running marketplace.
func newSecondTool(base *devserver.Options) *cobra.Command {
	var account, output, price string
	var order secondtool.Order
	var every time.Duration
	cmd := &cobra.Command{
		Use:   "second-tool --account A",
		Short: "Play another tool that writes to a running marketplace: levels, prices, titles, ends",
		Long: `Sets the levels of some listings of an account as another tool does that keeps a stock of its own: each time those of
the same listings, to the same quantities. The marketplace's ledger names them somebody else's. With --every it does so
again and again until Ctrl-C. With --price or --title it sets those instead, and with --end it ends the listings. Towpath names them after it has read the listings back: towpath levels drift.`,
		Example: `  towpath-dev second-tool --account ebay-uk --skus 50
  towpath-dev second-tool --account ebay-uk --skus 50 --every 5m
  towpath-dev second-tool --account ebay-uk --skus 5 --price 7.99
  towpath-dev second-tool --account ebay-uk --skus 5 --title "Best mug"
  towpath-dev second-tool --account ebay-uk --skus 5 --end`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case account == "":
				return devserver.UsageError{Err: fmt.Errorf("name the account: --account A")}
			case output != "table" && output != "json":
				return devserver.UsageError{Err: fmt.Errorf("--output %q: want table or json", output)}
			case every < 0:
				return devserver.UsageError{Err: fmt.Errorf("--every %s: give a time above 0", every)}
			}
			if err := priced(&order, price); err != nil {
				return err
			}
			once := func() error {
				done, err := devserver.Overwrite(cmd.Context(), base, account, order)
				if err != nil {
					return err
				}
				return devserver.PrintOverwritten(cmd.OutOrStdout(), output, done)
			}
			if err := once(); err != nil || every == 0 {
				return err
			}
			for tick := time.NewTicker(every); ; {
				select {
				case <-cmd.Context().Done():
					tick.Stop()
					return nil
				case <-tick.C:
					if err := once(); err != nil {
						return err
					}
				}
			}
		},
	}
	f := cmd.Flags()
	f.StringVar(&account, "account", "", "at this account's marketplace")
	f.IntVar(&order.SKUs, "skus", 50, "of how many listings")
	f.StringVar(&price, "price", "", "set this price, e.g. 7.99, in the account's currency, and no levels")
	f.StringVar(&order.Title, "title", "", "set this title, and no levels")
	f.BoolVar(&order.End, "end", false, "end the listings, and set no levels")
	cmd.MarkFlagsMutuallyExclusive("price", "title", "end")
	f.DurationVar(&every, "every", 0, "again after this time, until Ctrl-C; 0 = once")
	f.StringVarP(&output, "output", "o", "table", "how to print: table or json")
	return cmd
}

// priced puts a price with two decimals into the order.
func priced(o *secondtool.Order, price string) error {
	if price == "" {
		return nil
	}
	amount, err := money.Parse(price, "GBP")
	if err != nil || amount <= 0 {
		return devserver.UsageError{Err: fmt.Errorf("--price %q: give an amount like 7.99", price)}
	}
	o.Price = amount
	return nil
}
