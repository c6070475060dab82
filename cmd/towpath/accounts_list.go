package main

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// accountShown is an account with what its endpoint means and when its access ends.
type accountShown struct {
	accounts.Account
	Means    string               `json:"endpointMeans"`
	Expiries []channel.Expiry     `json:"expiries"`
	Health   []starter.KindHealth `json:"health,omitempty"` // of one account's runs
	WayBack  settings.WayBack     `json:"wayBack,omitzero"` // what would go back, or does

	Publish *publications.Waiting `json:"publish,omitempty"` // of one account: what has changed since it was published
}

func shownAccount(a accounts.Account, now time.Time) accountShown {
	return accountShown{Account: a, Means: a.EndpointMeans(), Expiries: filled(a.Expiries(now))}
}

// soonest returns the earliest end as a cell.
func soonest(list []channel.Expiry) cell {
	if len(list) == 0 {
		return word("-")
	}
	e := slices.MinFunc(list, func(a, b channel.Expiry) int { return a.Ends.Compare(b.Ends) })
	return tinted(wording.Day(e.Ends), colours[wording.EndTone(e)])
}

func (p *Program) printAccounts(found []accounts.Account, counts []links.LinkCounts, now time.Time) error {
	list := make([]accountShown, len(found))
	for i, a := range found {
		list[i] = shownAccount(a, now)
	}
	return p.print(map[string]any{"accounts": list, "links": filled(counts)}, func(pg *page) {
		if len(found) == 0 {
			pg.sentence("", wording.NoAccounts)
			return
		}
		rows := make([][]cell, len(list))
		for i, a := range list {
			rows[i] = pg.accountRow(a)
		}
		pg.table([]string{"ACCOUNT", "NAME", "CHANNEL", "ENDPOINT", "STATE", "ORDERS TO", "STOCK FROM", "BUFFER", "CAP", "RESERVES", "PROCESSES", "SCANNED UNTIL", "ACCESS ENDS", "REASON"}, rows)
		for _, a := range list {
			if a.Endpoint == channel.Test || a.Simulated {
				pg.line("\n%s (%s): %s", a.ID, a.EndpointText(), a.Means)
			}
		}
		for _, n := range counts {
			if n.Unlinked > 0 {
				pg.line("%s: %s no link, %s no listing: `towpath links list --account %s --unlinked` or `--missing`.",
					n.Account, wording.Count(n.Unlinked, "listing has", "listings have"), wording.Count(n.Missing, "SKU has", "SKUs have"), n.Account)
			}
		}
		showEnds(pg, found, now)
	})
}

func (pg *page) accountRow(a accountShown) []cell {
	return []cell{
		word(a.ID), word(a.Name).prose(), word(string(a.Channel)), tinted(a.EndpointText(), when(a.Endpoint == channel.Test, yellow)).prose(), said(starter.ConditionOf(a.Account)),
		word(a.OrderLocation), word(strings.Join(a.StockLocations, ", ")), number(a.Buffer), amount(capText(a.Account)),
		word(string(a.ReserveAt)), word(string(a.ProcessAt)), word(pg.moment(a.ID, a.Watermark)), soonest(a.Expiries).prose(), tinted(a.PausedReason, red).prose(),
	}
}

func capText(a accounts.Account) string {
	if a.Cap < stock.NoCap {
		return number(a.Cap).text
	}
	return "-"
}

// showEnds lists what ends within 30 days or has ended, and what to do.
func showEnds(pg *page, list []accounts.Account, now time.Time) {
	shown := false
	for _, a := range list {
		for _, e := range a.Warnings(now) {
			if !shown {
				pg.section("Ends soon")
				shown = true
			}
			pg.table(nil, [][]cell{{tinted("  "+a.ID, colours[wording.EndTone(e)]), word(e.Text() + ". " + e.Do).prose()}})
		}
	}
}

func (p *Program) accountShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "show ACCOUNT",
		Short:   "Show one account's settings, what its endpoint means and when its access ends",
		Long:    "Shows one account as the worker that was started last saved it. Credentials are never shown.",
		Example: "  towpath accounts show amazon-uk\n  towpath accounts show amazon-uk -o json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, args[0]); err != nil {
					return err
				}
				a, err := pf.Store.Accounts.Account(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				now := time.Now()
				shown := shownAccount(a, now)
				if shown.Health, err = pf.Starter.AccountHealth(cmd.Context(), a); err != nil {
					return err
				}
				if shown.WayBack, err = pf.Store.Settings.WayBack(cmd.Context(), a.ID); err != nil {
					return err
				}
				waiting, err := pf.Store.Publications.Waiting(cmd.Context(), a.ID, a.Endpoint)
				if err != nil {
					return err
				}
				shown.Publish = &waiting
				return p.print(shown, func(pg *page) { showAccount(pg, shown, now) })
			})
		},
	}
}

// showHealth prints how the account's runs of each kind do.
func showHealth(pg *page, list []starter.KindHealth, now time.Time) {
	if len(list) == 0 {
		return
	}
	rows := make([][]cell, len(list))
	for i, h := range list {
		rows[i] = []cell{word("  " + string(h.Kind)), tinted(string(h.State), healthColours[h.State]), word(away(h.Last.StartedAt, now)), word(h.Words).prose()}
	}
	pg.section("Health of its runs")
	pg.table([]string{"  KIND", "HEALTH", "LAST RUN", "WHY"}, rows)
}

var healthColours = map[remedy.State]colour{remedy.Failing: red, remedy.Degraded: yellow, remedy.Paused: yellow}

func showAccount(pg *page, a accountShown, now time.Time) {
	pg.title("Account " + a.ID)
	rows := [][]cell{
		words("name", a.Name), words("channel", string(a.Channel)), words("endpoint", a.EndpointText()), words("", a.Means),
		words("host", dash(a.Host)), words("condition", joined(starter.ConditionOf(a.Account).Text, a.PausedReason)), words("scanned until", pg.moment(a.ID, a.Watermark)),
		words("live", starter.WhatIsLive(a.Account)),
	}
	if progress := starter.WayBackWords(a.WayBack).Progress(); progress != "" {
		rows = append(rows, words("", progress))
	}
	for _, s := range starter.SettingsOf(a.Account) {
		value := dash(s.Value)
		if s.Note != "" {
			value += " (" + s.Note + ")"
		}
		rows = append(rows, words(s.Name, value))
	}
	for _, e := range a.Expiries {
		rows = append(rows, []cell{word(e.What), tinted(e.Text(), colours[wording.EndTone(e)])})
	}
	if a.Publish != nil {
		rows = append(rows, words("changed", starter.ChangedWords(*a.Publish).Text()))
	}
	pg.facts(rows)
	showHealth(pg, a.Health, now)
	showEnds(pg, []accounts.Account{a.Account}, now)
}
