package starter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.temporal.io/api/serviceerror"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/settings"
)

// What becomes of the packages that were processed while an account observed.
const (
	SendHeld   = "send"   // the channel is told of them now
	ForgetHeld = "forget" // they were told by other means: no call is made for them
)

// GoLiveAsk asks for an account to write to its channel from now on.
type GoLiveAsk struct {
	Account string
	By      string // who asks; must be given
	Accept  bool   // although the diff has much that is risky, or something was never entered
	Held    string // SendHeld or ForgetHeld; needed where packages are held
}

// GoneLive is what going live came to.
type GoneLive struct {
	levels.Diff       // as it was before
	HeldPackages int  `json:"heldPackages"`
	Changed      bool `json:"changed"` // false: it was live already
	Forgotten    int  `json:"forgotten"`
	Told         int  `json:"told"` // packages' workflows that were told to go on
	// Warning is set when it is live, and Temporal could not be told: the sweep will.
	Warning string `json:"warning,omitempty"`
}

// LevelsDiff compares what an account lists with what it would list.
func (s *Starter) LevelsDiff(ctx context.Context, account string, filter levels.DiffFilter) (levels.Diff, error) {
	if filter.Only != "" && !slices.Contains(stock.Differences(), filter.Only) {
		return levels.Diff{}, usagef("%q is no difference: want one of %s", filter.Only, differences())
	}
	d, err := s.Store.Levels.Diff(ctx, account, filter)
	if errors.Is(err, store.ErrBadCursor) {
		return d, usagef("--after %q: want what the list before said", filter.After)
	}
	return d, err
}

func differences() string {
	var list []string
	for _, d := range stock.Differences() {
		list = append(list, string(d))
	}
	return strings.Join(list, ", ")
}

// GoLive lets an observing account send its levels and packages. It is refused, unless that is accepted, where much
// would be emptied or multiplied, and where orders, listings or stock are not there yet. Each step can be repeated:
// who is killed between two of them asks again.
func (s *Starter) GoLive(ctx context.Context, ask GoLiveAsk) (GoneLive, error) {
	acc, err := s.Store.Accounts.Account(ctx, ask.Account)
	if err != nil {
		return GoneLive{}, err
	}
	out := GoneLive{}
	if out.Diff, err = s.LevelsDiff(ctx, ask.Account, levels.DiffFilter{Limit: 1}); err != nil {
		return out, err
	}
	out.Rows, out.After = nil, ""
	if acc.Observing {
		if err := s.mayGoLive(ctx, acc, ask, &out); err != nil {
			return out, err
		}
		if ask.Held == ForgetHeld {
			if out.Forgotten, err = s.forgetHeld(ctx, ask); err != nil {
				return out, err
			}
		}
	}
	if out.Changed, err = s.Store.Settings.GoLive(ctx, ask.Account, settings.Live{By: ask.By}); err != nil {
		return out, err
	}
	if out.Told, err = s.tellHeld(ctx, ask.Account); err != nil {
		out.Warning = "Temporal could not be told (" + err.Error() + "): the next sweep does it."
	}
	return out, nil
}

// mayGoLive says what is missing, all at once.
func (s *Starter) mayGoLive(ctx context.Context, acc accounts.Account, ask GoLiveAsk, out *GoneLive) error {
	held, err := s.Store.Settings.HeldPackages(ctx, acc.ID, 0, maxHeld)
	if err != nil {
		return err
	}
	out.HeldPackages = len(held)
	if ask.Held != "" && ask.Held != SendHeld && ask.Held != ForgetHeld {
		return usagef("--held-packages %q: want %s or %s", ask.Held, SendHeld, ForgetHeld)
	}
	if len(held) > 0 && ask.Held == "" {
		return usagef("%d package(s) were processed while %s observed: say --held-packages send (the channel is told of them now) or --held-packages forget (another tool has told it)",
			len(held), acc.ID)
	}
	if ask.Accept {
		return nil
	}
	why := GoLiveWords(acc, out.Diff).Against()
	if len(why) == 0 {
		return nil
	}
	return &RefusedError{Reason: fmt.Sprintf("%s stays observing: %s. With --accept it goes live all the same", acc.ID, strings.Join(why, "; "))}
}

// maxHeld bounds one look at the held packages.
const maxHeld = 10_000

// forgetHeld settles the held packages one by one, while nothing is sent yet.
func (s *Starter) forgetHeld(ctx context.Context, ask GoLiveAsk) (int, error) {
	n := 0
	for {
		held, err := s.Store.Settings.HeldPackages(ctx, ask.Account, 0, maxHeld)
		if err != nil || len(held) == 0 {
			return n, err
		}
		for _, h := range held {
			if _, err := s.Store.Packages.ForgetPackage(ctx, h.RowID, h.PackageID, ask.By); err != nil {
				return n, fmt.Errorf("forget package %s of order %s: %w", h.PackageID, h.Reference, err)
			}
			n++
		}
	}
}

// tellHeld wakes the push and tells the workflows that wait for the account. The sweep does the same for those that
// nobody told.
func (s *Starter) tellHeld(ctx context.Context, account string) (int, error) {
	parked, err := s.Store.Incidents.ParkedList(ctx, account)
	if err != nil {
		return 0, err
	}
	n, errs := 0, []error{s.WakeStock(ctx, []string{account}), s.wakePublications(ctx, account)}
	for _, p := range parked {
		if p.Fault == nil || p.Fault.Code != incident.CodeObserving {
			continue
		}
		err := s.Retry(ctx, p.WorkflowID)
		var gone *serviceerror.NotFound
		if errors.As(err, &gone) { // it was ended by hand: nothing is left to tell
			err = s.Store.Incidents.Unpark(ctx, p.WorkflowID)
		}
		if err == nil {
			n++
		}
		errs = append(errs, err)
	}
	return n, errors.Join(errs...)
}

// Observe takes an account back to observing: nothing is sent to its channel from now on. What a call has under way
// is finished.
func (s *Starter) Observe(ctx context.Context, account string) (changed bool, err error) {
	return s.Store.Settings.Observe(ctx, account)
}

// ReleaseLevels sends what the brake holds on an account: of some channel SKUs, or of all. warning is set when the
// push could not be woken: the sweep will.
func (s *Starter) ReleaseLevels(ctx context.Context, account string, channelSKUs []string) (released int, warning string, err error) {
	released, err = s.Store.Levels.ReleaseHeld(ctx, account, channelSKUs)
	if err != nil || released == 0 {
		return released, "", err
	}
	if err := s.WakeStock(ctx, []string{account}); err != nil {
		return released, "Temporal can't be reached: the levels are pushed by the next sweep.", nil
	}
	return released, "", nil
}
