package starter

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/runs"
)

// FaultShown is a fault with what to do about it.
type FaultShown struct {
	runs.FaultRow
	Channel channel.Kind   `json:"channel,omitempty"` // empty: the account is not known any more
	Remedy  *remedy.Remedy `json:"remedy,omitempty"`
}

// Faults lists faults of an account, or (empty) of all, the newest first.
func (s *Starter) Faults(ctx context.Context, f runs.FaultFilter) ([]FaultShown, error) {
	list, err := s.Store.Accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	var out []FaultShown
	for _, a := range list {
		if f.Account != "" && a.ID != f.Account {
			continue
		}
		one := f
		one.Account = a.ID
		found, err := s.Store.Runs.Faults(ctx, one)
		if err != nil {
			return nil, err
		}
		shown, err := s.faultsShown(ctx, found, a.Channel)
		if err != nil {
			return nil, err
		}
		out = append(out, shown...)
	}
	slices.SortFunc(out, func(a, b FaultShown) int { return cmp.Or(b.At.Compare(a.At), strings.Compare(b.ID, a.ID)) })
	return out[:min(len(out), f.Limit)], nil
}

// Fault returns one fault; store.ErrNotFound when there is none with the id.
func (s *Starter) Fault(ctx context.Context, id string) (FaultShown, error) {
	row, err := s.Store.Runs.Fault(ctx, id)
	if err != nil {
		return FaultShown{}, err
	}
	list, err := s.Store.Accounts.List(ctx)
	if err != nil {
		return FaultShown{}, err
	}
	kind := channel.Kind("")
	if i := slices.IndexFunc(list, func(a accounts.Account) bool { return a.ID == row.Account }); i >= 0 {
		kind = list[i].Channel
	}
	shown, err := s.faultsShown(ctx, []runs.FaultRow{row}, kind)
	if err != nil {
		return FaultShown{}, err
	}
	return shown[0], nil
}

// faultsShown adds to faults of one account what to do: of those that have parked something, what is said of it where it waits.
func (s *Starter) faultsShown(ctx context.Context, rows []runs.FaultRow, kind channel.Kind) ([]FaultShown, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	list, err := s.Store.Incidents.ParkedList(ctx, rows[0].Account)
	if err != nil {
		return nil, err
	}
	parked := make(map[string]incidents.Parked, len(list))
	for _, p := range list {
		if p.Fault != nil {
			parked[p.Fault.ID] = p
		}
	}
	out := make([]FaultShown, len(rows))
	for i, row := range rows {
		names := remedy.Names{Account: row.Account, Reference: cmp.Or(row.Reference, row.Order)}
		p, waits := parked[row.ID]
		if waits {
			names.Reference = p.Reference
		}
		out[i] = FaultShown{FaultRow: row, Channel: kind, Remedy: s.adviceOf(row, kind, names)}
		if waits {
			*out[i].Remedy = asParked(*out[i].Remedy, p)
		}
	}
	return out, nil
}

// Hit says what the fault hit, e.g. "order 1001, package P1"; empty: no single thing.
func (f FaultShown) Hit() string {
	var parts []string
	for _, part := range []struct{ name, is string }{{"order", cmp.Or(f.Reference, f.Order)}, {"package", f.PackageID}, {"SKU", f.SKU}, {"run", f.RunID}} {
		if part.is != "" {
			parts = append(parts, fmt.Sprintf("%s %s", part.name, part.is))
		}
	}
	return strings.Join(parts, ", ")
}

// RequestIDs returns the calls that made the fault, by which the channel's support finds them.
func (f FaultShown) RequestIDs() []channel.CallID {
	if len(f.Calls) == 0 && f.RequestID != "" {
		return []channel.CallID{{Operation: f.Operation, RequestID: f.RequestID}}
	}
	return f.Calls
}
