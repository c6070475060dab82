package devserver

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/secondtool"
	"github.com/towpath/towpath/internal/table"
)

// Overwrite has a second tool write once, at the running marketplace of an account.
func Overwrite(ctx context.Context, o *Options, account string, order secondtool.Order) (secondtool.Done, error) {
	if order.SKUs < 1 {
		return secondtool.Done{}, UsageError{fmt.Errorf("--skus %d: give 1 or more", order.SKUs)}
	}
	at, err := marketplaceOf(ctx, o, account)
	if err != nil {
		return secondtool.Done{}, err
	}
	return secondtool.Overwrite(ctx, at.Address, order)
}

// marketplaceOf returns the running marketplace of an account.
func marketplaceOf(ctx context.Context, o *Options, account string) (simulator.Account, error) {
	running, err := runningMarketplaces(ctx, o)
	if err != nil {
		return simulator.Account{}, err
	}
	a, ok := running.Account(account)
	if !ok {
		return a, UsageError{fmt.Errorf("--account %q: there are %s", account, strings.Join(ids(running.Accounts), ", "))}
	}
	return a, nil
}

// PrintOverwritten writes what a second tool has set as a table or, with output json, as JSON.
func PrintOverwritten(w io.Writer, output string, done secondtool.Done) error {
	if output == "json" {
		return json.NewEncoder(w).Encode(done)
	}
	if len(done.Overwritten)+len(done.Rewritten) == 0 {
		_, err := fmt.Fprintf(w, "%s: all are as the second tool wants them.\n", done.Account)
		return err
	}
	rows := [][]table.Cell{table.Words("ACCOUNT", "CHANNEL SKU", "FIELD", "WAS", "MADE")}
	for _, l := range done.Rewritten {
		rows = append(rows, table.Words(done.Account, l.SKU, l.Field, l.Was, l.Made))
	}
	for _, l := range done.Overwritten {
		rows = append(rows, table.Words(done.Account, l.SKU, "level", fmt.Sprint(l.Was), fmt.Sprint(l.Made)))
	}
	return table.Write(w, rows)
}
