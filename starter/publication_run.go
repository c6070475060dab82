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

// PublicationDone waits for the end of a run. Meanwhile it shows the workflow's own words, whenever they can be had: they are of the run at
// hand, which may be another one.
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

// PublicationStatus asks the publication of an account's goods for its status; found is false when none runs or no worker answered.
func (s *Starter) PublicationStatus(ctx context.Context, account string, endpoint channel.Endpoint) (st message.Status, found bool) {
	return s.Query(ctx, message.PublicationWorkflowID(account, endpoint))
}

// RetryPublication ends the waits of a publication: the next attempt is made now, and one that is parked tries again. One that does not run
// and has runs in its queue is started.
func (s *Starter) RetryPublication(ctx context.Context, account string, endpoint channel.Endpoint) error {
	queue, err := s.Store.Publications.List(ctx, account, endpoint)
	if err != nil {
		return err
	}
	if len(queue) == 0 {
		return &RefusedError{Reason: fmt.Sprintf("no publication of %s goes on: `towpath publish --account %s --errors` takes up what ended in error", account, account)}
	}
	err = s.Retry(ctx, message.PublicationWorkflowID(account, queue[0].Endpoint))
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return s.WakePublication(ctx, account, queue[0].Endpoint)
	}
	return err
}

// StopPublication ends a run: what it has not sent is skipped. One that waits in the queue ends when its turn comes, with nothing sent.
// changed is false when it had ended, or was stopped before.
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
	if errors.As(err, &gone) { // it is started, so that the run ends
		return changed, s.WakePublication(ctx, pub.Account, pub.Endpoint)
	}
	if err != nil {
		return changed, fmt.Errorf("run %s is to stop, and Temporal could not be told: the next sweep does it: %w", id, err)
	}
	return changed, nil
}

// PublishNeeds are the attributes that the types of an account require and its goods lack, by the last run's own check.
func (s *Starter) PublishNeeds(ctx context.Context, account string) ([]listing.Need, error) {
	return s.Store.Publications.Needs(ctx, account, "")
}

// wakePublications has the queues worked through in which runs of an account wait, or of others that publish through it.
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
