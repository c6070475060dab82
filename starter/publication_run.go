package starter

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/publications"
)

// PublicationDone waits for the end of a run and calls show with the workflow's status meanwhile, which may be about an earlier
// run.
func (s *Starter) PublicationDone(ctx context.Context, id string, show func(message.Status)) (publications.Publication, error) {
	for {
		pub, err := s.Store.Publications.Publication(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			return pub, usagef("no run %q: `towpath runs --kind listings` lists them", id)
		}
		if err != nil || !pub.EndedAt.IsZero() {
			return pub, err
		}
		if st, ok := s.PublicationStatus(ctx, pub.Account, pub.Endpoint); ok {
			show(st)
		}
		if err := pause(ctx); err != nil {
			return pub, fmt.Errorf("wait for run %s: %w", id, err)
		}
	}
}

// PublicationStatus returns the status of the publication of an account's products. found is false when none runs or no worker
// answered.
func (s *Starter) PublicationStatus(ctx context.Context, account string, endpoint channel.Endpoint) (st message.Status, found bool) {
	return s.Query(ctx, message.PublicationWorkflowID(account, endpoint))
}

// RetryPublication ends the waits of a publication: the next attempt is made now, and a parked one tries again. If it does not
// run but has queued runs, it is started.
func (s *Starter) RetryPublication(ctx context.Context, account string, endpoint channel.Endpoint) error {
	queue, err := s.Store.Publications.List(ctx, account, endpoint)
	if err != nil {
		return err
	}
	if len(queue) == 0 {
		return &RefusedError{Reason: fmt.Sprintf("no publication of %s is in progress: `towpath publish --account %s --errors` publishes again what ended in error", account, account)}
	}
	err = s.Retry(ctx, message.PublicationWorkflowID(account, queue[0].Endpoint))
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return s.WakePublication(ctx, account, queue[0].Endpoint)
	}
	return err
}

// StopPublication ends a run and skips what it has not sent. A queued run ends, with nothing sent, when its turn comes. changed
// is false when it had already ended or been stopped.
func (s *Starter) StopPublication(ctx context.Context, id, by string) (changed bool, err error) {
	changed, err = s.Store.Publications.StopPublication(ctx, id, by)
	if errors.Is(err, store.ErrNotFound) {
		return false, usagef("no run %q: `towpath runs --kind listings` lists them", id)
	}
	if err != nil || !changed {
		return changed, err
	}
	pub, err := s.Store.Publications.Publication(ctx, id)
	if err != nil {
		return changed, err
	}
	err = s.Temporal.SignalWorkflow(ctx, message.PublicationWorkflowID(pub.Account, pub.Endpoint), "", message.SignalStop, message.StopRequest{RunID: id, By: by})
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) { // start it, so that the run ends
		return changed, s.WakePublication(ctx, pub.Account, pub.Endpoint)
	}
	if err != nil {
		return changed, fmt.Errorf("run %s is marked to stop, but Temporal could not be reached: the next sweep stops it: %w", id, err)
	}
	return changed, nil
}

// PublishNeeds returns the attributes that an account's product types require and its products lack, according to the last run's
// check.
func (s *Starter) PublishNeeds(ctx context.Context, account string) ([]listing.Need, error) {
	return s.Store.Publications.Needs(ctx, account, "")
}

// wakePublications wakes the publications of queues with runs of an account, or of others that publish through it.
func (s *Starter) wakePublications(ctx context.Context, account string) error {
	waiting, err := s.Store.Publications.List(ctx, "", "")
	if err != nil {
		return fmt.Errorf("read the queues of publications: %w", err)
	}
	var errs []error
	last := ""
	for _, p := range waiting {
		id := message.PublicationWorkflowID(p.Account, p.Endpoint)
		if p.Account != account && p.Through != account || id == last {
			continue
		}
		last = id
		errs = append(errs, s.WakePublication(ctx, p.Account, p.Endpoint))
	}
	return errors.Join(errs...)
}
