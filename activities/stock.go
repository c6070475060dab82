package activities

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
)

// Stock pushes dirty levels to channels.
type Stock struct{ Environment }

// PushInput is the input of PushLevels and, with Pending set, of LevelsOutcome.
type PushInput struct {
	Account string             `json:"account"`
	RunID   string             `json:"runId"`
	Started time.Time          `json:"started"`
	Size    int                `json:"size"`
	Ahead   bool               `json:"ahead,omitempty"` // see Plan
	Pending string             `json:"pending,omitempty"`
	Sofar   message.PushCounts `json:"sofar"`
}

func (in PushInput) run() runs.Run {
	return runs.Run{ID: in.RunID, Kind: runs.RunStock, StartedAt: in.Started}
}

// PushOutput is the result of a batch, with the plan of the next call.
type PushOutput struct {
	Fault   *channel.Fault     `json:"fault,omitempty"`
	Counts  message.PushCounts `json:"counts"`
	Pending string             `json:"pending,omitempty"` // a feed on which the channel works: call LevelsOutcome with this handle
	Next    Plan               `json:"next"`
}

// Answered returns the fault of the call, if any.
func (o PushOutput) Answered() *channel.Fault { return o.Fault }

// PushLevels sends one batch of dirty levels with their current values, and marks as clean only those that have not changed
// since. After an ambiguous answer the levels stay dirty.
func (s *Stock) PushLevels(ctx context.Context, in PushInput) (PushOutput, error) {
	rec, fault, err := s.begin(ctx, in.Account, channel.OpLevels, in.run())
	if err != nil || fault != nil {
		return PushOutput{Fault: fault}, err
	}
	dirty, err := s.toSend(ctx, rec.conn, in)
	if err != nil {
		return PushOutput{}, fmt.Errorf("read dirty levels of %s: %w", in.Account, err)
	}
	if dirty, err = s.spend(ctx, rec, dirty); err != nil {
		return PushOutput{}, err
	}
	pushes := make([]levels.Push, len(dirty))
	list := make([]channel.Level, len(dirty))
	sent := time.Now().UTC()
	for i, d := range dirty {
		pushes[i] = levels.Push{ChannelSKU: d.ChannelSKU, Version: d.Version, Quantity: d.Quantity, SentAt: sent, Ahead: in.Ahead, Wanted: d.At}
		list[i] = levelOf(in.Account, d)
	}
	if len(list) == 0 {
		return s.finish(ctx, rec, in, PushOutput{})
	}
	if err := s.compare(ctx, rec, list); err != nil {
		return PushOutput{}, err
	}
	_, rec.about.Budget = rec.conn.Batch(len(list))
	asking := rec.ask(ctx)
	answer, err := rec.conn.SetLevels(asking, list)
	seen := rec.see(asking, list, answer, s.Speed)
	rec.lower(asking, list, answer, &seen)
	ctx, done := rec.keep(ctx)
	defer done()
	return s.recordAnswer(ctx, rec, in, pushes, seen, answer, err)
}

// toSend reads the levels of a turn. The turn was planned when the one before it ended, and may have waited for its budget since: what has changed meanwhile
// goes with it, as much as the channel takes at once.
func (s *Stock) toSend(ctx context.Context, conn channel.Connection, in PushInput) ([]levels.DirtyLevel, error) {
	size := in.Size
	if _, planned := conn.Batch(size); planned == channel.OpLevels {
		most, _ := withoutFeed(conn, math.MaxInt32)
		size = max(size, most)
	}
	if in.Ahead {
		return s.Store.Levels.AheadLevels(ctx, in.Account, time.Now(), size)
	}
	return s.Store.Levels.DirtyLevels(ctx, in.Account, size)
}

// EndPush records the end of a push that ended early with a fault.
func (s *Stock) EndPush(ctx context.Context, in EndInput) error {
	return s.endRun(ctx, runs.RunStock, in)
}

// recordAnswer saves the channel's answer to a batch, and what was seen of levels that it did not want to overwrite.
func (s *Stock) recordAnswer(ctx context.Context, rec *record, in PushInput, pushes []levels.Push, seen sighting, answer channel.LevelsAnswer, callErr error) (PushOutput, error) {
	if callErr != nil {
		return s.noAnswer(ctx, rec, in, pushes, callErr)
	}
	if answer.Pending != "" {
		return s.wait(ctx, rec, in, pushes, answer.Pending)
	}
	s.usedUp(rec, pushes, answer)
	pushes, transient, faults := apply(pushes, answer, seen)
	if seen.fault != nil {
		faults = append(faults, seen.fault)
	}
	if err := rec.refused(ctx, faults...); err != nil {
		return PushOutput{}, err
	}
	if transient != nil { // the account was refused, and the rest was not sent
		if err := rec.forbidden(ctx, transient); err != nil {
			return PushOutput{}, err
		}
	}
	counts, err := s.save(ctx, rec, in, pushes)
	if err != nil {
		return PushOutput{}, fmt.Errorf("save outcome of pushed levels: %w", err)
	}
	return s.finish(ctx, rec, in, PushOutput{Fault: transient, Counts: counts})
}

func (s *Stock) save(ctx context.Context, rec *record, in PushInput, pushes []levels.Push) (message.PushCounts, error) {
	if in.Pending != "" {
		return s.Store.Levels.SaveFeed(ctx, in.Account, in.RunID, in.Pending, pushes, rec.calls()...)
	}
	return s.Store.Levels.SavePushes(ctx, in.Account, in.RunID, pushes, rec.calls()...)
}

// apply copies the answer's results into the pushes and returns those that were sent. transient is the first fault that another
// attempt may cure: its levels stay dirty, and the policy decides when to send them again. A level that the channel did not want
// to overwrite waits for a scan of orders instead.
func apply(pushes []levels.Push, answer channel.LevelsAnswer, seen sighting) (sent []levels.Push, transient *channel.Fault, faults []*channel.Fault) {
	results := make(map[string]channel.LevelResult, len(answer.Results))
	for _, r := range answer.Results {
		results[r.SKU] = r
	}
	now := time.Now().UTC()
	for i := range pushes {
		p := &pushes[i]
		r, answered := results[p.ChannelSKU]
		if !answered {
			r.Fault = channel.NewFault(channel.Unknown, string(channel.OpLevels), "the channel's answer does not mention the SKU")
			r.Fault.Ambiguous = true
		}
		if r.Fault != nil && r.Unsent {
			if transient == nil {
				transient = r.Fault
				faults = append(faults, r.Fault)
			}
			continue
		}
		if r.Fault != nil {
			if !r.Shared {
				r.Fault.Hit.SKU = p.ChannelSKU
			}
			r.Fault.Created(p.RequestID) // of a feed, the call that created it
		}
		p.RequestID, p.Fault, p.At = r.RequestID, r.Fault, accepted(*p, r.At, now)
		if p.Stale = r.Stale && r.Fault != nil; p.Stale {
			p.Seen, p.At, p.ScanFrom = seen.of(p.ChannelSKU)
			if requestID, lowered := seen.lowered[p.ChannelSKU]; lowered {
				p.Fault, p.Quantity, p.AckedAt, p.RequestID = nil, p.Seen, now, requestID
				sent = append(sent, *p)
				continue
			}
			if asWanted(*p, p.At) { // nothing was overwritten
				p.Fault, p.Stale, p.AckedAt = nil, false, now
				for i := range p.At {
					p.At[i].AsOf = now // as if it had been accepted: what is sold later has left it
				}
				sent = append(sent, *p)
				continue
			}
		}
		if p.RequestID == "" {
			p.RequestID = answer.RequestID
		}
		if r.Fault == nil {
			p.AckedAt = now
			sent = append(sent, *p)
			continue
		}
		if !slices.Contains(faults, r.Fault) {
			faults = append(faults, r.Fault)
		}
		sent = append(sent, *p)
		if transient == nil && !r.Fault.Permanent() && !p.Stale {
			transient = r.Fault
		}
	}
	return sent, transient, faults
}

// finish plans the next call, and ends the run when there is none. A batch that met a fault is sent again by the caller; after the answer to a feed
// nobody calls again when nothing is left to be sent, as while stock is paused.
func (s *Stock) finish(ctx context.Context, rec *record, in PushInput, out PushOutput) (PushOutput, error) {
	next, err := s.plan(ctx, in.Account, in.Ahead)
	if err != nil {
		return PushOutput{}, err
	}
	out.Next = next
	if next.Dirty > 0 || len(next.Feeds) > 0 || out.Fault != nil && in.Pending == "" {
		return out, nil
	}
	pushed, failed := in.Sofar.Pushed+out.Counts.Pushed+in.Sofar.Superseded+out.Counts.Superseded, in.Sofar.Failed+out.Counts.Failed
	if err := rec.end(ctx, message.Counts{Seen: pushed + failed, Saved: pushed, Errors: failed}); err != nil {
		return PushOutput{}, err
	}
	return out, nil
}

// levelOf returns a level in the form in which the channel is given it.
func levelOf(account string, d levels.DirtyLevel) channel.Level {
	level := channel.Level{SKU: d.ChannelSKU, ListingRef: d.ListingRef, Quantity: d.Quantity, Key: decisionKey(account, d), Call: d.Call}
	for _, l := range d.At {
		level.At = append(level.At, channel.LevelAt{Location: l.Location, Quantity: l.Units})
	}
	return level
}

// decisions is the UUID name space of the decision keys.
var decisions = uuid.MustParse("7d0c3a56-52f2-4b0e-8a0e-5d6c1d3b9a11")

// decisionKey returns a key that is the same for every resend of the same level in the same version, and differs otherwise.
func decisionKey(account string, d levels.DirtyLevel) string {
	name := account + "\x00" + d.ChannelSKU + "\x00" + strconv.FormatInt(d.Version, 10) + "\x00" + strconv.Itoa(d.Quantity)
	for _, l := range d.At {
		name += "\x00" + l.Location + "\x00" + strconv.Itoa(l.Units)
	}
	return uuid.NewSHA1(decisions, []byte(name)).String()
}
