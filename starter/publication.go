package starter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/sdk/client"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/workflows"
)

// PublishRequest is a request to publish products.
type PublishRequest struct {
	Account   string
	Endpoint  channel.Endpoint  // empty: the account's own
	Selection listing.Selection // the zero value: all products
	DryRun    bool              // only Towpath's own check
	By        string            // who asks; must be given
	Key       string            // requests with the same key count once; empty: a new request
}

// Publish queues a run and wakes the account's publication. When the run is queued but Temporal can't be reached, it returns the
// run and an error; the next sweep starts it.
func (s *Starter) Publish(ctx context.Context, ask PublishRequest) (publications.Publication, error) {
	pub, err := s.publication(ctx, ask)
	if err != nil {
		return publications.Publication{}, err
	}
	if err := s.Store.Publications.AskPublication(ctx, pub); err != nil {
		return publications.Publication{}, err
	}
	if err := s.WakePublication(ctx, pub.Account, pub.Endpoint); err != nil {
		return pub, fmt.Errorf("run %s is queued, but Temporal could not be reached: the next sweep starts it: %w", pub.ID, err)
	}
	return s.Store.Publications.Publication(ctx, pub.ID)
}

// publication returns the requested run, after checking that it is possible.
func (s *Starter) publication(ctx context.Context, ask PublishRequest) (publications.Publication, error) {
	acc, err := s.syncable(ctx, ask.Account, account.Listings)
	if err != nil {
		return publications.Publication{}, err
	}
	if ask.By == "" {
		return publications.Publication{}, usagef("your name is missing: a run records who asked for it")
	}
	pub := publications.Publication{
		ID: runID(ask.Key), Account: acc.ID, Endpoint: ask.Endpoint, Selection: ask.Selection, DryRun: ask.DryRun, By: ask.By, AskedAt: time.Now().UTC(),
	}
	if pub.Endpoint == "" {
		pub.Endpoint = acc.Endpoint
	}
	through, err := s.through(ctx, acc, pub.Endpoint)
	if err != nil {
		return publications.Publication{}, err
	}
	pub.Through = through.ID
	for _, a := range []accounts.Account{acc, through} {
		if !a.Enabled {
			return publications.Publication{}, &RefusedError{Reason: fmt.Sprintf("account %s is off: enable it in the accounts file", a.ID)}
		}
	}
	if through.Observing && !ask.DryRun && !publication.Previews(pub.Endpoint == channel.Test, through.Channel) {
		return publications.Publication{}, &RefusedError{Reason: fmt.Sprintf(
			"account %s observes: nothing is written to its channel before `towpath accounts live %s`. %s", through.ID, through.ID, observingMay(through))}
	}
	return pub, nil
}

// observingMay returns a text about what an account may publish before it is live.
func observingMay(acc accounts.Account) string {
	if publication.Previews(true, acc.Channel) {
		return "Until then it may publish with --dry-run, and with --endpoint test, which only validates"
	}
	return "Until then it may publish with --dry-run"
}

// through returns the account whose connection is used to publish acc's products to an endpoint.
func (s *Starter) through(ctx context.Context, acc accounts.Account, endpoint channel.Endpoint) (accounts.Account, error) {
	switch {
	case endpoint != channel.Test && endpoint != channel.Production:
		return acc, usagef("no endpoint %q: want test or production", endpoint)
	case endpoint == acc.Endpoint, publication.Previews(endpoint == channel.Test, acc.Channel):
		return acc, nil
	case endpoint == channel.Production:
		return acc, usagef("account %s has `endpoint: test` in the accounts file: it publishes with --endpoint test only", acc.ID)
	case acc.TestAccount == "":
		return acc, usagef("account %s has no test account: %s. Add it to the accounts file with `endpoint: test`, and to %s the line `test_account: ID`",
			acc.ID, testPlace(acc.Channel), acc.ID)
	}
	through, err := s.Store.Accounts.Account(ctx, acc.TestAccount)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return acc, usagef("the test account %s of %s is not known: start the worker with it in the accounts file", acc.TestAccount, acc.ID)
	case err != nil:
		return acc, err
	case through.Channel != acc.Channel || through.Endpoint != channel.Test:
		return acc, usagef("the test account %s of %s must be on %s and have `endpoint: test`", through.ID, acc.ID, acc.Channel)
	case through.Paused:
		return acc, &RefusedError{Reason: fmt.Sprintf("the test account %s is paused (%s): `towpath accounts resume %s` first", through.ID, through.PausedReason, through.ID)}
	}
	return through, nil
}

func testPlace(k channel.Kind) string {
	switch k {
	case channel.EBay:
		return "eBay's test is its sandbox, a site of its own with sellers and credentials of its own"
	case channel.Shopify:
		return "Shopify has no test endpoint; a development store is another shop, with credentials of its own"
	case channel.Amazon:
	}
	return "its test endpoint is a place of its own"
}

// runSpace is the UUID name space of run ids made from keys.
var runSpace = uuid.MustParse("0f1d8a52-6c36-4a34-9c0a-51a3b7a8b6c4")

// runID returns a new id that sorts by time, or the id for a key.
func runID(key string) string {
	if key != "" {
		return uuid.NewSHA1(runSpace, []byte(key)).String()
	}
	return uuid.Must(uuid.NewV7()).String()
}

// WakePublication starts or wakes the workflow that works through an account's queue for an endpoint.
func (s *Starter) WakePublication(ctx context.Context, account string, endpoint channel.Endpoint) error {
	acc, err := s.Store.Accounts.Account(ctx, account)
	if err != nil {
		return fmt.Errorf("wake the publication of %s: %w", account, err)
	}
	_, err = s.Temporal.SignalWithStartWorkflow(ctx, message.PublicationWorkflowID(account, endpoint), message.SignalWake, nil,
		client.StartWorkflowOptions{
			TaskQueue:             message.TaskQueue,
			TypedSearchAttributes: workflows.Attributes(account),
			StaticSummary:         fmt.Sprintf("Listings of %s to %s", account, endpoint),
			StaticDetails:         workflows.About(message.WorkflowListingPublication),
		},
		message.WorkflowListingPublication, message.ListingPublicationInput{
			Versioned: workflows.Current(message.WorkflowListingPublication),
			Account:   acc.Account, Endpoint: endpoint, Policy: s.Policies.Listings, PendingWait: s.scaled(feedWait),
		})
	if err != nil {
		return fmt.Errorf("wake the publication of %s: %w", account, err)
	}
	return nil
}

// BySchedule is the requester of publications that an account's schedule starts.
const BySchedule = "the schedule"

// PublishChanged requests the publication of an account's changed listings, once per key. It returns no run when a scheduled one
// is already waiting, or when the account can't publish now.
func (s *Starter) PublishChanged(ctx context.Context, account, key string) (run string, err error) {
	acc, err := s.Store.Accounts.Account(ctx, account)
	if err != nil {
		return "", err
	}
	queue, err := s.Store.Publications.List(ctx, account, acc.Endpoint)
	if err != nil {
		return "", err
	}
	for _, p := range queue {
		if p.By == BySchedule && p.StartedAt.IsZero() {
			return "", nil
		}
	}
	pub, err := s.Publish(ctx, PublishRequest{Account: account, Selection: listing.Selection{Changed: true}, By: BySchedule, Key: key})
	var refused *RefusedError
	var wrong *UsageError
	if errors.As(err, &refused) || errors.As(err, &wrong) {
		s.Logger.Info("What has changed is not published now.", zap.String("account", account), zap.Error(err))
		return "", nil
	}
	return pub.ID, err
}
