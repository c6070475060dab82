package devserver

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/wording"
)

// planned returns what the buyers buy: a rehearsal's plan, or the book's.
func (d *dev) planned(ctx context.Context) (*book.Plan, error) {
	if d.o.Rehearse == nil {
		return d.o.plan()
	}
	var err error
	if d.goods, err = rehearsed(ctx, d.o.Rehearse); err != nil {
		return nil, err
	}
	plan := rehearsalPlan(d.goods, d.o.accountIDs())
	if len(plan.Events) == 0 {
		return nil, UsageError{errors.New("rehearse: the files list nothing with a SKU")}
	}
	return plan, nil
}

// printRehearsal prints what to do first.
func (d *dev) printRehearsal(out io.Writer) {
	listed := make(map[string]int)
	for _, g := range d.goods {
		listed[g.Account]++
	}
	fmt.Fprintln(out, "Your first day. The marketplaces list what your files show; Towpath knows nothing yet, and its accounts observe.")
	for _, id := range d.o.accountIDs() {
		fmt.Fprintf(out, "  %-12s %s\n", id, wording.Plural(listed[id], "listing"))
	}
	fmt.Fprintln(out, "What to do, step by step: docs/operating.md, The first day.")
	fmt.Fprintln(out)
}
