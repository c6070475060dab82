package starter_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
)

// faultyTemporal is a fake Temporal client: it records its calls, as "call id", and fails as the test wants.
type faultyTemporal struct {
	client.Client
	fail     func(call, id string) error // nil: nothing fails
	creating func()                      // called by each creation of a schedule, several at the same time; nil: nothing is called

	mu        sync.Mutex
	asked     []string
	schedules map[string]*client.Schedule // as they are after their updates
	created   map[string]client.ScheduleOptions
}

// newFaulty returns a starter whose Temporal client fails as the test wants.
func newFaulty(t *testing.T, fail func(call, id string) error) (*fixture, *faultyTemporal) {
	t.Helper()
	d := newFixture(t)
	f := &faultyTemporal{fail: fail, schedules: map[string]*client.Schedule{}, created: map[string]client.ScheduleOptions{}}
	d.Temporal = f
	return d, f
}

// always fails every call in the same way.
func always(err error) func(string, string) error { return func(string, string) error { return err } }

var (
	errAway    = serviceerror.NewUnavailable("connection refused")
	errMissing = serviceerror.NewNotFound("workflow not found")
)

func (f *faultyTemporal) ask(call, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, call+" "+id)
	if f.fail == nil {
		return nil
	}
	return f.fail(call, id)
}

// calls returns the recorded calls, sorted: some of them are made at the same time.
func (f *faultyTemporal) calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(slices.Values(f.asked))
}

func (f *faultyTemporal) ExecuteWorkflow(_ context.Context, o client.StartWorkflowOptions, _ any, _ ...any) (client.WorkflowRun, error) {
	err := f.ask("start", o.ID)
	var runs *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &runs) && !o.WorkflowExecutionErrorWhenAlreadyStarted {
		return nil, nil // the running one is returned
	}
	return nil, err
}

func (f *faultyTemporal) SignalWorkflow(_ context.Context, id, _, _ string, _ any) error {
	return f.ask("signal", id)
}

func (f *faultyTemporal) UpdateWorkflow(_ context.Context, o client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	return taken{}, f.ask("end", o.WorkflowID)
}

func (f *faultyTemporal) SignalWithStartWorkflow(_ context.Context, id, _ string, _ any, _ client.StartWorkflowOptions, _ any, _ ...any) (client.WorkflowRun, error) {
	return nil, f.ask("signal or start", id)
}

func (f *faultyTemporal) NewWithStartWorkflowOperation(client.StartWorkflowOptions, any, ...any) client.WithStartWorkflowOperation {
	return nil
}

func (f *faultyTemporal) UpdateWithStartWorkflow(_ context.Context, o client.UpdateWithStartWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	return nil, errors.Join(f.ask("update", o.UpdateOptions.WorkflowID), errNotCarriedOut)
}

// errNotCarriedOut is the error of an update unless the test wants another: this fake carries nothing out.
var errNotCarriedOut = errors.New("not carried out")

func (f *faultyTemporal) QueryWorkflow(_ context.Context, id, _, _ string, _ ...any) (converter.EncodedValue, error) {
	return nil, errors.Join(f.ask("query", id), errNotCarriedOut)
}

func (f *faultyTemporal) DescribeWorkflowExecution(_ context.Context, id, _ string) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	return nil, f.ask("describe", id)
}

func (f *faultyTemporal) ListWorkflow(context.Context, *workflowservice.ListWorkflowExecutionsRequest) (*workflowservice.ListWorkflowExecutionsResponse, error) {
	return nil, f.ask("list", "")
}

func (f *faultyTemporal) CountWorkflow(context.Context, *workflowservice.CountWorkflowExecutionsRequest) (*workflowservice.CountWorkflowExecutionsResponse, error) {
	return nil, f.ask("count", "")
}

func (f *faultyTemporal) ScheduleClient() client.ScheduleClient { return faultySchedules{f: f} }

type faultySchedules struct {
	client.ScheduleClient
	f *faultyTemporal
}

func (s faultySchedules) Create(_ context.Context, o client.ScheduleOptions) (client.ScheduleHandle, error) {
	if s.f.creating != nil {
		s.f.creating()
	}
	err := s.f.ask("create", o.ID)
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	s.f.created[o.ID] = o
	return nil, err
}

func (s faultySchedules) GetHandle(_ context.Context, id string) client.ScheduleHandle {
	return faultySchedule{f: s.f, id: id}
}

type faultySchedule struct {
	client.ScheduleHandle
	f  *faultyTemporal
	id string
}

func (s faultySchedule) Trigger(context.Context, client.ScheduleTriggerOptions) error {
	return s.f.ask("trigger", s.id)
}

func (s faultySchedule) Pause(context.Context, client.SchedulePauseOptions) error {
	return s.f.ask("pause", s.id)
}

func (s faultySchedule) Unpause(context.Context, client.ScheduleUnpauseOptions) error {
	return s.f.ask("unpause", s.id)
}

func (s faultySchedule) Delete(context.Context) error { return s.f.ask("delete", s.id) }

func (s faultySchedule) GetID() string { return s.id }

// Describe says that the schedule is paused.
func (s faultySchedule) Describe(context.Context) (*client.ScheduleDescription, error) {
	if err := s.f.ask("describe", s.id); err != nil {
		return nil, err
	}
	return &client.ScheduleDescription{Schedule: client.Schedule{State: &client.ScheduleState{Paused: true}}}, nil
}

// Update changes a schedule that an earlier release made: left paused by a crash, with another interval.
func (s faultySchedule) Update(_ context.Context, o client.ScheduleUpdateOptions) error {
	if err := s.f.ask("update", s.id); err != nil {
		return err
	}
	old := client.Schedule{Spec: &client.ScheduleSpec{}, State: &client.ScheduleState{Paused: true, Note: "left by a crash"}}
	next, err := o.DoUpdate(client.ScheduleUpdateInput{Description: client.ScheduleDescription{Schedule: old}})
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	if err == nil {
		s.f.schedules[s.id] = next.Schedule
	}
	return err
}
