package workflows_test

import (
	"fmt"
	"reflect"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
)

// activityInputs maps each activity's name to its input type. Workflows call activities by name, so neither the compiler nor the SDK
// compares the types. A method that is renamed in Go keeps its activity's name here.
var activityInputs = func() map[string]reflect.Type {
	given := make(map[string]reflect.Type)
	for _, area := range []any{
		&activities.Orders{}, &activities.Lifecycle{}, &activities.Stock{}, &activities.Shipments{}, &activities.Links{}, &activities.Levels{},
		&activities.Migration{}, &activities.Publication{}, &activities.Sweep{},
		&activities.Cancellations{}, &activities.Coverage{},
	} {
		typ := reflect.TypeOf(area)
		for i := range typ.NumMethod() {
			given[typ.Method(i).Name] = typ.Method(i).Type.In(2)
		}
	}
	return given
}()

// comparing is an interceptor that panics when a workflow passes an activity a wrong input type.
type comparing struct {
	interceptor.WorkerInterceptorBase
}

func (*comparing) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &comparingIn{interceptor.WorkflowInboundInterceptorBase{Next: next}}
}

type comparingIn struct {
	interceptor.WorkflowInboundInterceptorBase
}

func (c *comparingIn) Init(next interceptor.WorkflowOutboundInterceptor) error {
	return c.Next.Init(&comparingOut{interceptor.WorkflowOutboundInterceptorBase{Next: next}})
}

type comparingOut struct {
	interceptor.WorkflowOutboundInterceptorBase
}

func (c *comparingOut) ExecuteActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	compare(name, args)
	return c.Next.ExecuteActivity(ctx, name, args...)
}

func (c *comparingOut) ExecuteLocalActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	compare(name, args)
	return c.Next.ExecuteLocalActivity(ctx, name, args...)
}

func compare(name string, args []any) {
	if len(args) != 1 || reflect.TypeOf(args[0]) != activityInputs[name] {
		panic(fmt.Sprintf("%s takes one %v and is given %#v", name, activityInputs[name], args))
	}
}
