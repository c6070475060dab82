package starter

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/runs"
)

// askNow lets the account's runs of a kind ask the channel although it has asked to wait: a person wants it. Those that run and wait
// go on at once.
func (s *Starter) askNow(ctx context.Context, account string, kind runs.RunKind, workflowIDs ...string) error {
	if err := s.Store.Runs.ForgetWait(ctx, account, kind); err != nil {
		return fmt.Errorf("let %s of %s ask again: %w", kind, account, err)
	}
	s.endWaits(ctx, workflowIDs...)
	return nil
}

// endWaits signals those of the workflows that wait for another attempt. One that does not run, or that says that it is at work, is left.
// One that is not reached waits as long as its policy says.
func (s *Starter) endWaits(ctx context.Context, workflowIDs ...string) {
	for _, id := range workflowIDs {
		if st, answered := s.Query(ctx, id); answered && st.NextAttempt.IsZero() && st.WaitingFor == "" {
			continue
		}
		err := s.Retry(ctx, id)
		var gone *serviceerror.NotFound
		if err != nil && !errors.As(err, &gone) {
			s.Logger.Warn("A wait was not ended.", zap.String("workflow", id), zap.Error(err))
		}
	}
}

// scans returns the workflow ids of the account's order scans that run.
func (s *Starter) scans(ctx context.Context, account string) []string {
	return append(s.schedule(ctx, message.OrdersScheduleID(account)).Running, s.schedule(ctx, message.OpenOrdersScheduleID(account)).Running...)
}
