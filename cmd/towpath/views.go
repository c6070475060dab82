package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/wording"
)

// viewsCommand lists the views of orders, and deletes kept ones.
func (p *Program) viewsCommand() *cobra.Command {
	var gone string
	c := &cobra.Command{
		Use:   "views",
		Short: "List the views of orders, with how many each has",
		Long: "Lists the views of orders with how many each has, as the console shows them: those that every installation has\n" +
			"(`towpath orders --view`), and the filters that somebody has named and kept there.",
		Example: "  towpath views\n  towpath views -o json\n  towpath views --delete 'late on eBay'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return p.with(ctx, func(pf *platform.Platform) error {
				if gone != "" {
					err := pf.Store.Orders.DropView(ctx, gone)
					if errors.Is(err, store.ErrNotFound) {
						return usagef("no view %q is kept: `towpath views` lists them", gone)
					}
					if err != nil {
						return err
					}
				}
				shown := struct {
					Views map[order.View]int `json:"views"`
					Kept  []orders.KeptView  `json:"kept"`
				}{}
				var err error
				if shown.Views, err = pf.Store.Orders.ViewCounts(ctx, wording.DayEnds(time.Now(), p.zones.Shared())); err != nil {
					return err
				}
				if shown.Kept, err = pf.Store.Orders.KeptViews(ctx); err != nil {
					return err
				}
				return p.print(shown, func(pg *page) {
					var cells [][]cell
					for _, v := range order.Views() {
						n := shown.Views[v]
						cells = append(cells, []cell{word(string(v)), word(wording.AtLeast(min(n, order.MostCounted), n > order.MostCounted)), word(v.Means()).prose()})
					}
					pg.table([]string{"VIEW", "ORDERS", "WHICH"}, cells)
					if len(shown.Kept) == 0 {
						return
					}
					cells = nil
					for _, v := range shown.Kept {
						cells = append(cells, []cell{word(v.Name), word(v.By), word(wording.Moment(v.At)), word(v.Query).prose()})
					}
					pg.line("")
					pg.table([]string{"KEPT VIEW", "BY", "SINCE", "FILTERS"}, cells)
				})
			})
		},
	}
	c.Flags().StringVar(&gone, "delete", "", "delete the kept view with this name")
	return c
}
