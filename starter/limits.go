package starter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
)

// ApplyLimits sets every account's rates on the Temporal server. Published budgets need no setting, because calls carry them as
// their weight; all other rates override the weight, also for waiting calls (docs/decisions/009-rates-are-weight-overrides.md).
// It is idempotent.
func (s *Starter) ApplyLimits(ctx context.Context, namespace string) error {
	limits, err := s.rates(ctx, "")
	if err != nil {
		return err
	}
	for _, k := range channel.Kinds() {
		wanted := make(map[string]float32)
		for _, l := range limits {
			if l.Channel == k && l.Rate != l.Allowance.Weight {
				wanted[message.BudgetKey(l.Account, l.Operation)] = float32(l.Rate)
			}
		}
		if err := s.configure(ctx, namespace, k, wanted); err != nil {
			return fmt.Errorf("set the budgets of queue %s: %w", message.ChannelQueue(k), err)
		}
	}
	return nil
}

// configure sets the default of every fairness key to one turn per second, so that a call's weight is its account's rate, and
// updates the overrides of weights. A simulation's speed multiplies all of them. One request sets and unsets: a queue that has as many
// overrides as the server allows would refuse the first of two.
func (s *Starter) configure(ctx context.Context, namespace string, k channel.Kind, wanted map[string]float32) error {
	request := &workflowservice.UpdateTaskQueueConfigRequest{
		Namespace: namespace, Identity: "towpath", TaskQueue: message.ChannelQueue(k),
		TaskQueueType: enumspb.TASK_QUEUE_TYPE_ACTIVITY,
		UpdateFairnessKeyRateLimitDefault: &workflowservice.UpdateTaskQueueConfigRequest_RateLimitUpdate{
			RateLimit: &taskqueuepb.RateLimit{RequestsPerSecond: float32(max(s.Speed, 1) * nudge(wanted))},
			Reason:    "a fairness key's weight is its rate in turns per second",
		},
		SetFairnessWeightOverrides: wanted,
	}
	answer, err := s.Temporal.WorkflowService().DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
		Namespace: namespace, TaskQueue: &taskqueuepb.TaskQueue{Name: request.TaskQueue}, TaskQueueType: request.TaskQueueType, ReportConfig: true,
	})
	if err != nil {
		return fmt.Errorf("read the queue's rates: %w", err)
	}
	for key := range answer.GetConfig().GetFairnessWeightOverrides() {
		if _, keep := wanted[key]; !keep {
			request.UnsetFairnessWeightOverrides = append(request.UnsetFairnessWeightOverrides, key)
		}
	}
	_, err = s.Temporal.WorkflowService().UpdateTaskQueueConfig(ctx, request)
	return tooMany(err, len(wanted))
}

// tooMany adds a possible reason to the server's refusal.
func tooMany(err error, wanted int) error {
	var refused *serviceerror.InvalidArgument
	if !errors.As(err, &refused) {
		return err
	}
	return fmt.Errorf("%w (the server stores as many rates per channel as its setting matching.maxFairnessKeyWeightOverrides says; "+
		"%d are wanted)", err, wanted)
}

// nudge returns a factor just below 1 that differs for different overrides, and 1 without any. The server recomputes how long a
// fairness key has to wait only when the default rate changes; otherwise an account with a rate of one in 1,000 seconds would
// wait that long whatever the new rate is.
func nudge(overrides map[string]float32) float64 {
	if len(overrides) == 0 {
		return 1
	}
	h := fnv.New32a()
	for _, key := range slices.Sorted(maps.Keys(overrides)) {
		fmt.Fprintln(h, key, overrides[key])
	}
	return 1 - float64(1+h.Sum32()%100)*1e-5
}

// SetLimit sets an account's rate for an operation, in turns per second, until ResetLimit. It applies at once on every worker,
// also to waiting calls.
func (s *Starter) SetLimit(ctx context.Context, namespace, account string, op channel.Operation, rate float64) (Limit, error) {
	if err := s.CheckLimit(ctx, account, op); err != nil {
		return Limit{}, err
	}
	if !(rate >= channel.MinRate && rate <= channel.MaxRate) {
		return Limit{}, &UsageError{Problem: fmt.Sprintf("rate %v: want turns per second from %v to %v; to stop the account instead: `towpath accounts pause %s`",
			rate, channel.MinRate, channel.MaxRate, account)}
	}
	if err := s.Store.Accounts.SetRate(ctx, account, op, rate); err != nil {
		return Limit{}, err
	}
	return s.applied(ctx, namespace, account, op)
}

// ResetLimit removes a rate that was set by hand. The accounts file, the rate observed from the channel or the published budget
// applies again.
func (s *Starter) ResetLimit(ctx context.Context, namespace, account string, op channel.Operation) (Limit, error) {
	if err := s.CheckLimit(ctx, account, op); err != nil {
		return Limit{}, err
	}
	if _, err := s.Store.Accounts.ResetRate(ctx, account, op); err != nil {
		return Limit{}, err
	}
	return s.applied(ctx, namespace, account, op)
}

// CheckLimit returns a *UsageError for an unknown account or an operation that its channel does not have.
func (s *Starter) CheckLimit(ctx context.Context, account string, op channel.Operation) error {
	acc, err := s.Store.Accounts.Account(ctx, account)
	if err != nil {
		return &UsageError{Problem: fmt.Sprintf("no account %q: `towpath accounts` lists them", account)}
	}
	if _, ok := channel.AllowanceOf(acc.Channel, op); ok {
		return nil
	}
	var names []string
	for _, a := range channel.Allowances(acc.Channel) {
		names = append(names, string(a.Operation))
	}
	return &UsageError{Problem: fmt.Sprintf("operation %q: %s has %s", op, acc.Channel, strings.Join(names, ", "))}
}

// applied updates the server and returns the limit as it is now.
func (s *Starter) applied(ctx context.Context, namespace, account string, op channel.Operation) (Limit, error) {
	if err := s.ApplyLimits(ctx, namespace); err != nil {
		return Limit{}, fmt.Errorf("it is saved, and applies when a worker starts: %w", err)
	}
	limits, err := s.rates(ctx, account)
	if err != nil {
		return Limit{}, err
	}
	i := slices.IndexFunc(limits, func(l Limit) bool { return l.Operation == op })
	if i < 0 {
		return Limit{}, fmt.Errorf("limit of %s for %s: %w", account, op, store.ErrNotFound)
	}
	return limits[i], nil
}

// ObserveRates saves the rates that an account's channel reports, and applies those that change. Rates of a simulated marketplace follow
// its faster clock and are saved at speed 1.
func (s *Starter) ObserveRates(ctx context.Context, namespace, account string, observed []channel.ObservedRate) error {
	observed = slices.Clone(observed)
	for i := range observed {
		observed[i].PerSecond /= max(s.Speed, 1)
		observed[i].Restores /= max(s.Speed, 1)
	}
	before, err := s.rates(ctx, account)
	if err != nil {
		return err
	}
	if err := s.Store.Accounts.SaveObservedRates(ctx, account, observed); err != nil {
		return err
	}
	after, err := s.rates(ctx, account)
	if err != nil {
		return err
	}
	if slices.EqualFunc(before, after, func(a, b Limit) bool { return a.Rate == b.Rate }) {
		return nil
	}
	return s.ApplyLimits(ctx, namespace)
}

// rates returns the limits of one account, or of all when account is empty, without their use.
func (s *Starter) rates(ctx context.Context, account string) ([]Limit, error) {
	accounts, err := s.Store.Accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	set, err := s.Store.Accounts.Rates(ctx, account)
	if err != nil {
		return nil, err
	}
	observed, err := s.Store.Accounts.ObservedRates(ctx)
	if err != nil {
		return nil, err
	}
	var out []Limit
	for _, acc := range accounts {
		if account != "" && acc.ID != account {
			continue
		}
		for _, a := range channel.Allowances(acc.Channel) {
			out = append(out, limitOf(acc.ID, a, set, observed[acc.ID]))
		}
	}
	return out, nil
}

// limitOf returns the rate that applies: set by hand, else the accounts file, else reported by the channel, else the published
// budget.
func limitOf(account string, a channel.Allowance, set []accounts.Rate, observed []channel.ObservedRate) Limit {
	l := Limit{Account: account, Allowance: a, Rate: a.Weight, Source: accounts.RatePublished}
	for _, t := range observed {
		if slices.ContainsFunc(a.Calls, func(c channel.PublishedRate) bool { return c.Call == t.Call }) {
			l.Observed = append(l.Observed, t)
		}
	}
	if rate, ok := a.Observed(observed); ok {
		l.Rate, l.Source = rate, accounts.RateObserved
	}
	for _, r := range set {
		if r.Account != account || r.Operation != a.Operation {
			continue
		}
		if r.Source == accounts.RateByHand || l.Source != accounts.RateByHand {
			l.Rate, l.Source, l.SetAt = r.PerSecond, r.Source, r.SetAt
		}
	}
	slices.SortFunc(l.Observed, func(x, y channel.ObservedRate) int { return cmp.Compare(x.Call, y.Call) })
	return l
}
