package main

import (
	"encoding/json"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"

	"go.temporal.io/sdk/converter"

	"github.com/towpath/towpath/internal/channel"
)

// facts are what a history's events show about the branch it took.
type facts struct {
	input  *commonpb.Payloads
	result *commonpb.Payloads // nil unless it completed

	calls      map[string]int // channel and other activities scheduled, by type
	stored     map[string]int // local activities, by type
	signals    map[string]int
	updates    map[string]int // accepted, by name
	refused    int            // updates that were answered with a refusal
	children   int            // started
	signalled  int            // signals sent to other workflows
	timers     int            // fired
	attributes int            // search attributes written
	faults     []channel.Class
}

// answer is the part of an activity's result or of an update's result that matters here.
type answer struct {
	Fault   *channel.Fault `json:"fault"`
	Refused string         `json:"refused"`
}

func newFacts(h *historypb.History) (facts, error) {
	f := facts{calls: map[string]int{}, stored: map[string]int{}, signals: map[string]int{}, updates: map[string]int{}}
	for _, e := range h.GetEvents() {
		if err := f.add(e); err != nil {
			return f, fmt.Errorf("event %d, %s: %w", e.GetEventId(), e.GetEventType(), err)
		}
	}
	return f, nil
}

func (f *facts) add(e *historypb.HistoryEvent) error {
	switch e.GetEventType() {
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
		f.input = e.GetWorkflowExecutionStartedEventAttributes().GetInput()
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
		f.result = e.GetWorkflowExecutionCompletedEventAttributes().GetResult()
	case enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
		f.calls[e.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName()]++
	case enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
		return f.addAnswer(e.GetActivityTaskCompletedEventAttributes().GetResult())
	case enumspb.EVENT_TYPE_MARKER_RECORDED:
		return f.addMarker(e.GetMarkerRecordedEventAttributes())
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
		f.signals[e.GetWorkflowExecutionSignaledEventAttributes().GetSignalName()]++
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
		f.updates[e.GetWorkflowExecutionUpdateAcceptedEventAttributes().GetAcceptedRequest().GetInput().GetName()]++
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
		return f.addAnswer(e.GetWorkflowExecutionUpdateCompletedEventAttributes().GetOutcome().GetSuccess())
	case enumspb.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED:
		f.children++
	case enumspb.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED:
		f.signalled++
	case enumspb.EVENT_TYPE_TIMER_FIRED:
		f.timers++
	case enumspb.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
		f.attributes++
	default: // the other events show how the work was scheduled, not which branch it took
	}
	return nil
}

func (f *facts) addAnswer(p *commonpb.Payloads) error {
	var a answer
	if len(p.GetPayloads()) == 0 {
		return nil
	}
	if err := decode(p, &a); err != nil {
		return err
	}
	if a.Fault != nil {
		f.faults = append(f.faults, a.Fault.Class)
	}
	if a.Refused != "" {
		f.refused++
	}
	return nil
}

// addMarker reads the SDK's record of a local activity.
func (f *facts) addMarker(m *historypb.MarkerRecordedEventAttributes) error {
	if m.GetMarkerName() != "LocalActivity" {
		return nil
	}
	var data struct{ ActivityType string }
	if err := decode(m.GetDetails()["data"], &data); err != nil {
		return err
	}
	f.stored[data.ActivityType]++
	return nil
}

// decode decodes the only payload.
func decode(p *commonpb.Payloads, to any) error {
	var raw json.RawMessage
	if err := converter.GetDefaultDataConverter().FromPayloads(p, &raw); err != nil {
		return err
	}
	return json.Unmarshal(raw, to)
}
