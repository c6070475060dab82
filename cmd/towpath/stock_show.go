package main

import (
	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/wording"
)

func (p *Program) stockLedgerCommand() *cobra.Command {
	var location string
	var after int64
	var limit int
	c := &cobra.Command{
		Use:     "ledger SKU",
		Short:   "List every movement of a SKU, the newest first: what, when, why and who",
		Example: "  towpath stock ledger MUG-RED\n  towpath stock ledger MUG-RED --location main --limit 100",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkLimit(limit); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if _, err := pf.Starter.StockOf(cmd.Context(), args[0]); err != nil {
					return err
				}
				moves, err := pf.Store.Ledger.Movements(cmd.Context(), args[0], location, after, limit)
				if err != nil {
					return err
				}
				return p.printLedger(moves, limit)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&location, "location", "", "only at this location")
	f.Int64Var(&after, "after", 0, "continue after this movement, as shown at the end of a list")
	f.IntVar(&limit, "limit", pageSize, "how many movements to list")
	return c
}

func (p *Program) printLedger(moves []ledger.Movement, limit int) error {
	shown := struct {
		Movements []ledger.Movement `json:"movements"`
		After     int64             `json:"after,omitempty"` // for the next page; 0 = there is none
	}{Movements: filled(moves)}
	if len(moves) == limit {
		shown.After = moves[len(moves)-1].ID
	}
	return p.print(shown, func(pg *page) {
		if len(moves) == 0 {
			pg.sentence("", wording.NoMovements)
			return
		}
		rows := make([][]cell, len(moves))
		for i, m := range moves {
			rows[i] = []cell{word(moment(m.At)), word(m.Location), word(string(m.Kind)), amount(signed(m.OnHand)), amount(signed(m.Reserved)),
				word(why(m)).prose()}
		}
		pg.table([]string{"AT", "LOCATION", "WHAT", "ON HAND", "RESERVED", "WHY AND WHO"}, rows)
		if shown.After != 0 {
			pg.line("\nMore: the same command with --after %d", shown.After)
		}
	})
}

func signed(n int) string {
	if n == 0 {
		return "-"
	}
	return wording.Change(n)
}

// why returns the cause of a movement, and who requested it.
func why(m ledger.Movement) string {
	text := m.Note
	if m.Reference != "" {
		text = joined("order "+m.Reference+" on "+m.Account, text)
	}
	if m.By != "" {
		text = joined(text, "by "+m.By)
	}
	return text
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

func backorderedUnits(list []ledger.Backordered) (n int) {
	for _, b := range list {
		n += b.Units
	}
	return n
}

// printBackordered lists the orders that lost reserved units.
func printBackordered(pg *page, list []ledger.Backordered) {
	if len(list) == 0 {
		return
	}
	pg.line("\nBackordered now, the newest orders first:")
	rows := make([][]cell, len(list))
	for i, b := range list {
		rows[i] = []cell{word(b.Reference), word(b.Account), word(b.LineID), word(b.SKU), counted(b.Units, red)}
	}
	pg.table([]string{"ORDER", "ACCOUNT", "LINE", "SKU", "UNITS"}, rows)
}
