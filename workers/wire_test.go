package workers

import (
	"flag"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/workflows"
)

var update = flag.Bool("update", false, "write testdata/wire.txt anew")

const wireFile = "testdata/wire.txt"

// messages has the messages of queries, signals and updates: the argument as a parameter, and the answer as a result.
var messages = map[string]any{
	"query " + message.QueryStatus:           func() message.Status { return message.Status{} },
	"signal " + message.SignalRetry:          func(message.RetryRequest) {},
	"signal " + message.SignalWake:           func() {},
	"signal " + message.SignalOrderChanged:   func() {},
	"signal " + message.SignalChannelChanged: func(message.OrderChange) {},
	"signal " + message.SignalStop:           func(message.StopRequest) {},
	"signal " + message.SignalPause:          func(message.PauseRequest) {},
	"update " + message.UpdateProcess:        func(message.ProcessRequest) (r message.OrderResult) { return },
	"update " + message.UpdateCancel:         func(message.CancelRequest) (r message.OrderResult) { return },
	"update " + message.UpdateChannelChanged: func(message.OrderChange) (r message.OrderResult) { return },
}

// everything is what a process's workers run, and the messages sent to it, by kind and name.
func everything() registered {
	all := registered{}
	a := newAreas(Config{})
	workflows.Register(all)
	register(all, a.ofStore())
	register(all, a.ofChannels())
	for name, f := range messages {
		all[name] = reflect.TypeOf(f)
	}
	return all
}

// A workflow in a history that no worker knows any more is stuck. One without a constant is named after its Go
// function, which may be renamed.
func TestWhatHasANameIsRegisteredAndWhatIsRegisteredHasOne(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../internal/message/names.go")
	require.NoError(t, err)
	var named []string
	constant := regexp.MustCompile(`(?m)^\t(Workflow|Activity|Query|Signal|Update)\w+\s+(?:Activity )?= "(.+?)"`)
	for _, m := range constant.FindAllSubmatch(source, -1) {
		named = append(named, strings.ToLower(string(m[1]))+" "+string(m[2]))
	}
	var runs []string
	for name := range everything() {
		runs = append(runs, name)
	}
	require.ElementsMatch(t, named, runs)
}

// Messages are read by workers of other versions, and read again from histories for as long as a workflow runs.
func TestNoFieldOnTheWireChanges(t *testing.T) {
	t.Parallel()
	now := newWire(t, everything()).lines()
	if *update {
		require.NoError(t, os.WriteFile(wireFile, []byte(strings.Join(now, "\n")+"\n"), 0o644))
	}
	text, err := os.ReadFile(wireFile)
	require.NoError(t, err)
	before := strings.Split(strings.TrimSpace(string(text)), "\n")
	require.Empty(t, without(before, now), "Gone, or changed. Workflows that run have these in their histories, and other workers send them: a field "+
		"that is renamed is read as nothing, without an error. Keep it, and put a new one beside it (docs/operating.md, \"Changing a workflow that is running\"). "+
		"If nothing on the wire has changed (a Go type has another name), or it was never released, renew the file: go test ./workers -run Wire -update")
	require.Empty(t, without(now, before), "New. What is already in histories does not have these: they are read as zero, which has to mean what was "+
		"so before. If it does, renew the file: go test ./workers -run Wire -update")
}

func without(lines, known []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return slices.Contains(known, line) })
}

// Workflows branch on these codes during replay.
func TestTheCodesOfAnAccountsFaultsStay(t *testing.T) {
	t.Parallel()
	require.Equal(t, "account-paused", activities.CodePaused)
	require.Equal(t, "account-unknown", activities.CodeUnknown)
	require.Equal(t, "account-observing", activities.CodeObserving)
}

// registered records the functions that are registered under names; it is no real worker.
type registered map[string]reflect.Type

var _ worker.WorkflowRegistry = registered{}
var _ worker.ActivityRegistry = registered{}

func (r registered) RegisterWorkflowWithOptions(f any, o workflow.RegisterOptions) {
	r["workflow "+o.Name] = reflect.TypeOf(f)
}

func (r registered) RegisterActivityWithOptions(f any, o activity.RegisterOptions) {
	r["activity "+o.Name] = reflect.TypeOf(f)
}

func (r registered) RegisterWorkflow(f any) { r["workflow without a name"] = reflect.TypeOf(f) }

func (r registered) RegisterActivity(f any) { r["activity without a name"] = reflect.TypeOf(f) }

func (r registered) RegisterDynamicWorkflow(f any, _ workflow.DynamicRegisterOptions) {
	r["dynamic workflow"] = reflect.TypeOf(f)
}

func (r registered) RegisterDynamicActivity(f any, _ activity.DynamicRegisterOptions) {
	r["dynamic activity"] = reflect.TypeOf(f)
}
