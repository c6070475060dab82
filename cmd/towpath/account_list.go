package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store"
)

// accountList is a command that lists something page by page, of one account or of all.
type accountList[T any] struct {
	name   string // of the list in JSON
	read   func(ctx context.Context, pf *platform.Platform, account, after string, limit int) ([]T, error)
	cursor func(T) string                                                                    // where a list that ends with this one goes on
	above  func(ctx context.Context, pf *platform.Platform, account string) (summary, error) // nil: nothing stands above the list
	show   func(pg *page, list []T)
	needs  func(list []T) error // nil: it never needs a person; whether it does is asked of all of it, whatever page is shown
}

// summary is what stands above a list.
type summary struct {
	name  string // in JSON
	value any
	lines []string
}

// command completes a command that has its words.
func (l accountList[T]) command(p *Program, c *cobra.Command) *cobra.Command {
	var account, after string
	var limit int
	c.Args = cobra.NoArgs
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkLimit(limit); err != nil {
			return err
		}
		return p.with(cmd.Context(), func(pf *platform.Platform) error {
			if err := knownAccount(cmd.Context(), pf, account); err != nil {
				return err
			}
			list, err := l.read(cmd.Context(), pf, account, after, limit)
			if errors.Is(err, store.ErrBadCursor) {
				return usagef("--after %q: want the value shown at the end of a list", after)
			}
			if err != nil {
				return err
			}
			var top summary
			if l.above != nil {
				if top, err = l.above(cmd.Context(), pf, account); err != nil {
					return err
				}
			}
			if err := l.print(p, top, list, limit); err != nil || l.needs == nil {
				return err
			}
			if err := l.needs(list); err != nil {
				return err
			}
			return l.beside(cmd.Context(), pf, account, after != "" || len(list) == limit)
		})
	}
	f := c.Flags()
	f.StringVar(&account, "account", "", "only this account")
	f.IntVar(&limit, "limit", pageSize, "how many to list")
	f.StringVar(&after, "after", "", "continue after this row, as shown at the end of a list")
	return c
}

func (l accountList[T]) print(p *Program, top summary, list []T, limit int) error {
	shown := map[string]any{l.name: filled(list)}
	if top.name != "" {
		shown[top.name] = top.value
	}
	more := ""
	if len(list) == limit {
		more = l.cursor(list[len(list)-1])
		shown["after"] = more
	}
	return p.print(shown, func(pg *page) {
		for _, line := range top.lines {
			pg.line("%s", line)
		}
		l.show(pg, list)
		if more != "" {
			pg.line("\nMore: the same command with --after %s", more)
		}
	})
}

// beside asks of the whole list whether it needs a person, where only a page of it was shown.
func (l accountList[T]) beside(ctx context.Context, pf *platform.Platform, account string, cut bool) error {
	for after := ""; cut; {
		list, err := l.read(ctx, pf, account, after, maxPageSize)
		if err == nil {
			err = l.needs(list)
		}
		if err != nil || len(list) < maxPageSize {
			return err
		}
		after = l.cursor(list[len(list)-1])
	}
	return nil
}
