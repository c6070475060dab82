package workflows_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/message"
)

// Every payload is one of Towpath's messages, has no unknown field, and holds no personal data.
func TestCommittedHistoriesHoldNothingButOurMessages(t *testing.T) {
	t.Parallel()
	for _, file := range histories(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			h, err := client.HistoryFromJSON(bytes.NewReader(text), client.HistoryJSONOptions{})
			require.NoError(t, err)
			c := &contents{t: t, calls: map[int64]string{}}
			for _, e := range h.GetEvents() {
				c.check(e)
			}
			everyPayload(h.ProtoReflect(), func(p *commonpb.Payload) {
				require.NotRegexp(t, personal, string(p.GetData()))
				require.True(t, len(p.GetData()) == 0 || json.Valid(p.GetData()), "a payload that can't be read: %q", p.GetData())
			})
			require.NotRegexp(t, personal, string(text))
		})
	}
}

// personal matches an e-mail address or a path in a home or temporary folder.
var personal = regexp.MustCompile(`@|/(root|home|Users|tmp|work)/`)

// contents checks the payloads of one history.
type contents struct {
	t        *testing.T
	workflow string
	calls    map[int64]string // activity types by the event that scheduled them
}

var (
	inputs = map[string]func([]byte) error{
		"OrderSync": strict[message.OrderSyncInput], "OrderLifecycle": strict[message.OrderLifecycleInput], "ShipmentSync": strict[message.ShipmentSyncInput],
		"StockPush": strict[message.StockPushInput], "Sweep": strict[message.SweepInput],
		"SyncOrdersPage": strict[activities.PageInput], "RefreshOrder": strict[activities.RefreshInput], "PushLevels": strict[activities.PushInput],
		"LevelsOutcome": strict[activities.PushInput], "SendPackage": strict[activities.SendInput], "SweepOnce": strict[message.SweepInput],
		"LinksImport": strict[message.LinksImportInput], "ImportListings": strict[activities.ListingsInput],
		"LevelCheck": strict[message.LevelCheckInput], "CheckLevels": strict[activities.CheckInput],
		"ListingMigration": strict[message.ListingMigrationInput], "MigrateListings": strict[activities.MigrateInput], "ReadMigrated": strict[activities.ReadMigratedInput],
		"ListingPublication": strict[message.ListingPublicationInput], "CheckGoods": strict[activities.CheckGoodsInput],
		"SubmitGoods": strict[activities.SubmitInput], "SubmissionOutcome": strict[activities.SubmitInput],
		"PublishChanged": strict[message.PublishChangedInput], "CheckListings": strict[activities.CheckListingsInput],
		"Backfill": strict[message.BackfillInput], "BackfillPage": strict[activities.BackfillPageInput], "BackfillOrder": strict[activities.BackfillOrderInput],
		"OrderCancellation": strict[message.OrderCancellationInput], "CancelOnChannel": strict[activities.CancelInput],
		"Coverage": strict[message.CoverageInput], "ListOrderIDs": strict[activities.ListIDsInput],
	}
	results = map[string]func([]byte) error{
		"OrderSync": strict[message.OrderSyncResult], "OrderLifecycle": strict[message.OrderResult], "ShipmentSync": strict[message.ShipmentSyncResult],
		"StockPush": strict[message.StockPushResult], "Sweep": strict[message.SweepResult],
		"SyncOrdersPage": strict[activities.PageOutput], "RefreshOrder": strict[activities.RefreshOutput], "PushLevels": strict[activities.PushOutput],
		"LevelsOutcome": strict[activities.PushOutput], "SendPackage": strict[activities.SendOutput], "SweepOnce": strict[message.SweepResult],
		"PlanPush": strict[activities.Plan], "ProcessPackage": strict[message.OrderResult], "CancelOrder": strict[message.OrderResult],
		"LinksImport": strict[message.LinksImportResult], "ImportListings": strict[activities.ListingsOutput],
		"LevelCheck": strict[message.LevelCheckResult], "CheckLevels": strict[activities.CheckOutput],
		"ListingMigration": strict[message.ListingMigrationResult], "MigrateListings": strict[activities.MigrateOutput], "ReadMigrated": strict[activities.ReadMigratedOutput],
		"ListingPublication": strict[message.ListingPublicationResult], "CheckGoods": strict[activities.CheckGoodsOutput],
		"SubmitGoods": strict[activities.SubmitOutput], "SubmissionOutcome": strict[activities.SubmitOutput],
		"TakeRun": strict[activities.Taken], "SelectGoods": strict[activities.Selected], "PlanSubmit": strict[activities.SubmitPlan],
		"GiveUp": strict[message.PublicationCounts], "EndPublication": strict[message.PublicationCounts],
		"PublishChanged": strict[message.PublishChangedResult], "AskForChanged": strict[message.PublishChangedResult],
		"CheckListings": strict[activities.CheckListingsOutput], "ParkPackage": strict[activities.ParkOutput],
		"Backfill": strict[message.BackfillResult], "BackfillPage": strict[activities.BackfillOutput], "BackfillOrder": strict[activities.BackfillOutput],
		"BackfillRows":      strict[activities.BackfillOutput],
		"OrderCancellation": strict[message.OrderCancellationResult], "CancelOnChannel": strict[activities.CancelOutput], "ParkCancel": strict[activities.ParkOutput],
		"Coverage": strict[message.CoverageResult], "ListOrderIDs": strict[activities.ListIDsOutput], "SettleCoverage": strict[message.Counts],
	}
	signalled = map[string]func([]byte) error{
		message.UpdateProcess: strict[message.ProcessRequest], message.UpdateCancel: strict[message.CancelRequest],
		message.SignalChannelChanged: strict[message.OrderChange],
		message.SignalRetry:          strict[message.RetryRequest], message.SignalWake: strict[struct{}], message.SignalStop: strict[message.StopRequest], message.SignalPause: strict[message.PauseRequest],
	}
)

func (c *contents) check(e *historypb.HistoryEvent) {
	switch a := e.GetAttributes().(type) {
	case *historypb.HistoryEvent_WorkflowExecutionStartedEventAttributes:
		c.workflow = a.WorkflowExecutionStartedEventAttributes.GetWorkflowType().GetName()
		c.is(a.WorkflowExecutionStartedEventAttributes.GetInput(), inputs, c.workflow)
	case *historypb.HistoryEvent_WorkflowExecutionCompletedEventAttributes:
		c.is(a.WorkflowExecutionCompletedEventAttributes.GetResult(), results, c.workflow)
	case *historypb.HistoryEvent_ActivityTaskScheduledEventAttributes:
		name := a.ActivityTaskScheduledEventAttributes.GetActivityType().GetName()
		c.calls[e.GetEventId()] = name
		c.is(a.ActivityTaskScheduledEventAttributes.GetInput(), inputs, name)
	case *historypb.HistoryEvent_ActivityTaskCompletedEventAttributes:
		r := a.ActivityTaskCompletedEventAttributes
		c.is(r.GetResult(), results, c.calls[r.GetScheduledEventId()])
	case *historypb.HistoryEvent_MarkerRecordedEventAttributes:
		c.marker(a.MarkerRecordedEventAttributes)
	case *historypb.HistoryEvent_WorkflowExecutionSignaledEventAttributes:
		s := a.WorkflowExecutionSignaledEventAttributes
		c.is(s.GetInput(), signalled, s.GetSignalName())
	case *historypb.HistoryEvent_WorkflowExecutionUpdateAcceptedEventAttributes:
		in := a.WorkflowExecutionUpdateAcceptedEventAttributes.GetAcceptedRequest().GetInput()
		c.is(in.GetArgs(), signalled, in.GetName())
	case *historypb.HistoryEvent_WorkflowExecutionUpdateCompletedEventAttributes:
		c.is(a.WorkflowExecutionUpdateCompletedEventAttributes.GetOutcome().GetSuccess(), results, "OrderLifecycle")
	}
}

// marker checks the SDK's record of a local activity: its type and its result.
func (c *contents) marker(m *historypb.MarkerRecordedEventAttributes) {
	var data struct{ ActivityType string }
	for _, p := range m.GetDetails()["data"].GetPayloads() {
		require.NoError(c.t, json.Unmarshal(p.GetData(), &data))
	}
	if r, ok := m.GetDetails()["result"]; ok {
		c.is(r, results, data.ActivityType)
	}
}

// is decodes payloads into the message of that name; an unknown field is an error.
func (c *contents) is(p *commonpb.Payloads, messages map[string]func([]byte) error, name string) {
	for _, payload := range p.GetPayloads() {
		if string(payload.GetMetadata()["encoding"]) == "binary/null" {
			continue
		}
		decode, ok := messages[name]
		require.True(c.t, ok, "payload of %q, which has none of our messages: %s", name, payload.GetData())
		require.NoError(c.t, decode(payload.GetData()), "%s: %s", name, payload.GetData())
	}
}

// strict decodes a message; an unknown field is an error.
func strict[Message any](data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(new(Message))
}

// everyPayload calls do for every payload of an event, also in headers, failures, memos and summaries.
func everyPayload(m protoreflect.Message, do func(*commonpb.Payload)) {
	if p, ok := m.Interface().(*commonpb.Payload); ok {
		do(p)
		return
	}
	m.Range(func(d protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case d.IsMap() && d.MapValue().Message() != nil:
			v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool { everyPayload(v.Message(), do); return true })
		case d.IsList() && d.Message() != nil:
			for i := range v.List().Len() {
				everyPayload(v.List().Get(i).Message(), do)
			}
		case !d.IsMap() && !d.IsList() && d.Message() != nil:
			everyPayload(v.Message(), do)
		}
		return true
	})
}
