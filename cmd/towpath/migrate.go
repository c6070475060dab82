package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store"
)

func (p *Program) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "migrate",
		Short:   "Create the store's tables, or bring them up to date",
		Long:    "Creates the store's tables, or brings them up to date. It is safe to repeat.",
		Example: "  TOWPATH_DATABASE_URL=sqlite:towpath.db towpath migrate",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, _, err := p.settings()
			if err != nil {
				return err
			}
			if s.DatabaseURL == "" {
				return usagef("%s", platform.ErrNoDatabase)
			}
			address := config.Redacted(s.DatabaseURL)
			keys, err := s.BuyerKeys()
			if err != nil {
				return err
			}
			st, err := store.Open(cmd.Context(), s.DatabaseURL, keys)
			if err != nil {
				return fmt.Errorf("%w; the address is %s", err, address)
			}
			if err := errors.Join(st.Migrate(cmd.Context()), st.Close()); err != nil {
				return err
			}
			return p.print(map[string]string{"database": address, "state": "up to date"}, func(pg *page) {
				pg.line("The store at %s is up to date.", address)
			})
		},
	}
}
