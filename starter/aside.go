package starter

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/aside"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
)

// AsideOrder is an order that is set aside, with what to do about it.
type AsideOrder struct {
	aside.Order
	Name   string         `json:"name"` // the order's id, or what stands for it
	Remedy *remedy.Remedy `json:"remedy,omitempty"`
}

// AsideOrders lists orders that are set aside, the longest waiting first, with what to do about each. Nothing of what the channel sent
// is in it: that names buyers.
func (s *Starter) AsideOrders(ctx context.Context, f aside.Filter) ([]AsideOrder, error) {
	list, err := s.Store.Aside.List(ctx, f)
	if err != nil {
		return nil, err
	}
	out := make([]AsideOrder, len(list))
	for i, o := range list {
		out[i] = AsideOrder{Order: o, Name: o.Name()}
		if o.Fault != nil {
			out[i].Remedy = s.AdviceFor(o.Fault, o.Words, o.Channel, remedy.Names{Account: o.Account, Reference: o.Name()})
		}
	}
	return out, nil
}

// AsideOf returns the newer version of a saved order that is set aside because it can't be read; nil when there is none.
func (s *Starter) AsideOf(ctx context.Context, key message.OrderKey) (*AsideOrder, error) {
	list, err := s.AsideOrders(ctx, aside.Filter{Account: key.Account.ID, OrderID: key.OrderID, Limit: 1})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// AsideRetry is the result of trying the orders of one account again.
type AsideRetry struct {
	Account string    `json:"account"`
	Orders  []string  `json:"orders"`            // that are tried
	Skipped string    `json:"skipped,omitempty"` // why no scan was started; the next one tries them
	Run     *runs.Run `json:"run,omitempty"`     // the scan, if it was waited for
	Left    []string  `json:"left,omitempty"`    // after it, still set aside
}

// maxAside limits the orders of one request.
const maxAside = 1000

// RetryAside tries orders again that are set aside: one by its id or name, or (empty) all of an account, or of every account. The next
// order scan does it, which is started now. With wait it returns when it has ended. A *UsageError means that no such order is set aside.
func (s *Starter) RetryAside(ctx context.Context, ref, account string, wait bool) ([]AsideRetry, error) {
	list, err := s.findAside(ctx, ref, account)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 && ref != "" {
		return nil, &UsageError{Problem: fmt.Sprintf("no order %q is set aside: `towpath orders aside list` lists them", ref)}
	}
	var out []AsideRetry
	ids := make([]int64, len(list))
	for i, o := range list {
		ids[i] = o.ID
		if n := len(out); n == 0 || out[n-1].Account != o.Account {
			out = append(out, AsideRetry{Account: o.Account})
		}
		last := &out[len(out)-1]
		last.Orders = append(last.Orders, o.Name())
	}
	if _, err := s.Store.Aside.Ask(ctx, ids); err != nil {
		return nil, err
	}
	for i := range out {
		if err := s.scanAside(ctx, &out[i], wait); err != nil {
			return out, err
		}
	}
	return out, nil
}

// scanAside starts the scan that tries an account's orders, and with wait reads what is left of them.
func (s *Starter) scanAside(ctx context.Context, r *AsideRetry, wait bool) error {
	acc, err := s.Store.Accounts.Account(ctx, r.Account)
	if err != nil {
		return fmt.Errorf("read account %s: %w", r.Account, err)
	}
	if !acc.Runs() {
		r.Skipped = "the account is paused or switched off"
		return nil
	}
	if r.Run, err = s.SyncOrders(ctx, r.Account, wait); err != nil || !wait {
		return err
	}
	for _, name := range r.Orders {
		list, err := s.findAside(ctx, name, r.Account)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			r.Left = append(r.Left, name)
		}
	}
	return nil
}

// findAside returns orders that are set aside, sorted by account: one by its id, its name, or the reference that an earlier version of it
// was saved with; or (empty) all.
func (s *Starter) findAside(ctx context.Context, ref, account string) ([]aside.Order, error) {
	f := aside.Filter{Account: account, OrderID: ref, Limit: maxAside}
	if n, isNumber := strings.CutPrefix(ref, aside.NoIDPrefix); isNumber {
		if id, err := strconv.ParseInt(n, 10, 64); err == nil {
			f.OrderID, f.ID = "", id
		}
	}
	list, err := s.Store.Aside.List(ctx, f)
	if err != nil || len(list) > 0 || ref == "" {
		return byAccount(list), err
	}
	rows, err := s.Store.Orders.Find(ctx, orders.OrderFilter{Account: account, Reference: ref, Limit: 10})
	if err != nil {
		return nil, fmt.Errorf("find order %s: %w", ref, err)
	}
	for _, row := range rows {
		more, err := s.Store.Aside.List(ctx, aside.Filter{Account: row.Key.Account.ID, OrderID: row.Key.OrderID, Limit: maxAside})
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return byAccount(list), nil
}

// byAccount sorts orders by their account.
func byAccount(list []aside.Order) []aside.Order {
	slices.SortStableFunc(list, func(a, b aside.Order) int { return cmp.Compare(a.Account, b.Account) })
	return list
}

// forgetAside removes what is kept of orders that are set aside, and returns how many there were.
func (s *Starter) forgetAside(ctx context.Context, list []aside.Order) (int, error) {
	ids := make([]int64, len(list))
	for i, o := range list {
		ids[i] = o.ID
	}
	return s.Store.Aside.Forget(ctx, ids)
}

// ForgetAside removes what is kept of an order that is set aside, and its key. It returns how many there were: 0 if none is set aside.
func (s *Starter) ForgetAside(ctx context.Context, ref, account string) (int, error) {
	if strings.TrimSpace(ref) == "" {
		return 0, nil
	}
	list, err := s.findAside(ctx, ref, account)
	if err != nil {
		return 0, err
	}
	return s.forgetAside(ctx, list)
}

// forgetAsideWith removes what is kept of orders that are set aside and have an e-mail address in them. No hash finds it, so each is
// opened; there are few.
func (s *Starter) forgetAsideWith(ctx context.Context, email string) (int, error) {
	n, after := 0, int64(0)
	var unopened []error // the others are looked through all the same
	for {
		list, err := s.Store.Aside.List(ctx, aside.Filter{After: after, Limit: openAtOnce})
		if err != nil || len(list) == 0 {
			return n, errors.Join(append(unopened, err)...)
		}
		ids := make([]int64, len(list))
		for i, o := range list {
			ids[i] = o.ID
		}
		after = ids[len(ids)-1]
		bodies, err := s.Store.Aside.Open(ctx, ids)
		unopened = append(unopened, err)
		var named []int64
		for id, body := range bodies {
			if bytes.Contains(bytes.ToLower(body), []byte(strings.ToLower(strings.TrimSpace(email)))) {
				named = append(named, id)
			}
		}
		k, err := s.Store.Aside.Forget(ctx, named)
		if n += k; err != nil {
			return n, err
		}
	}
}

// openAtOnce limits how many orders are in memory at once.
const openAtOnce = 50

// AsideText says of an order that is set aside what happens next.
func AsideText(o aside.Order) string {
	switch {
	case o.Asked:
		return "asked for: the next scan tries it"
	case o.Unfinished:
		return "a further call for it failed: each scan tries again"
	case o.Fault != nil && o.Fault.Class == channel.Unknown && !o.Kept && o.OrderID == "":
		return "nothing of it is kept: it comes again when the channel changes it"
	}
	return "tried again when you ask, after an upgrade, and when the channel changes it"
}
