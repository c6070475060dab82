package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/policy"
	"github.com/towpath/towpath/internal/temporalserver"
	"github.com/towpath/towpath/workflows"
)

// suggested is the number of events after which the server suggests a new history: a real one does so after 4,096,
// which would make files too long to read.
const suggested = 150

// play starts its own server and plays the branches of orders, publications, pushes, cancellations and comparisons that a day with towpath-dev may not have: a
// feed that is answered late, a stop, an account that is paused in the middle. Workflows and server are the real ones; a
// script for each play has the answers of the store and the channel.
func play(ctx context.Context, o *options, out io.Writer) (stop func(), err error) {
	folder, err := os.MkdirTemp("", "histories")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the server: %w", err)
	}
	server, err := temporalserver.Start(ctx, temporalserver.Options{
		File: filepath.Join(folder, "temporal.db"), Namespace: o.namespace, UIPort: temporalserver.NoUI, Logger: zap.NewNop(), ContinueAfter: suggested,
	})
	if err != nil {
		return nil, err
	}
	o.address = server.Address()
	c, err := client.DialContext(ctx, client.Options{HostPort: o.address, Namespace: o.namespace})
	if err != nil {
		return server.Stop, fmt.Errorf("connect to the server of the play: %w", err)
	}
	defer c.Close()
	policies, err := policy.BuiltIn()
	if err != nil {
		return server.Stop, err
	}
	if err := knowAttributes(ctx, c, o.namespace); err != nil {
		return server.Stop, fmt.Errorf("register search attributes: %w", err)
	}
	fmt.Fprintln(out, "play: an order that ends with an update")
	if err := playLifecycle(ctx, c, policies.Scaled(100)); err != nil {
		return server.Stop, fmt.Errorf("play an order that ends with an update: %w", err)
	}
	fmt.Fprintln(out, "play: a queued feed")
	if err := (&pushPlay{}).run(ctx, c, policies.Scaled(100)); err != nil {
		return server.Stop, fmt.Errorf("play a queued feed: %w", err)
	}
	for _, one := range cancelPlays() {
		fmt.Fprintln(out, "play:", one.name)
		if err := one.run(ctx, c, policies.Scaled(100)); err != nil {
			return server.Stop, fmt.Errorf("play %s: %w", one.name, err)
		}
	}
	for _, one := range coveragePlays() {
		fmt.Fprintln(out, "play:", one.name)
		if err := one.run(ctx, c, policies.Scaled(100)); err != nil {
			return server.Stop, fmt.Errorf("play %s: %w", one.name, err)
		}
	}
	for _, one := range scripts() {
		fmt.Fprintln(out, "play:", one.name)
		if err := one.run(ctx, c, policies.Scaled(100)); err != nil {
			return server.Stop, fmt.Errorf("play %s: %w", one.name, err)
		}
	}
	return server.Stop, nil
}

// knowAttributes registers the search attributes and waits until the server knows them.
func knowAttributes(ctx context.Context, c client.Client, namespace string) error {
	wanted := map[string]enumspb.IndexedValueType{}
	for _, name := range []string{message.AttrAccount, message.AttrState, message.AttrFaultCode} {
		wanted[name] = enumspb.INDEXED_VALUE_TYPE_KEYWORD
	}
	return until(ctx, func() (bool, error) {
		_, err := c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: namespace, SearchAttributes: wanted})
		if err == nil {
			_, err = c.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Namespace: namespace, Query: message.AttrFaultCode + " = '-'"})
		}
		return err == nil, nil
	})
}

// run plays one script to its end.
func (s *script) run(ctx context.Context, c client.Client, policies policy.Set) error {
	s.client = c
	account := message.Account{ID: "amazon-uk", Channel: channel.Amazon, Endpoint: channel.Production}
	queue := worker.New(c, s.name, worker.Options{})
	workflows.Register(queue)
	calls := worker.New(c, message.ChannelQueue(account.Channel), worker.Options{DisableWorkflowWorker: true})
	for _, w := range []worker.Worker{queue, calls} {
		for name, do := range s.activities() {
			w.RegisterActivityWithOptions(do, activity.RegisterOptions{Name: name})
		}
	}
	if err := queue.Start(); err != nil {
		return err
	}
	defer queue.Stop()
	if err := calls.Start(); err != nil {
		return err
	}
	defer calls.Stop()
	options := client.StartWorkflowOptions{
		ID: message.PublicationWorkflowID(account.ID, account.Endpoint), TaskQueue: s.name, TypedSearchAttributes: workflows.Attributes(account.ID),
	}
	var run client.WorkflowRun
	var err error
	if s.asksOnly {
		options.ID = message.PublicationsScheduleID(account.ID)
		run, err = c.ExecuteWorkflow(ctx, options, message.WorkflowPublishChanged, message.PublishChangedInput{
			Versioned: workflows.Current(message.WorkflowPublishChanged), Account: account.ID,
		})
	} else {
		run, err = c.SignalWithStartWorkflow(ctx, options.ID, message.SignalWake, nil, options, message.WorkflowListingPublication,
			message.ListingPublicationInput{
				Versioned: workflows.Current(message.WorkflowListingPublication),
				Account:   account, Endpoint: account.Endpoint, Policy: policies.Listings, PendingWait: 50 * time.Millisecond,
			})
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return run.Get(ctx, nil)
}
