package temporalserver

import (
	"maps"
	"strings"
	"sync"

	"go.temporal.io/server/common/metrics"
)

// Counts are the server's own counters since Start.
type Counts struct {
	// Actions is what Temporal Cloud would bill for the namespace, by the server's own `action` counter. The local
	// activities of one workflow task count once; a child workflow counts twice.
	Actions int64
	// ActionsByType splits Actions, e.g. "grpc_StartWorkflowExecution", "command_ScheduleActivityTask".
	ActionsByType map[string]int64
	// Writes is the number of requests to the persistence layer that change something for the namespace. The server's
	// internal maintenance and visibility are not included; history events are written by the same request as the
	// workflow's state.
	Writes int64
	// WritesByOperation splits Writes, e.g. "UpdateWorkflowExecution", "CreateTasks".
	WritesByOperation map[string]int64
	// FailedTasks is how often the server's history service worked on a task in vain, such as one for which its three seconds were too short: the server's own
	// `task_errors`, of all namespaces, which counts just what it logs as "Fail to process task". Such a task is done again.
	FailedTasks int64
}

// Counts returns a copy of the counters so far; all zero unless Options.CountActions was set.
func (s *Server) Counts() Counts {
	s.counter.mu.Lock()
	defer s.counter.mu.Unlock()
	c := Counts{ActionsByType: maps.Clone(s.counter.actions), WritesByOperation: maps.Clone(s.counter.writes), FailedTasks: s.counter.failed}
	for _, n := range c.ActionsByType {
		c.Actions += n
	}
	for _, n := range c.WritesByOperation {
		c.Writes += n
	}
	return c
}

// counter keeps running totals. The server's own capturing handler keeps every recording of every metric instead, which
// fills the memory of a long run.
type counter struct {
	enabled   bool
	namespace string
	mu        sync.Mutex
	actions   map[string]int64
	writes    map[string]int64
	failed    int64 // tasks
}

func newCounter(enabled bool, namespace string) *counter {
	return &counter{enabled: enabled, namespace: namespace, actions: map[string]int64{}, writes: map[string]int64{}}
}

func (c *counter) handler() metrics.Handler {
	if !c.enabled {
		return metrics.NoopMetricsHandler
	}
	return tagged{Handler: metrics.NoopMetricsHandler, counter: c}
}

// tagged is a metrics.Handler that drops everything but the three counters, and every tag but the ones they are split by.
type tagged struct {
	metrics.Handler
	counter   *counter
	namespace string
	operation string
}

// WithTags implements metrics.Handler.
func (t tagged) WithTags(tags ...metrics.Tag) metrics.Handler {
	for _, tag := range tags {
		switch tag.Key {
		case "namespace":
			t.namespace = tag.Value
		case metrics.OperationTagName:
			t.operation = tag.Value
		}
	}
	return t
}

// Counter implements metrics.Handler.
func (t tagged) Counter(name string) metrics.CounterIface {
	if name == metrics.TaskFailures.Name() {
		return metrics.CounterFunc(t.countFailure)
	}
	if t.namespace != t.counter.namespace {
		return metrics.NoopCounterMetricFunc
	}
	switch name {
	case metrics.ActionCounter.Name():
		return metrics.CounterFunc(t.countAction)
	case metrics.PersistenceRequests.Name():
		return metrics.CounterFunc(t.countRequest)
	}
	return metrics.NoopCounterMetricFunc
}

func (t tagged) countAction(n int64, tags ...metrics.Tag) {
	for _, tag := range tags {
		if tag.Key == "action_type" {
			t.counter.mu.Lock()
			t.counter.actions[tag.Value] += n
			t.counter.mu.Unlock()
		}
	}
}

func (t tagged) countFailure(n int64, _ ...metrics.Tag) {
	t.counter.mu.Lock()
	defer t.counter.mu.Unlock()
	t.counter.failed += n
}

func (t tagged) countRequest(n int64, _ ...metrics.Tag) {
	for _, reading := range []string{"Get", "List", "Read", "Count", "Watch", "Assert"} {
		if strings.HasPrefix(t.operation, reading) {
			return
		}
	}
	t.counter.mu.Lock()
	t.counter.writes[t.operation] += n
	t.counter.mu.Unlock()
}
