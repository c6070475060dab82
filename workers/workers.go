// Package workers starts the workers: which task queues they poll, what runs on each, and how they stop.
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
	// stopTimeout lets running calls end: it is longer than an adapter's timeout.
	stopTimeout = 25 * time.Second
	// cachedWorkflows is how many workflows are kept in memory between their tasks; without it a parked order would cost a
	// replay.
	cachedWorkflows = 10_000
)

// Caller has everything that the activities need from Temporal; each group uses a part of it. The starter implements it.
type Caller interface {
	activities.SchedulePauser
	activities.ChangePublisher
	activities.SweepStarter
	activities.ScanPacer
}

// Config is the configuration of a process's workers.
type Config struct {
	Client      client.Client
	Store       *store.Store
	Connections activities.Connections
	Caller      Caller
	Channels    []channel.Kind // the channels whose queues this process polls
	Speed       float64        // see activities.Environment
	// Build is reported to the server, which then gives this process only the work of its build (docs/operating.md). With the
	// zero value the process takes all work.
	Build worker.WorkerDeploymentVersion
}

func (c Config) reportsBuild() bool { return c.Build != worker.WorkerDeploymentVersion{} }

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

// options returns the options of every worker. Pollers scale with the load: the SDK's default of two is mostly busy, and a task
// without a waiting poller is first written to the database (measured on two cores, of 8 orders at once: 6 such writes per order, 2 to 3
// when pollers scale down to 4 and 2, 0.2 when eight always wait). Eight cost the server of an idle process 5 to 10% of its CPU;
// sixteen for workflows would save the last 0.2 writes and double those polls. Channel calls have a build too, so that a workflow finds the activities of its own build; an account's budget belongs
// to the queue and counts for all builds together.
func (c Config) options() worker.Options {
	pollers := func(first, least int) worker.PollerBehavior {
		return worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{
			InitialNumberOfPollers: first, MinimumNumberOfPollers: least,
		})
	}
	o := worker.Options{
		WorkerStopTimeout:          stopTimeout,
		WorkflowTaskPollerBehavior: pollers(8, 8),
		ActivityTaskPollerBehavior: pollers(8, 8),
	}
	if c.reportsBuild() {
		o.DeploymentOptions = worker.DeploymentOptions{UseVersioning: true, Version: c.Build}
	}
	return o
}

// main returns the worker for workflows, their local activities and the sweep.
func main(c Config, a areas) worker.Worker {
	o := c.options()
	o.Interceptors = []interceptor.WorkerInterceptor{workflows.LeaveNewer(c.reportsBuild())}
	w := worker.New(c.Client, message.TaskQueue, o)
	workflows.Register(w)
	register(w, a.ofStore())
	return w
}

// forChannel returns the worker for the calls to one channel, so that a slow channel delays only itself.
func forChannel(c Config, k channel.Kind, a areas) worker.Worker {
	o := c.options()
	o.DisableWorkflowWorker = true
	w := worker.New(c.Client, message.ChannelQueue(k), o)
	register(w, a.ofChannels())
	return w
}

// Stop takes no new work and waits for running work.
func (w *Workers) Stop() {
	for i := len(w.all) - 1; i >= 0; i-- {
		w.all[i].Stop()
	}
}
