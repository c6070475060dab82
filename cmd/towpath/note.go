package main

import (
	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

func (p *Program) noteCommand() *cobra.Command {
	var account, by string
	c := &cobra.Command{
		Use:   "note REF TEXT",
		Short: "Note something about an order, for whoever looks at it or packs it",
		Long: "Notes something about an order. It is shown on the order and in Towpath's own files for packing. As it may hold anything\n" +
			"of the buyer, it is encrypted as the buyer's address is, and removed with it.",
		Example: "  towpath note 202-5538961-7743559 'leave it with the neighbour'\n  towpath note 1001 'two parcels' --account shopify-uk --by ann",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return p.with(ctx, func(pf *platform.Platform) error {
				row, err := pf.Starter.Find(ctx, args[0], account)
				if err != nil {
					return err
				}
				if err := pf.Starter.Note(ctx, row, by, args[1]); err != nil {
					return err
				}
				notes, lost, err := pf.Starter.NotesOf(ctx, row.Key.RowID)
				if err != nil {
					return err
				}
				shown := struct {
					Order string        `json:"order"`
					Notes []buyers.Note `json:"notes"`
				}{row.Reference, filled(notes)}
				return p.print(shown, func(pg *page) {
					showOrderNotes(pg, starter.OrderStatus{OrderDetail: orders.OrderDetail{OrderRow: row}, Notes: notes, NotesLost: lost})
				})
			})
		},
	}
	accountFlag(c, &account)
	byFlag(c, &by)
	return c
}

// showOrderNotes lists the notes about an order.
func showOrderNotes(pg *page, st starter.OrderStatus) {
	if len(st.Notes)+len(st.NotesLost) == 0 {
		return
	}
	pg.section("Notes")
	if st.NotesLost != "" {
		pg.sentence("  ", st.NotesLost)
	}
	rows := make([][]cell, len(st.Notes))
	for i, n := range st.Notes {
		text := word(n.Text).prose()
		if n.Gone {
			text = tinted("removed with the buyer's data", dim)
		}
		rows[i] = []cell{word("  " + pg.moment(st.Key.Account.ID, n.At)), word(n.By), text}
	}
	pg.table(nil, rows)
}
