package main

import (
	"context"
	"sync"

	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// script has the answers of the store and the channel in one play.
type script struct {
	name     string
	asksOnly bool // it is about the schedule's request
	runs     int  // in the queue
	dry      bool
	batches  int // of the check
	sends    int // batches to be sent
	op       channel.Operation
	// submit returns the answer to the nth batch, outcome the answer to the nth question about a batch.
	submit  func(s *script, n int) activities.SubmitOutput
	outcome func(s *script, n int) activities.SubmitOutput

	client         client.Client
	mu             sync.Mutex
	ended, checked int
	sent, asked    int
	questions      int
	gaveUp         bool
}

var (
	slowly = &channel.Fault{ID: "00000000-0000-4000-8000-000000000001", Class: channel.Throttled, Code: "QuotaExceeded", Status: 429, Operation: "putListingsItem"}
	paused = &channel.Fault{ID: "00000000-0000-4000-8000-000000000002", Class: channel.Config, Code: activities.CodePaused, Operation: "publish"}
)

func scripts() []*script {
	return []*script{
		{name: "ask for what has changed", asksOnly: true},
		{name: "a dry run", runs: 1, dry: true, batches: 1},
		{name: "one run", runs: 1, batches: 1, sends: 2, op: channel.OpPublish},
		{name: "two runs", runs: 2, batches: 1, sends: 2, op: channel.OpPublish},
		{name: "a feed", runs: 1, batches: 2, sends: 1, op: channel.OpFeed,
			submit: func(*script, int) activities.SubmitOutput { return activities.SubmitOutput{Pending: "feed-1"} },
			outcome: func(_ *script, n int) activities.SubmitOutput {
				if n == 1 {
					return activities.SubmitOutput{Pending: "feed-1"}
				}
				return activities.SubmitOutput{}
			}},
		{name: "a throttled batch", runs: 1, batches: 1, sends: 1, op: channel.OpPublish, submit: func(_ *script, n int) activities.SubmitOutput {
			if n == 1 {
				return activities.SubmitOutput{Fault: slowly}
			}
			return activities.SubmitOutput{}
		}},
		{name: "a batch that is given up", runs: 1, batches: 1, sends: 1, op: channel.OpPublish,
			submit: func(*script, int) activities.SubmitOutput { return activities.SubmitOutput{Fault: slowly} }},
		{name: "a paused account", runs: 1, batches: 1, sends: 1, op: channel.OpPublish, submit: func(s *script, n int) activities.SubmitOutput {
			if n == 1 {
				return activities.SubmitOutput{Fault: paused}
			}
			return activities.SubmitOutput{}
		}},
		{name: "a stop", runs: 1, batches: 1, sends: 3, op: channel.OpFeed, submit: func(s *script, n int) activities.SubmitOutput {
			s.signal(message.SignalStop, message.StopRequest{RunID: "run-1", By: "operator"})
			return activities.SubmitOutput{Pending: "feed-1"}
		}, outcome: func(*script, int) activities.SubmitOutput { return activities.SubmitOutput{} }},
		{name: "a long run", runs: 1, batches: 30, sends: 2, op: channel.OpPublish},
	}
}

// signal sends the publication a signal, as a person would.
func (s *script) signal(name string, arg any) {
	_ = s.client.SignalWorkflow(context.Background(), message.PublicationWorkflowID("amazon-uk", channel.Production), "", name, arg)
}

// resume retries the publication once it is parked.
func (s *script) resume() {
	resume(s.client, message.PublicationWorkflowID("amazon-uk", channel.Production))
}

// resume retries a workflow once it is parked, as a person would.
func resume(c client.Client, workflowID string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = until(ctx, func() (bool, error) {
		v, err := c.QueryWorkflow(ctx, workflowID, "", message.QueryStatus)
		var st message.Status
		if err != nil || v.Get(&st) != nil {
			return false, err
		}
		return st.State == "parked", nil
	})
	_ = c.SignalWorkflow(ctx, workflowID, "", message.SignalRetry, nil)
}

// activities returns the activities of a publication, by name.
func (s *script) activities() map[string]any {
	return map[string]any{
		"AskForChanged": func(context.Context, message.PublishChangedInput) (message.PublishChangedResult, error) {
			return message.PublishChangedResult{RunID: "run-1"}, nil
		},
		"TakeRun": s.nextRun, "SelectGoods": s.selectGoods, "CheckGoods": s.checkGoods, "PlanSubmit": s.planSubmit,
		"SubmitGoods": s.submitGoods, "SubmissionOutcome": s.submissionOutcome, "GiveUp": s.giveUp, "EndPublication": s.endPublication,
	}
}

func (s *script) counts() message.PublicationCounts {
	return message.PublicationCounts{Items: 300, Done: 100 * s.sent, Invalid: 3}
}

func (s *script) nextRun(_ context.Context, in activities.TakeInput) (activities.Taken, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended == s.runs {
		return activities.Taken{}, nil
	}
	return activities.Taken{
		RunID: []string{"run-1", "run-2"}[s.ended], Through: message.Account{ID: in.Account, Channel: channel.Amazon, Endpoint: in.Endpoint},
		DryRun: s.dry, Queued: s.runs - s.ended - 1,
	}, nil
}

func (s *script) selectGoods(_ context.Context, in activities.SelectInput) (activities.Selected, error) {
	if in.After == "" {
		return activities.Selected{Next: "MUG", Items: 200}, nil
	}
	return activities.Selected{Items: 100}, nil
}

func (s *script) checkGoods(context.Context, activities.CheckGoodsInput) (activities.CheckGoodsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.checked++
	return activities.CheckGoodsOutput{Until: "MUG", Last: s.checked >= s.batches, Checked: 100, Counts: s.counts()}, nil
}

func (s *script) planSubmit(context.Context, activities.PlanInput) (activities.SubmitPlan, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sent >= s.sends || s.gaveUp {
		return activities.SubmitPlan{}, nil
	}
	plan := activities.SubmitPlan{SKUs: 100, Op: s.op}
	for i := s.sent; i < s.sends; i++ {
		plan.Batches = append(plan.Batches, activities.SubmitBatch{After: key(i), Until: key(i + 1), SKUs: 100})
	}
	return plan, nil
}

func key(n int) string { return []string{"", "CUP", "JUG", "MUG"}[n] }

func (s *script) submitGoods(context.Context, activities.SubmitInput) (activities.SubmitOutput, error) {
	s.mu.Lock()
	s.asked++
	n := s.asked
	s.mu.Unlock()
	var out activities.SubmitOutput
	if s.submit != nil {
		out = s.submit(s, n)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if out.Fault == nil {
		s.sent++
	}
	if out.Fault == paused {
		go s.resume()
	}
	out.Counts = s.counts()
	return out, nil
}

func (s *script) submissionOutcome(context.Context, activities.SubmitInput) (activities.SubmitOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.questions++
	out := s.outcome(s, s.questions)
	out.Counts = s.counts()
	return out, nil
}

func (s *script) giveUp(context.Context, activities.GiveUpInput) (message.PublicationCounts, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gaveUp = true
	return message.PublicationCounts{Items: 300, Refused: 300}, nil
}

func (s *script) endPublication(context.Context, activities.PublicationEnd) (message.PublicationCounts, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := s.counts()
	s.ended++
	s.sent, s.checked = 0, 0
	return counts, nil
}
