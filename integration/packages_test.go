package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/batch/v1"
	sdkpb "go.temporal.io/api/sdk/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

// A package that is refused for good holds no other package of its order (case A4), and one that the channel confirms and never
// shows is sent once more and then waits for a person (case B1).
func TestAPackageThatFailsWaitsAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, running := startRunning(t, dir, "--orders", smallBook(t, dir, 90, false), "--speed", "600", "--clerk=false")
	switchOn(p, dir, "amazon-uk", faults.Rates{NeverShown: 1})
	d := &operator{t: t, dir: dir}

	refused := d.quicker(p, "send in two packages", func(row orders.OrderRow, st starter.OrderStatus) bool {
		if row.Key.Account.ID != "ebay-uk" || st.Units.Open() < 2 {
			return false
		}
		_, _, code := d.run("process", row.Key.OrderID, "--account", "ebay-uk", "--package", d.two(st))
		return code == 0
	})
	p.eventually("the second package to be sent", func() bool { return d.states(refused)["P2"] == shipment.Confirmed })
	p.eventually("the first package to wait", func() bool { return d.states(refused)["P1"] == shipment.Parked })
	require.Equal(t, "NO_TRACKING", d.parked(p, "shipment/ebay-uk/"+refused.Key.OrderID+"/P1").Fault.Code)
	toldByTheWebUI(p, running.TemporalAddress, refused.Key)

	var unshown incidents.Parked
	p.eventually("a package that is not shown to wait", func() bool {
		for _, k := range d.waiting() {
			if k.Fault != nil && k.Fault.Code == shipment.CodeNotShown {
				unshown = k
				return true
			}
		}
		return false
	})
	require.Equal(t, "amazon-uk", unshown.Account)
	switchOn(p, dir, "amazon-uk", faults.Rates{})
	retryInOneBatch(t, running.TemporalAddress) // the order may have another such package; some go on by themselves when it changes
	p.eventually("its order to be completed", func() bool {
		var st starter.OrderStatus
		d.act(&st, "order", unshown.Reference, "--account", "amazon-uk")
		return st.State == order.Completed
	})
	require.Zero(t, p.stop(), "%s", p.out)
}

// endedBadly is the search of docs/operating.md for all that has ended or stopped badly.
const endedBadly = `State IN ('parked', 'failed') OR ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')`

// toldByTheWebUI requires that the Web UI tells of an order's parked package P1: the search finds it and nothing that goes well, both workflows say what they
// are for, and the pages of both that it is parked and what to do.
func toldByTheWebUI(p *program, address string, k message.OrderKey) {
	t := p.t
	t.Helper()
	text, err := os.ReadFile("../docs/operating.md")
	require.NoError(t, err)
	require.Contains(t, string(text), endedBadly)
	c, err := client.Dial(client.Options{HostPort: address, Namespace: "towpath"})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	waits, follows := message.ShipmentWorkflowID(k.Account.ID, k.OrderID, "P1"), message.OrderWorkflowID(k.Account.ID, k.OrderID)
	p.eventually("the search to find the package", func() bool {
		list, err := c.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: endedBadly})
		require.NoError(t, err)
		found := false
		for _, e := range list.Executions {
			require.NotEqual(t, follows, e.Execution.WorkflowId, "the order itself goes on")
			found = found || e.Execution.WorkflowId == waits
		}
		return found
	})
	for _, id := range []string{waits, follows} {
		about, err := c.DescribeWorkflow(t.Context(), id, "")
		require.NoError(t, err)
		details, err := about.GetStaticDetails()
		require.NoError(t, err)
		require.NotEmpty(t, details, id)
		var shown string
		p.eventually(id+" to say that it is parked", func() bool {
			var metadata sdkpb.WorkflowMetadata
			answer, err := c.QueryWorkflow(t.Context(), id, "", "__temporal_workflow_metadata")
			if err == nil {
				require.NoError(t, answer.Get(&metadata))
			}
			shown = metadata.GetCurrentDetails()
			return strings.Contains(shown, "**parked**: package P1")
		})
		require.Contains(t, shown, "Cause: "+shipment.CauseData.Text())
		require.Contains(t, shown, "towpath retry "+waits)
	}
}

// parkedOfAmazon is the query of docs/operating.md for Temporal's batch.
const parkedOfAmazon = `WorkflowType = 'ShipmentSync' AND ExecutionStatus = 'Running' AND State = 'parked' AND Account = 'amazon-uk'`

// retryInOneBatch signals all that is parked of an account with one of Temporal's own batches, as its Web UI and its command line do.
func retryInOneBatch(t *testing.T, address string) {
	t.Helper()
	text, err := os.ReadFile("../docs/operating.md")
	require.NoError(t, err)
	require.Contains(t, string(text), parkedOfAmazon)
	c, err := client.Dial(client.Options{HostPort: address, Namespace: "towpath"})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	_, err = c.WorkflowService().StartBatchOperation(t.Context(), &workflowservice.StartBatchOperationRequest{
		Namespace: "towpath", JobId: "retry-of-a-test", Reason: "the cause is gone", VisibilityQuery: parkedOfAmazon,
		Operation: &workflowservice.StartBatchOperationRequest_SignalOperation{SignalOperation: &batch.BatchOperationSignal{Signal: message.SignalRetry, Identity: "a test"}},
	})
	require.NoError(t, err)
}

// two writes a file with an order's reserved units in two packages. eBay takes letters and digits as a tracking number: P1 has none.
func (d *operator) two(st starter.OrderStatus) string {
	d.t.Helper()
	rest := ""
	first := ""
	for _, l := range st.Lines {
		n := l.Units.Reserved
		if first == "" && n > 0 {
			first, n = fmt.Sprintf(`{"lineId": %q, "quantity": 1}`, l.LineID), n-1
		}
		if n > 0 {
			rest += fmt.Sprintf(`, {"lineId": %q, "quantity": %d}`, l.LineID, n)
		}
	}
	of := func(id, tracking, contents string) string {
		return fmt.Sprintf(`{"id": %q, "label": "L-%s", "carrier": "Royal Mail", "trackingNumber": %q, "shippedAt": "2026-11-21T14:05:00Z", "contents": [%s]}`,
			id, id, tracking, contents)
	}
	file := filepath.Join(d.dir, "two.json")
	require.NoError(d.t, os.WriteFile(file, []byte("["+of("P1", "---", first)+", "+of("P2", "RM2", rest[2:])+"]"), 0o600))
	return file
}

// states returns the states of an order's packages by id.
func (d *operator) states(row orders.OrderRow) map[string]shipment.State {
	d.t.Helper()
	all := map[string]shipment.State{}
	for _, p := range d.order(row).Packages {
		all[p.ID] = p.State
	}
	return all
}

// waiting returns what is parked.
func (d *operator) waiting() []incidents.Parked {
	d.t.Helper()
	stdout, stderr, code := d.run("status", "-o", "json")
	require.Contains(d.t, []int{0, 3}, code, stderr)
	var now struct{ Parked []incidents.Parked }
	decode(d.t, stdout, &now)
	return now.Parked
}

// parked waits for a workflow to be parked.
func (d *operator) parked(p *program, workflowID string) (found incidents.Parked) {
	d.t.Helper()
	p.eventually(workflowID+" to be parked", func() bool {
		for _, k := range d.waiting() {
			if k.WorkflowID == workflowID && k.Fault != nil {
				found = k
				return true
			}
		}
		return false
	})
	return found
}
