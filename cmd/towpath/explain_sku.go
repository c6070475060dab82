package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/explain"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/wording"
)

func (p *Program) explainSKUCommand() *cobra.Command {
	var at string
	c := &cobra.Command{
		Use:   "sku SKU",
		Short: "Show a SKU around a moment, and how it was oversold",
		Long: "Shows a SKU as it was at a moment: on hand and reserved per location, what each listing had been sent and had accepted,\n" +
			"and what was sold within a day before and after. For each sale without stock it says which sale had taken it, and at\n" +
			"which stage the level was that should have prevented it: seen, saved, pushed or acknowledged.",
		Example: "  towpath explain sku MUG-BLU\n  towpath explain sku MUG-BLU --at '2026-11-28 14:05:00Z' -o json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			then, err := readMoment("--at", at)
			if err != nil {
				return err
			}
			if then.IsZero() {
				then = time.Now()
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				k, err := pf.Store.Ledger.Around(cmd.Context(), args[0], then.UTC())
				if err != nil {
					return err
				}
				if len(k.Levels)+len(k.Sales)+len(k.Pushes) == 0 {
					return usagef("no SKU %q has stock, sales or pushes: `towpath stock` lists them", args[0])
				}
				shown := struct {
					explain.SKU
					Oversales []explain.Oversale `json:"oversales"`
					NotKept   []string           `json:"notKept"`
				}{k, filled(explain.Oversales(k)), explain.NotKept()}
				return p.print(shown, func(pg *page) { showSKU(pg, k, shown.Oversales) })
			})
		},
	}
	c.Flags().StringVar(&at, "at", "", "the moment, such as 2026-11-28T14:05Z (default now)")
	return c
}

func showSKU(pg *page, k explain.SKU, oversales []explain.Oversale) {
	pg.title(fmt.Sprintf("SKU %s, %s", k.SKU, moment(k.At)))
	rows := make([][]cell, len(k.Levels))
	for i, l := range k.Levels {
		rows[i] = []cell{word(l.Location), number(l.OnHand), number(l.Reserved), number(l.OnHandNow), number(l.ReservedNow), counted(l.Backordered, yellow)}
	}
	pg.table([]string{"LOCATION", "ON HAND THEN", "RESERVED THEN", "ON HAND NOW", "RESERVED NOW", "BACKORDERED NOW"}, rows)
	before, after := k.LastPushes()
	pg.section("What each listing had been sent")
	showPushes(pg, before)
	pg.section("What it was sent next")
	showPushes(pg, after)
	pg.section("Sold within a day before and after")
	rows = make([][]cell, len(k.Sales))
	for i, s := range k.Sales {
		rows[i] = []cell{word(s.Account), word(s.Reference), number(s.Units), counted(s.Backordered, yellow), number(s.Cancelled), word(pg.moment(s.Account, s.PlacedAt)), word(pg.moment(s.Account, s.SavedAt)), word(pg.moment(s.Account, s.ReservedAt))}
	}
	pg.table([]string{"ACCOUNT", "ORDER", "UNITS", "BACKORDERED", "CANCELLED", "SOLD", "SAVED", "RESERVED"}, rows)
	pg.section("Sold without stock")
	if len(oversales) == 0 {
		pg.line("  None.")
	}
	for _, o := range oversales {
		pg.sentence("  - ", o.Says)
	}
	pg.section("What is not kept")
	pg.sentences("  - ", explain.NotKept()...)
}

func showPushes(pg *page, list []explain.Push) {
	rows := make([][]cell, len(list))
	for i, p := range list {
		answer := wording.Between(p.SentAt, p.AckedAt)
		rows[i] = []cell{word(p.Account), word(p.ChannelSKU), number(p.Quantity), word(pg.moment(p.Account, p.SentAt)), word(pg.moment(p.Account, p.AckedAt)), amount(dash(answer)), tinted(p.Fault, red).prose()}
	}
	pg.table([]string{"ACCOUNT", "CHANNEL SKU", "QUANTITY", "PUSHED", "ACKNOWLEDGED", "TOOK", "FAULT"}, rows)
}
