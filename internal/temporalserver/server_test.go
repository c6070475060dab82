package temporalserver

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"go.uber.org/zap/zaptest"
)

const queue = "greetings"

func greet(_ context.Context, name string) (string, error) { return "hello " + name, nil }

func greeting(ctx workflow.Context, name string) (string, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: 10 * time.Second})
	var answer string
	err := workflow.ExecuteActivity(ctx, greet, name).Get(ctx, &answer)
	return answer, err
}

func start(t *testing.T, o Options) *Server {
	t.Helper()
	o.Logger = zaptest.NewLogger(t)
	s, err := Start(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(s.Stop)
	return s
}

func dial(t *testing.T, s *Server) client.Client {
	t.Helper()
	c, err := client.DialContext(t.Context(), client.Options{
		HostPort: s.Address(), Namespace: s.Namespace(), Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func work(t *testing.T, c client.Client) worker.Worker {
	t.Helper()
	w := worker.New(c, queue, worker.Options{WorkerStopTimeout: 5 * time.Second})
	w.RegisterWorkflow(greeting)
	w.RegisterActivity(greet)
	require.NoError(t, w.Start())
	return w
}

// The next start finds everything that a run left behind, also on other ports and with another retention.
func TestRestartOnTheSameFileCarriesOn(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "100% of #1?.db")
	first := start(t, Options{File: file, UIPort: NoUI, CountActions: true})
	require.Empty(t, first.UIAddress())
	c := dial(t, first)
	w := work(t, c)
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "greeting/1", TaskQueue: queue}, greeting, "world")
	require.NoError(t, err)
	var answer string
	require.NoError(t, run.Get(t.Context(), &answer))
	require.Equal(t, "hello world", answer)

	counts := first.Counts()
	require.Equal(t, map[string]int64{
		"grpc_StartWorkflowExecution": 1, "command_ScheduleActivityTask": 1,
	}, counts.ActionsByType)
	require.Equal(t, int64(2), counts.Actions)
	require.Equal(t, int64(1), counts.WritesByOperation["CreateWorkflowExecution"])
	require.Greater(t, counts.Writes, counts.WritesByOperation["UpdateWorkflowExecution"])

	w.Stop()
	c.Close()
	first.Stop()
	first.Stop()

	second := start(t, Options{File: file, UIPort: NoUI, Retention: 5 * time.Hour})
	c = dial(t, second)
	var kept string
	require.NoError(t, c.GetWorkflow(t.Context(), "greeting/1", run.GetRunID()).Get(t.Context(), &kept))
	require.Equal(t, answer, kept)
	ns, err := c.WorkflowService().DescribeNamespace(t.Context(), &workflowservice.DescribeNamespaceRequest{Namespace: "towpath"})
	require.NoError(t, err)
	require.Equal(t, 5*time.Hour, ns.Config.WorkflowExecutionRetentionTtl.AsDuration())
	require.Zero(t, second.Counts().Actions)

	w = work(t, c)
	t.Cleanup(w.Stop)
	run, err = c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "greeting/2", TaskQueue: queue}, greeting, "again")
	require.NoError(t, err)
	require.NoError(t, run.Get(t.Context(), &answer))
	require.Equal(t, "hello again", answer)
}

func TestWebUIServesTheNamespace(t *testing.T) {
	t.Parallel()
	s := start(t, Options{File: filepath.Join(t.TempDir(), "temporal.db"), Namespace: "shop"})
	get := func(path string) string {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.UIAddress()+path, nil)
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, resp.StatusCode, string(body))
		return string(body)
	}
	require.Contains(t, get("/"), "<html")
	require.Contains(t, get("/api/v1/settings"), `"DefaultNamespace":"shop"`)
	require.Contains(t, get("/api/v1/namespaces/shop"), `"shop"`)
}

// The starter registers search attributes and sets the queues' rate limits at every start: both must be accepted, twice.
func TestOperatorRequestsAreAccepted(t *testing.T) {
	t.Parallel()
	s := start(t, Options{File: filepath.Join(t.TempDir(), "temporal.db"), UIPort: NoUI})
	c := dial(t, s)
	attributes := map[string]enumspb.IndexedValueType{
		"Account": enumspb.INDEXED_VALUE_TYPE_KEYWORD, "State": enumspb.INDEXED_VALUE_TYPE_KEYWORD,
	}
	for range 2 {
		require.NoError(t, await(t.Context(), func(ctx context.Context) error {
			_, err := c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
				Namespace: s.Namespace(), SearchAttributes: attributes,
			})
			return err
		}))
		answer, err := c.WorkflowService().UpdateTaskQueueConfig(t.Context(), &workflowservice.UpdateTaskQueueConfigRequest{
			Namespace: s.Namespace(), TaskQueue: queue, TaskQueueType: enumspb.TASK_QUEUE_TYPE_ACTIVITY,
			UpdateFairnessKeyRateLimitDefault: &workflowservice.UpdateTaskQueueConfigRequest_RateLimitUpdate{
				RateLimit: &taskqueuepb.RateLimit{RequestsPerSecond: 1}, Reason: "weight is the rate",
			},
		})
		require.NoError(t, err)
		require.EqualValues(t, 1, answer.Config.FairnessKeysRateLimitDefault.RateLimit.RequestsPerSecond)
	}
	require.NoError(t, await(t.Context(), func(ctx context.Context) error {
		_, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
			TaskQueue: queue, TypedSearchAttributes: temporal.NewSearchAttributes(
				temporal.NewSearchAttributeKeyKeyword("Account").ValueSet("amazon-uk")),
		}, greeting, "seller")
		return err
	}))
	require.NoError(t, await(t.Context(), func(ctx context.Context) error {
		found, err := c.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Query: `Account = "amazon-uk"`})
		if err == nil && found.Count != 1 {
			return fmt.Errorf("%d workflows found", found.Count)
		}
		return err
	}))
}

func TestAPortInUseIsNamed(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", loopback+":0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	taken := l.Addr().(*net.TCPAddr).Port
	file := filepath.Join(t.TempDir(), "temporal.db")

	_, err = Start(t.Context(), Options{File: file, FrontendPort: taken, UIPort: NoUI})
	require.ErrorContains(t, err, "port "+strconv.Itoa(taken)+" for Temporal's frontend")
	require.ErrorContains(t, err, "choose another port")
	_, err = Start(t.Context(), Options{File: file, UIPort: taken})
	require.ErrorContains(t, err, "port "+strconv.Itoa(taken)+" for Temporal's Web UI")
	require.NoFileExists(t, file)
}

// Two processes on one file would compete for the shard. The symbolic link makes the plugin open the file a second
// time, as another process would.
func TestAFileInUseIsRefused(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := start(t, Options{File: filepath.Join(folder, "temporal.db"), UIPort: NoUI})
	link := filepath.Join(folder, "link.db")
	require.NoError(t, os.Symlink("temporal.db", link))
	_, err := Start(t.Context(), Options{File: link, UIPort: NoUI})
	require.ErrorContains(t, err, "no other towpath-dev using it")
	_, err = dial(t, s).CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{})
	require.NoError(t, err)
}

func TestUnusableOptionsAreRefused(t *testing.T) {
	t.Parallel()
	text := filepath.Join(t.TempDir(), "notes.db")
	require.NoError(t, os.WriteFile(text, []byte("this is not a database, but it is long enough to look at"), 0o600))
	for name, c := range map[string]struct {
		options Options
		message string
	}{
		"no file":         {Options{}, "no database file"},
		"short retention": {Options{File: text, Retention: time.Minute}, "use 1h or more"},
		"not a database":  {Options{File: text, UIPort: NoUI}, "notes.db"},
		"no folder":       {Options{File: filepath.Join(t.TempDir(), "absent", "t.db"), UIPort: NoUI}, "does its folder exist"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Start(t.Context(), c.options)
			require.ErrorContains(t, err, c.message)
		})
	}
}
