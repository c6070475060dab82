package main

import (
	"context"
	"fmt"
	"io"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/table"
)

// length sums up the histories of one kind of workflow.
type length struct {
	workflows           int
	events, least, most int64
	bytes               int64
}

func (l *length) add(events, bytes int64) {
	if l.workflows == 0 || events < l.least {
		l.least = events
	}
	l.most = max(l.most, events)
	l.workflows, l.events, l.bytes = l.workflows+1, l.events+events, l.bytes+bytes
}

// printHistories prints how long the histories of the orders are, as the server describes them.
func (s *shop) printHistories(ctx context.Context, out io.Writer) error {
	rows, err := s.store.Orders.Find(ctx, orders.OrderFilter{Limit: 10_000})
	if err != nil {
		return err
	}
	var lifecycles length
	for _, row := range rows {
		id := message.OrderWorkflowID(row.Key.Account.ID, row.Key.OrderID)
		d, err := s.starter.Temporal.DescribeWorkflowExecution(ctx, id, "")
		if err != nil {
			return fmt.Errorf("describe %s: %w", id, err)
		}
		info := d.GetWorkflowExecutionInfo()
		lifecycles.add(info.GetHistoryLength(), info.GetHistorySizeBytes())
	}
	t := table.NewWriter(out, true)
	fmt.Fprintln(t, "\nHISTORY OF AN ORDER\tN\tEVENTS\tLEAST\tMOST\tBYTES\t")
	n := float64(max(lifecycles.workflows, 1))
	fmt.Fprintf(t, "lifecycle\t%d\t%.1f\t%d\t%d\t%.0f\t\n", lifecycles.workflows, float64(lifecycles.events)/n, lifecycles.least, lifecycles.most, float64(lifecycles.bytes)/n)
	return t.Flush()
}
