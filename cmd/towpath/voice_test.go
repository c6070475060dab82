package main

import (
	"context"
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdkpb "go.temporal.io/api/sdk/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/testsuite"
	"go.uber.org/zap"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/console"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/starter"
	"github.com/towpath/towpath/workflows"
)

// voices are what the command line, its JSON, the console and the Temporal Web UI say about one trouble, by where they say it.
type voices struct {
	t    *testing.T
	b    *fixture
	web  http.Handler
	with *starter.Starter
	said map[string]string
}

func (b *fixture) voices() *voices {
	b.t.Helper()
	pf, err := platform.Open(context.Background(), b.settings, adapters, zap.NewNop())
	require.NoError(b.t, err)
	b.t.Cleanup(func() { _ = pf.Close() })
	return &voices{t: b.t, b: b, with: pf.Starter, web: console.New(pf.Starter, console.Options{}), said: map[string]string{}}
}

var tag = regexp.MustCompile(`<[^>]*>`)

// plainOf returns a text without its form: the tags of a page, the quotes around commands, the breaks of lines.
func plainOf(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, "`", "")), " ")
}

// prints has the command line say something, as text and as JSON.
func (v *voices) prints(line string) *voices {
	v.t.Helper()
	_, out, errs := v.b.run(strings.Fields(line)...)
	require.NotEmpty(v.t, out, "%s: %s", line, errs)
	v.said["towpath "+line] = plainOf(out)
	_, out, _ = v.b.run(append(strings.Fields(line), "-o", "json")...)
	var value any
	require.NoError(v.t, json.Unmarshal([]byte(out), &value), line)
	v.said["towpath "+line+" -o json"] = plainOf(strings.Join(textsIn(value), "\n"))
	return v
}

// textsIn returns the texts of a JSON value. A flag that is set stands as its name, who acts as the words for him.
func textsIn(value any) (out []string) {
	switch x := value.(type) {
	case string:
		return []string{x}
	case []any:
		for _, one := range x {
			out = append(out, textsIn(one)...)
		}
	case map[string]any:
		for name, one := range x {
			out = append(out, textsIn(one)...)
			if set, is := one.(bool); is && set {
				out = append(out, name)
			}
			if who, is := one.(string); is && name == "who" {
				retry, _ := x["retry"].(bool)
				out = append(out, remedy.Remedy{Who: who, Retry: retry}.Actor())
			}
		}
	}
	return out
}

// shows has the console say something.
func (v *voices) shows(path string) *voices {
	v.t.Helper()
	w := httptest.NewRecorder()
	v.web.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, http.NoBody))
	require.Equal(v.t, http.StatusOK, w.Code, path)
	_, main, _ := strings.Cut(w.Body.String(), "<main")
	v.said["page "+path] = plainOf(html.UnescapeString(tag.ReplaceAllString(main, " ")))
	return v
}

// agree requires that all say each of some texts.
func (v *voices) agree(texts ...string) {
	v.t.Helper()
	require.GreaterOrEqual(v.t, len(v.said), 3)
	for where, said := range v.said {
		for _, text := range texts {
			require.NotEmpty(v.t, text, where)
			require.Contains(v.t, said, plainOf(text), "%s says it otherwise", where)
		}
	}
}

// none requires that nobody says a text.
func (v *voices) none(text string) {
	v.t.Helper()
	for where, said := range v.said {
		require.NotContains(v.t, said, text, where)
	}
}

// remedyOf returns what a fault's own error says to do.
func (v *voices) remedyOf(id string) remedy.Remedy {
	v.t.Helper()
	f, err := v.with.Fault(context.Background(), id)
	require.NoError(v.t, err)
	return *f.Remedy
}

// needs returns what of an account needs a person, units sold without a link apart: the fixture has those anyway.
func (v *voices) needs(account string) (list []incident.Need) {
	v.t.Helper()
	_, out, _ := v.b.run("status", "-o", "json")
	var n now
	require.NoError(v.t, json.Unmarshal([]byte(out), &n))
	for _, one := range incident.ForYou(n.Needs) {
		if one.Account == account && one.Kind != incident.Unlinked {
			list = append(list, one)
		}
	}
	require.NotEmpty(v.t, list)
	return list
}

// need returns the one thing of an account that needs a person.
func (v *voices) need(account string) (title, command string) {
	v.t.Helper()
	list := v.needs(account)
	require.Len(v.t, list, 1)
	return list[0].Title, list[0].Command
}

// A parked package: whoever would act, once the attempts are used up it is you who retries.
func TestOneVoiceAboutAParkedPackage(t *testing.T) {
	t.Parallel()
	for _, class := range []channel.Class{channel.Unavailable, channel.Invalid} {
		b := newFixture(t)
		b.fill()
		ctx := context.Background()
		row := b.rowOf("amazon-uk", "1001")
		require.NoError(t, b.store.Packages.SavePackages(ctx, row, []shipment.Package{{ID: "P1", Label: "L", Carrier: "Royal Mail", TrackingNumber: "RM1", ShippedAt: epoch,
			Contents: []shipment.Content{{LineID: "1001-1", Quantity: 1}}}}))
		f := channel.NewFault(class, "confirmShipment", "words")
		workflow := message.ShipmentWorkflowID("amazon-uk", "1001", "P1")
		require.NoError(t, b.store.Incidents.Park(ctx, incidents.Parked{WorkflowID: workflow, Account: "amazon-uk", OrderRow: row, Reference: "1001", Package: "P1", Since: epoch, Fault: f}))
		v := b.voices()
		r := v.remedyOf(f.ID)
		require.Equal(t, remedy.You, r.Who)
		retry := "towpath retry " + workflow
		v.prints("order 1001 --account amazon-uk").prints("errors "+f.ID).shows("/").shows("/orders/"+strconv.FormatInt(row, 10)).shows("/errors/"+f.ID).agree(r.Title, r.Steps[0], r.Actor())
		v.prints("status").agree(r.Title, r.Actor())
		v.none("goes on by itself.") // Towpath's own part is over
		v.said = map[string]string{"the Web UI": plainOf(detailsWhileParked(t, workflow, f))}
		v.prints("status").agree(retry, r.Title, r.Actor())
	}
}

// A package that waits for a pause: the pause is what needs you. A retry would only park it again, and ending every pause may end one in the middle of a stock take.
func TestOneVoiceAboutAPackageThatWaitsForAPause(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	ctx := context.Background()
	row := b.rowOf("amazon-uk", "1001")
	for _, w := range []account.Work{account.Stock, account.Shipments} {
		_, err := b.store.Accounts.PauseWork(ctx, "amazon-uk", w, "stock take")
		require.NoError(t, err)
	}
	f := channel.Refusal(channel.Config, string(channel.OpShipment), incident.CodePaused, "shipments paused: stock take")
	workflow := message.ShipmentWorkflowID("amazon-uk", "1001", "P1")
	require.NoError(t, b.store.Incidents.Park(ctx, incidents.Parked{WorkflowID: workflow, Account: "amazon-uk", OrderRow: row, Reference: "1001", Package: "P1", Since: epoch, Fault: f}))
	v := b.voices()
	r, resume := v.remedyOf(f.ID), "towpath accounts resume amazon-uk --only shipments"
	require.Equal(t, resume, r.Command)
	v.prints("order 1001 --account amazon-uk").shows("/orders/"+strconv.FormatInt(row, 10)).agree(r.Title, r.Steps[0], r.Actor(), resume, "Held: package P1 goes out when the pause ends")
	v.none("It waits for you")
	v.none("To try again")
	v.none("resume amazon-uk. It tests") // it would end the stock take
	v.said["the Web UI"] = plainOf(detailsWhileParked(t, workflow, f))
	v.agree(r.Title, r.Steps[0], r.Actor(), resume)
	v.said = map[string]string{}
	v.shows("/orders?account=amazon-uk")
	v.none("waits for you")

	_, out, _ := b.run("status", "-o", "json")
	var n now
	require.NoError(t, json.Unmarshal([]byte(out), &n))
	require.Equal(t, []string{resume}, []string{n.Parked[0].Command})
	require.NotContains(t, b.rowInColours("amazon-uk"), "\x1b[31m1", "the pause needs you, not the package")
	_, err := b.store.Accounts.ResumeWork(ctx, "amazon-uk", account.Shipments)
	require.NoError(t, err)
	_, out, _ = b.run("status", "-o", "json")
	n = now{}
	require.NoError(t, json.Unmarshal([]byte(out), &n))
	require.Equal(t, "towpath retry "+workflow, n.Parked[0].Command, "the pause is over")
	require.Contains(t, b.rowInColours("amazon-uk"), "\x1b[31m1")
}

// rowInColours returns an account's row of status, as a terminal shows it.
func (b *fixture) rowInColours(id string) string {
	b.t.Helper()
	p, out, _ := b.program()
	p.Colours = true
	p.Run(context.Background(), []string{"status"})
	_, accounts, _ := strings.Cut(out.String(), "ACCOUNT")
	for line := range strings.Lines(accounts) {
		if strings.Contains(line, id) {
			return line
		}
	}
	b.t.Fatal("no row of " + id)
	return ""
}

// detailsWhileParked returns what the workflow of a parked package says of itself in the Web UI.
func detailsWhileParked(t *testing.T, id string, f *channel.Fault) string {
	t.Helper()
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: id})
	env.RegisterActivityWithOptions(func(context.Context, activities.ParkInput) (activities.ParkOutput, error) {
		return activities.ParkOutput{}, nil
	},
		activity.RegisterOptions{Name: string(message.ActivityParkPackage)})
	said := ""
	env.RegisterDelayedCallback(func() {
		answer, err := env.QueryWorkflow("__temporal_workflow_metadata")
		require.NoError(t, err)
		var m sdkpb.WorkflowMetadata
		require.NoError(t, answer.Get(&m))
		said = m.GetCurrentDetails()
		env.CancelWorkflow()
	}, time.Hour)
	env.ExecuteWorkflow(workflows.ShipmentSync, message.ShipmentSyncInput{Versioned: workflows.Current(message.WorkflowShipmentSync), Fault: f, Packages: []string{"P1"},
		Order: message.OrderKey{Account: message.Account{ID: "amazon-uk", Channel: channel.Amazon, Endpoint: channel.Production}, OrderID: "1001"}})
	return said
}

func TestOneVoiceAboutARefusedLevel(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	b.refusedPush("amazon-uk", "push-1")
	v := b.voices()
	title, command := v.need("amazon-uk")
	v.prints("status").shows("/").shows("/sync").agree(title, command)
	list, err := b.store.Runs.Faults(context.Background(), runs.FaultFilter{Account: "amazon-uk", Limit: 1})
	require.NoError(t, err)
	r := v.remedyOf(list[0].ID)
	v.said = map[string]string{}
	v.prints("errors "+list[0].ID).prints("run push-1").shows("/errors/"+list[0].ID).shows("/runs/push-1").agree(r.Title, r.Steps[0], r.Actor())
}

func TestOneVoiceAboutAnItemInError(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sells()
	b.publishes("run-p1")
	v := b.voices()
	v.prints("status").shows("/").shows("/sync")
	for _, need := range v.needs("amazon-uk") {
		v.agree(need.Title, need.Command)
	}
	v.said = map[string]string{}
	v.prints("items --status error --verbose").shows("/listings?status=error")
	_, out, _ := b.run("items", "--status", "error", "--verbose", "-o", "json")
	var shown struct {
		Items []struct {
			Remedies []remedy.Remedy `json:"remedies"`
		} `json:"items"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &shown))
	found := 0
	for _, i := range shown.Items {
		for _, r := range i.Remedies {
			found++
			v.agree(r.Title, r.Steps[0], r.Actor())
		}
	}
	require.Positive(t, found)
}

func TestOneVoiceAboutAFailingScan(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	ctx := context.Background()
	f := channel.NewFault(channel.Unavailable, "searchOrders", "busy")
	f.Hit.RunID = "scan-2"
	require.NoError(t, b.store.Runs.SaveFaults(ctx, "shopify-uk", []*channel.Fault{f}))
	for i := range 3 {
		at := time.Now().Add(time.Duration(i-4) * time.Minute)
		require.NoError(t, b.store.Runs.EndRun(ctx, runs.Run{ID: "scan-" + strconv.Itoa(i), Kind: runs.RunOrders, Account: "shopify-uk", Endpoint: channel.Production,
			StartedAt: at, EndedAt: at.Add(time.Second), FaultID: f.ID, FaultClass: f.Class}))
	}
	v := b.voices()
	title, command := v.need("shopify-uk")
	v.prints("status").shows("/").shows("/sync").agree(title, command)
	v.said = map[string]string{}
	r := v.remedyOf(f.ID)
	v.prints("errors "+f.ID).prints("run scan-2").shows("/errors/"+f.ID).shows("/runs/scan-2").agree(r.Title, r.Steps[0], r.Actor())
}

func TestOneVoiceAboutAnExpiredGrant(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	_, err := b.store.Accounts.Pause(context.Background(), "shopify-uk", "the channel refuses the account's credentials")
	require.NoError(t, err)
	v := b.voices()
	title, command := v.need("shopify-uk")
	require.Contains(t, title, "the channel refuses the account's credentials")
	v.prints("status").shows("/").shows("/sync").agree(title, command)
	v.said = map[string]string{}
	v.prints("accounts show shopify-uk").prints("status").shows("/accounts/shopify-uk").agree("paused", "the channel refuses the account's credentials")
}

func TestOneVoiceAboutAnOrderThatIsHeld(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	wants := b.order("1001")
	wants.UpdatedAt, wants.BuyerCancels = epoch.Add(time.Hour), true
	_, err := b.store.Orders.SavePage(context.Background(), orders.Page{Account: "amazon-uk", RunID: "run-2", SeenAt: epoch.Add(time.Hour), Orders: []order.Snapshot{wants}})
	require.NoError(t, err)
	v := b.voices()
	title, command := v.need("amazon-uk")
	v.prints("status").shows("/").shows("/sync").agree(title, command)
	v.said = map[string]string{}
	row := strconv.FormatInt(b.rowOf("amazon-uk", "1001"), 10)
	v.prints("order 1001 --account amazon-uk").shows("/orders/"+row).agree("towpath order allow 1001", "Held: the buyer wants to cancel.")
}
