package main

import (
	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/config"
)

func (p *Program) configCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "config",
		Short: "Show every setting: its value, where it came from and what it means",
		Long: "Shows every setting with its value, where it came from and what it means. Secrets are masked. Environment\n" +
			"variables come first, then a towpath-dev that runs in this folder, then the defaults.",
		Example: "  towpath config\n  towpath config -o json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			s, origins, err := p.Load()
			if s == (config.Settings{}) {
				return usagef("settings: %s", err)
			}
			entries := s.Entries(origins)
			shown := struct {
				Settings []config.Entry `json:"settings"`
				Note     string         `json:"note,omitempty"`
			}{entries, origins.Note}
			printed := p.print(shown, func(pg *page) {
				var rows [][]cell
				for _, e := range entries {
					from := tinted(e.Origin, when(e.Origin != config.FromDefault, green))
					rows = append(rows, []cell{word(e.Name), word(dash(e.Value)), from, tinted(e.Meaning, dim).prose()})
				}
				pg.table([]string{"SETTING", "VALUE", "FROM", "MEANING"}, rows)
				if origins.Note != "" {
					pg.line("\n%s", origins.Note)
				}
			})
			if err != nil {
				return usagef("settings: %s", err)
			}
			return printed
		},
	}
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
