package starter

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// ShipmentsAsk says which of the parked packages are to be sent again. Zero fields do not limit.
type ShipmentsAsk struct {
	Account string
	Code    string   // of the fault that parked them
	Chosen  []string // their workflow ids
	Sample  int      // only so many, those that wait longest
}

// ShipmentOutcome is what became of a package that is sent again.
type ShipmentOutcome string

// The outcomes.
const (
	ShipmentSending   ShipmentOutcome = "sending"    // it is on its way, or waits for its next attempt
	ShipmentPrepared  ShipmentOutcome = "prepared"   // the channel has it
	ShipmentParked    ShipmentOutcome = "parked"     // it failed again and waits for a person
	ShipmentNotAsked  ShipmentOutcome = "not-asked"  // Temporal did not take the retry: it waits as before
	ShipmentNotNeeded ShipmentOutcome = "not-needed" // all of it was cancelled meanwhile
)

// SyncedShipment is a package that was parked, and what became of it.
type SyncedShipment struct {
	RunID      string          `json:"runId"` // of the run of its account that sends it again
	Account    string          `json:"account"`
	Reference  string          `json:"reference"`
	Package    string          `json:"package"`
	WorkflowID string          `json:"workflowId"`
	Outcome    ShipmentOutcome `json:"outcome"`
	Problem    string          `json:"problem,omitempty"` // why it was not asked
	Fault      *channel.Fault  `json:"fault,omitempty"`   // of one that is parked: the last one

	row   int64
	since time.Time // parked since
}

// SyncShipments lets parked packages be sent again, all or those that the ask chooses, the longest waiting first: "synchronize my shipments". Nobody else's
// package is touched, and what is not parked is not asked. FollowShipments tells what became of them. Each account has a run of it.
func (s *Starter) SyncShipments(ctx context.Context, ask ShipmentsAsk) ([]SyncedShipment, error) {
	parked, err := s.Store.Incidents.ParkedList(ctx, ask.Account)
	if err != nil {
		return nil, err
	}
	parked = slices.DeleteFunc(parked, func(p incidents.Parked) bool { return !ask.wants(p) })
	if ask.Sample > 0 {
		parked = parked[:min(ask.Sample, len(parked))]
	}
	return s.askShipments(ctx, parked)
}

// askShipments lets what is parked try again, and returns which of it was asked.
func (s *Starter) askShipments(ctx context.Context, parked []incidents.Parked) ([]SyncedShipment, error) {
	out := make([]SyncedShipment, len(parked))
	runOf, err := s.startSyncs(ctx, parked)
	if err != nil {
		return nil, err
	}
	var g errgroup.Group
	g.SetLimit(deliveries)
	for i, p := range parked {
		out[i] = SyncedShipment{RunID: runOf[p.Account], Account: p.Account, Reference: p.Reference, Package: p.Package, WorkflowID: p.WorkflowID, Outcome: ShipmentSending,
			Fault: p.Fault, row: p.OrderRow, since: p.Since}
		g.Go(func() error {
			if err := s.RetryPackage(ctx, p); err != nil {
				out[i].Outcome, out[i].Problem = ShipmentNotAsked, err.Error()
			}
			return nil
		})
	}
	_ = g.Wait()
	return out, nil
}

// startSyncs records a run per account for parked packages that are sent again, and returns their ids. Cancellations are in none.
func (s *Starter) startSyncs(ctx context.Context, parked []incidents.Parked) (map[string]string, error) {
	runOf, of := map[string]string{}, map[string][]packages.Synced{}
	endpoints := map[string]channel.Endpoint{}
	for _, p := range parked {
		if p.Package == "" {
			continue
		}
		of[p.Account] = append(of[p.Account], packages.Synced{OrderRow: p.OrderRow, PackageID: p.Package, Reference: p.Reference, Since: p.Since})
		endpoints[p.Account] = p.Endpoint
	}
	for account, list := range of {
		run := runs.Run{ID: uuid.NewString(), Kind: runs.RunShipments, Account: account, Endpoint: endpoints[account], StartedAt: time.Now().UTC()}
		if err := s.Store.Packages.StartSync(ctx, run, list); err != nil {
			return nil, err
		}
		runOf[account] = run.ID
	}
	return runOf, nil
}

// wants reports whether a parked entry is a package that is asked for. Those that are held until their account goes live are not.
func (a ShipmentsAsk) wants(p incidents.Parked) bool {
	switch {
	case p.Package == "", HeldUntilLive(p),
		a.Code != "" && (p.Fault == nil || !strings.EqualFold(p.Fault.Code, a.Code)),
		a.Chosen != nil && !slices.Contains(a.Chosen, p.WorkflowID):
		return false
	}
	return true
}

// followEvery is how often the store is asked what became of shipments.
const followEvery = 500 * time.Millisecond

// FollowShipments waits until each shipment has reached the channel or is parked again, and notes it in the list; tell is told how many are done. It ends
// with the context, and the others are on their way then.
func (s *Starter) FollowShipments(ctx context.Context, list []SyncedShipment, tell func(done, all int)) error {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		done, err := s.noteShipments(ctx, list)
		if err != nil {
			return err
		}
		if tell(done, len(list)); done == len(list) {
			return s.Store.Packages.SettleSyncs(ctx)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// noteShipments notes what became of those that are on their way, and returns how many are not.
func (s *Starter) noteShipments(ctx context.Context, list []SyncedShipment) (done int, err error) {
	parked, err := s.Store.Incidents.ParkedList(ctx, "")
	if err != nil {
		return 0, err
	}
	waiting := map[string]incidents.Parked{}
	for _, p := range parked {
		waiting[p.WorkflowID+" "+p.Package] = p
	}
	var rows []int64
	for _, one := range list {
		if one.Outcome == ShipmentSending && !slices.Contains(rows, one.row) {
			rows = append(rows, one.row)
		}
	}
	states, err := s.Store.Packages.States(ctx, rows)
	if err != nil {
		return 0, fmt.Errorf("look what became of the packages: %w", err)
	}
	for i := range list {
		one := &list[i]
		if one.Outcome == ShipmentSending {
			now, parks := waiting[one.WorkflowID+" "+one.Package]
			one.note(states[one.row][one.Package], now, parks)
		}
		if one.Outcome != ShipmentSending {
			done++
		}
	}
	return done, nil
}

// note notes what became of the package: now is what is parked of it, if it is.
func (s *SyncedShipment) note(state shipment.State, now incidents.Parked, parked bool) {
	switch {
	case parked && now.Since.After(s.since):
		s.Outcome, s.Fault = ShipmentParked, now.Fault
	case parked:
	case state == shipment.Confirmed:
		s.Outcome, s.Fault = ShipmentPrepared, nil
	case state == shipment.Voided || state == "":
		s.Outcome, s.Fault = ShipmentNotNeeded, nil
	}
}

// Words says what became of the package.
func (s SyncedShipment) Words() string {
	switch s.Outcome {
	case ShipmentPrepared:
		return shipment.Prepared.Text() + ": the channel has it"
	case ShipmentParked:
		return shipment.RequiresSync.Text() + " again: " + s.Fault.Brief()
	case ShipmentNotAsked:
		return "not asked, it waits as before: " + s.Problem
	case ShipmentNotNeeded:
		return "nothing of it is to be sent any more"
	case ShipmentSending:
	}
	return shipment.FulfillmentPending.Text() + ": on its way"
}

// Tone returns the tone of what became of the package.
func (s SyncedShipment) Tone() wording.Tone {
	switch s.Outcome {
	case ShipmentPrepared, ShipmentNotNeeded:
		return wording.Good
	case ShipmentParked, ShipmentNotAsked:
		return wording.Bad
	case ShipmentSending:
	}
	return wording.Busy
}
