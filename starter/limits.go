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

// ApplyLimits tells the Temporal server the rates that the store has, for every account: published budgets need no
// word, since calls carry them as their weight; all others override the weight, for calls that wait already too
// (docs/decisions/009-rates-are-weight-overrides.md). It is idempotent.
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

// configure makes one turn per second the default of every fairness key, so that a call's weight is its account's
// rate, and brings the overrides of weights to what is wanted. A simulation's speed multiplies all of them.
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
	answer, err := s.Temporal.WorkflowService().UpdateTaskQueueConfig(ctx, request)
	if err != nil {
		return tooMany(err, len(wanted))
	}
	var stale []string
	for key := range answer.GetConfig().GetFairnessWeightOverrides() {
		if _, keep := wanted[key]; !keep {
			stale = append(stale, key)
		}
	}
	if len(stale) == 0 {
		return nil
	}
	request.UnsetFairnessWeightOverrides = stale
	_, err = s.Temporal.WorkflowService().UpdateTaskQueueConfig(ctx, request)
	return tooMany(err, len(wanted))
}

// tooMany adds to a refusal what may be its reason.
func tooMany(err error, wanted int) error {
	var refused *serviceerror.InvalidArgument
	if !errors.As(err, &refused) {
		return err
	}
	return fmt.Errorf("%w (the server takes as many rates per channel as its setting matching.maxFairnessKeyWeightOverrides says; "+
		"%d are wanted)", err, wanted)
}

// nudge is a factor just below 1 that is another for other overrides, and 1 without any. The server shortens what
// a fairness key has still to wait only when the default rate changes: without it, an account whose rate was
// one in 1,000 seconds would wait them out whatever it is set to.
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

// SetLimit gives an account a rate for an operation, in turns per second, until ResetLimit. It is in force at
// once, on every worker, for what waits already too.
func (s *Starter) SetLimit(ctx context.Context, namespace, account string, op channel.Operation, rate float64) (Limit, error) {
	if err := s.CheckLimit(ctx, account, op); err != nil {
		return Limit{}, err
	}
	if !(rate >= channel.MinRate && rate <= channel.MaxRate) {
		return Limit{}, &UsageError{Problem: fmt.Sprintf("rate %v: want calls per second from %v to %v; to stop the account instead: `towpath accounts pause %s`",
			rate, channel.MinRate, channel.MaxRate, account)}
	}
	if err := s.Store.Accounts.SetRate(ctx, account, op, rate); err != nil {
		return Limit{}, err
	}
	return s.applied(ctx, namespace, account, op)
}

// ResetLimit forgets the rate that was set by hand: the accounts file, the channel's word or the published
// budget holds again.
func (s *Starter) ResetLimit(ctx context.Context, namespace, account string, op channel.Operation) (Limit, error) {
	if err := s.CheckLimit(ctx, account, op); err != nil {
		return Limit{}, err
	}
	if _, err := s.Store.Accounts.ResetRate(ctx, account, op); err != nil {
		return Limit{}, err
	}
	return s.applied(ctx, namespace, account, op)
}

// CheckLimit refuses what is no account or no operation of its channel, as a *UsageError.
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

// applied tells the server and answers the limit as it is now.
func (s *Starter) applied(ctx context.Context, namespace, account string, op channel.Operation) (Limit, error) {
	if err := s.ApplyLimits(ctx, namespace); err != nil {
		return Limit{}, fmt.Errorf("it is saved and will be in force when a worker starts: %w", err)
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

// Learn keeps what an account's channel says of its budgets, and applies it where it changes a rate. A simulated
// marketplace speaks of its own, faster clock; what is kept is at speed 1.
func (s *Starter) Learn(ctx context.Context, namespace, account string, told []channel.LearnedRate) error {
	told = slices.Clone(told)
	for i := range told {
		told[i].PerSecond /= max(s.Speed, 1)
		told[i].Restores /= max(s.Speed, 1)
	}
	before, err := s.rates(ctx, account)
	if err != nil {
		return err
	}
	if err := s.Store.Accounts.SaveLearned(ctx, account, told); err != nil {
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

// rates are the limits of one account, or of all when account is empty, without their use.
func (s *Starter) rates(ctx context.Context, account string) ([]Limit, error) {
	accounts, err := s.Store.Accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	set, err := s.Store.Accounts.Rates(ctx, account)
	if err != nil {
		return nil, err
	}
	learned, err := s.Store.Accounts.Learned(ctx)
	if err != nil {
		return nil, err
	}
	var out []Limit
	for _, acc := range accounts {
		if account != "" && acc.ID != account {
			continue
		}
		for _, a := range channel.Allowances(acc.Channel) {
			out = append(out, limitOf(acc.ID, a, set, learned[acc.ID]))
		}
	}
	return out, nil
}

// limitOf lets the strongest source win: by hand, the accounts file, the channel's word, the published budget.
func limitOf(account string, a channel.Allowance, set []accounts.Rate, told []channel.LearnedRate) Limit {
	l := Limit{Account: account, Allowance: a, Rate: a.Weight, Source: accounts.RatePublished}
	for _, t := range told {
		if slices.ContainsFunc(a.Calls, func(c channel.PublishedRate) bool { return c.Call == t.Call }) {
			l.Told = append(l.Told, t)
		}
	}
	if rate, ok := a.Learned(told); ok {
		l.Rate, l.Source = rate, accounts.RateLearned
	}
	for _, r := range set {
		if r.Account != account || r.Operation != a.Operation {
			continue
		}
		if r.Source == accounts.RateByHand || l.Source != accounts.RateByHand {
			l.Rate, l.Source, l.SetAt = r.PerSecond, r.Source, r.SetAt
		}
	}
	slices.SortFunc(l.Told, func(x, y channel.LearnedRate) int { return cmp.Compare(x.Call, y.Call) })
	return l
}
