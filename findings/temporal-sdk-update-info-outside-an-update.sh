#!/usr/bin/env bash
# workflow.GetCurrentUpdateInfo of the Temporal Go SDK panics where no update runs, although it returns a pointer and its documentation
# speaks of the running update "if any". What is shared by signals and updates, or by the main coroutine and a handler, can't ask.
#
# Versions: go.temporal.io/sdk v1.50.0 and v1.51.0, in the SDK's own test environment.
# Seen: called by the workflow's main coroutine and by a coroutine that a signal starts, it panics ("No update associated with this
# context"): on a worker a panic blocks the workflow until it is deployed anew. In a handler, and in a coroutine that the handler started and that
# outlives it, it gives the update's id. GetInfo and GetLogger, its neighbours, can be called anywhere.
# Follows: what an update is about stands in its argument; no workflow here asks for the update.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >main_test.go <<'GO'
package update

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
)

// ask returns the running update's id, or what the call panicked with.
func ask(ctx workflow.Context) (answer string) {
	defer func() {
		if r := recover(); r != nil {
			_, what, _ := strings.Cut(fmt.Sprint(r), ": ")
			answer = "panics: " + what
		}
	}()
	i := workflow.GetCurrentUpdateInfo(ctx)
	if i == nil {
		return "nil"
	}
	return i.ID
}

func order(ctx workflow.Context) (seen []string, err error) {
	note := func(where, answer string) { seen = append(seen, where+": "+answer) }
	note("main", ask(ctx))
	late := workflow.NewChannel(ctx)
	workflow.Go(ctx, func(ctx workflow.Context) {
		workflow.GetSignalChannel(ctx, "retry").Receive(ctx, nil)
		note("signal", ask(ctx))
	})
	if err := workflow.SetUpdateHandler(ctx, "process", func(ctx workflow.Context) error {
		note("handler", ask(ctx))
		workflow.Go(ctx, func(ctx workflow.Context) {
			err = workflow.Sleep(ctx, time.Hour)
			note("coroutine of the handler, an hour later", ask(ctx))
			late.Send(ctx, true)
		})
		return nil
	}); err != nil {
		return nil, err
	}
	late.Receive(ctx, nil)
	return seen, err
}

type callbacks struct{}

func (callbacks) Accept()             {}
func (callbacks) Reject(err error)    { panic(err) }
func (callbacks) Complete(any, error) {}

func TestAsk(t *testing.T) {
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow("retry", nil)
		env.UpdateWorkflow("process", "update-1", callbacks{})
	}, time.Minute)
	env.ExecuteWorkflow(order)
	var seen []string
	if err := errors.Join(env.GetWorkflowError(), env.GetWorkflowResult(&seen)); err != nil {
		t.Fatal(err)
	}
	fmt.Println(strings.Join(seen, "\n"))
}
GO
export GOTOOLCHAIN=local GOFLAGS=-mod=mod
want='main: panics: No update associated with this context
signal: panics: No update associated with this context
handler: update-1
coroutine of the handler, an hour later: update-1'
for version in v1.50.0 v1.51.0; do
  printf 'module update\n\ngo 1.26.0\n' >go.mod
  rm -f go.sum
  go get go.temporal.io/sdk@$version >get.log 2>&1 || { cat get.log; exit 1; }
  seen=$(go test -count=1 -v . | grep -E '^(main|signal|handler|coroutine of)')
  printf 'sdk %s\n%s\n' "$version" "$seen"
  diff <(echo "$want") <(echo "$seen") || { echo "changed: read the comment at the top again" >&2; exit 1; }
done
echo "as found"
