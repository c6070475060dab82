// Package workers builds the workers: which task queues they poll, what runs on each, and how they stop.
package workers

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/workflows"
)

const (
	// stopTimeout lets calls that are under way end: it is longer than an adapter's deadline.
	stopTimeout = 25 * time.Second
	// cachedWorkflows are kept in memory between their tasks; a parked order costs a replay without.
	cachedWorkflows = 10_000
)

// Caller is all that the activities ask of Temporal, each group a part of it. The starter implements it.
type Caller interface {
	activities.SchedulePauser
	activities.ChangePublisher
	activities.SweepStarter
}

// Config is what the workers of a process need.
type Config struct {
	Client      client.Client
	Store       *store.Store
	Connections activities.Connections
	Caller      Caller
	Channels    []channel.Kind // whose queues this process polls
	// Build is told to the server, which then gives this process the work of its build alone (docs/operating.md). The zero value is off: the process
	// takes what there is.
	Build worker.WorkerDeploymentVersion
}

func (c Config) tellsBuild() bool { return c.Build != worker.WorkerDeploymentVersion{} }

// Workers are the workers of one process.
type Workers struct{ all []worker.Worker }

// Start starts one worker for workflows and store activities and one per channel.
func Start(c Config) (*Workers, error) {
	worker.SetStickyWorkflowCacheSize(cachedWorkflows)
	a := newAreas(c)
	w := &Workers{all: []worker.Worker{main(c, a)}}
	for _, k := range c.Channels {
		w.all = append(w.all, forChannel(c, k, a))
	}
	for i, one := range w.all {
		if err := one.Start(); err != nil {
			(&Workers{all: w.all[:i]}).Stop()
			return nil, fmt.Errorf("start worker: %w", err)
		}
	}
	return w, nil
}

// options are every worker's. Pollers scale with the work: the SDK's own two are mostly busy under load, and a
// task that finds no poller waiting is written to the database first (measured on two cores: 6 such writes per
// order with them, 2 to 3 with scaling). The calls to channels belong to the build, too, so that a workflow finds the activities that its own build
// has; an account's budget is the queue's and counted once for all builds.
func (c Config) options() worker.Options {
	pollers := func(first, least int) worker.PollerBehavior {
		return worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{
			InitialNumberOfPollers: first, MinimumNumberOfPollers: least,
		})
	}
	o := worker.Options{
		WorkerStopTimeout:          stopTimeout,
		WorkflowTaskPollerBehavior: pollers(8, 4),
		ActivityTaskPollerBehavior: pollers(4, 2),
	}
	if c.tellsBuild() {
		o.DeploymentOptions = worker.DeploymentOptions{UseVersioning: true, Version: c.Build}
	}
	return o
}

// main runs the workflows, their local activities and the sweep.
func main(c Config, a areas) worker.Worker {
	o := c.options()
	o.Interceptors = []interceptor.WorkerInterceptor{workflows.LeaveNewer(c.tellsBuild())}
	w := worker.New(c.Client, message.TaskQueue, o)
	workflows.Register(w)
	register(w, a.ofStore())
	return w
}

// forChannel runs the calls to one channel, and nothing else, so that a slow channel delays only itself.
func forChannel(c Config, k channel.Kind, a areas) worker.Worker {
	o := c.options()
	o.DisableWorkflowWorker = true
	w := worker.New(c.Client, message.ChannelQueue(k), o)
	register(w, a.ofChannels())
	return w
}

// Stop takes no new work and waits for what is under way.
func (w *Workers) Stop() {
	for i := len(w.all) - 1; i >= 0; i-- {
		w.all[i].Stop()
	}
}
