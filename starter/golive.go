package starter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/wording"
)

// What to do with the packages that were processed while an account observed.
const (
	SendHeld   = "send"   // send them to the channel now
	ForgetHeld = "forget" // the channel got them in another way: no call is made
)

// GoLiveAsk is a request to let an account write to its channel.
type GoLiveAsk struct {
	Account string
	By      string // who asks; must be given
	Accept  bool   // go live in spite of many risky differences or missing data
	Held    string // SendHeld or ForgetHeld; needed where packages are held
}

// GoneLive is the result of going live.
type GoneLive struct {
	levels.Diff       // as it was before
	HeldPackages int  `json:"heldPackages"`
	Changed      bool `json:"changed"` // false: it was live already
	Forgotten    int  `json:"forgotten"`
	Resumed      int  `json:"resumed"` // workflows of packages that were signalled to continue
	// Warning is set when the account is live but Temporal could not be reached; the sweep does the rest.
	Warning string `json:"warning,omitempty"`
}

// LevelsDiff compares what an account lists with what it would list.
func (s *Starter) LevelsDiff(ctx context.Context, account string, filter levels.DiffFilter) (levels.Diff, error) {
	if filter.Only != "" && !slices.Contains(stock.Differences(), filter.Only) {
		return levels.Diff{}, usagef("--only %q: want one of %s", filter.Only, differences())
	}
	d, err := s.Store.Levels.Diff(ctx, account, filter)
	if errors.Is(err, store.ErrBadCursor) {
		return d, usagef("--after %q: want the value shown at the end of a list", filter.After)
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

// GoLive lets an observing account send its levels and packages. Unless ask.Accept is set, it is refused when many listings would
// change to zero or to a multiple, or when orders, listings or stock are missing. It can be repeated after a crash.
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
	if out.Resumed, err = s.signalHeld(ctx, ask.Account); err != nil {
		out.Warning = "Temporal did not answer (" + err.Error() + "): the next sweep does it."
	}
	return out, nil
}

// mayGoLive returns an error with everything that is missing.
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
		return usagef("%s processed while %s observed: choose --held-packages send (Towpath sends them to the channel now) or --held-packages forget (another tool has sent them)",
			wording.Count(len(held), "package was", "packages were"), acc.ID)
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

// maxHeld limits how many held packages are read.
const maxHeld = 10_000

// forgetHeld marks the held packages as sent in another way, before anything is sent.
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

// signalHeld wakes the push and signals the workflows that wait for the account. The sweep repeats signals that are lost.
func (s *Starter) signalHeld(ctx context.Context, account string) (int, error) {
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
		if err == nil {
			n++
		}
		errs = append(errs, err)
	}
	return n, errors.Join(errs...)
}

// Observe sets an account back to observing: from now on nothing is sent to its channel, except calls already in progress.
func (s *Starter) Observe(ctx context.Context, account string) (changed bool, err error) {
	return s.Store.Settings.Observe(ctx, account)
}

// ReleaseLevels sends what the brake holds on an account, for some channel SKUs or for all. warning is set when the push could
// not be woken; the sweep wakes it.
func (s *Starter) ReleaseLevels(ctx context.Context, account string, channelSKUs []string) (released int, warning string, err error) {
	released, err = s.Store.Levels.ReleaseHeld(ctx, account, channelSKUs)
	if err != nil || released == 0 {
		return released, "", err
	}
	return released, s.wakeOrWarn(ctx, []string{account}), nil
}

// RestoreField makes a field of an account's listings Towpath's again: of some channel SKUs, left to another tool or not, or of all that somebody else
// sets, but not of what is left. Levels are sent once more, and corrected again from then on; everything else is sent by the next publication of what has
// changed. warning is set when the push could not be woken; the sweep wakes it.
func (s *Starter) RestoreField(ctx context.Context, account string, field listing.Field, channelSKUs []string) (restored int, warning string, err error) {
	restored, err = s.Store.Levels.Restore(ctx, account, field, channelSKUs)
	return s.restored(ctx, account, field, restored, err)
}

// RestoreLeft is RestoreField for all of an account that is left to another tool.
func (s *Starter) RestoreLeft(ctx context.Context, account string, field listing.Field) (restored int, warning string, err error) {
	restored, err = s.Store.Levels.RestoreLeft(ctx, account, field)
	return s.restored(ctx, account, field, restored, err)
}

// restored wakes the account's push when levels are Towpath's again.
func (s *Starter) restored(ctx context.Context, account string, field listing.Field, restored int, err error) (int, string, error) {
	if err != nil || restored == 0 || field != listing.FieldLevel {
		return restored, "", err
	}
	return restored, s.wakeOrWarn(ctx, []string{account}), nil
}

// LeaveField leaves a level or a price of an account's listings to another tool, until RestoreField: of some channel SKUs, or of all that somebody else
// sets by now. It returns the channel SKUs that were not left before. Levels that are struck off are refused, and nothing is done.
func (s *Starter) LeaveField(ctx context.Context, account string, field listing.Field, channelSKUs []string, by string) ([]string, error) {
	left, err := s.Store.Levels.Leave(ctx, account, field, channelSKUs, by)
	var off *levels.StruckOffError
	if errors.As(err, &off) {
		return nil, usagef("struck off %s: %s. That stays at 0 and can't be left to another tool, unless you end it first: `towpath links put-back --account %s %s`",
			account, strings.Join(off.ChannelSKUs, ", "), account, strings.Join(off.ChannelSKUs, " "))
	}
	return left, err
}
