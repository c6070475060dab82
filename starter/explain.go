package starter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/explain"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/orders"
)

// OrderReader reads one order from an account's channel.
type OrderReader interface {
	// ReadOrder makes one call and returns the order with the channel's id of that call. Errors are a *channel.Fault or a
	// *channel.OrderError of the call, and others that say why the account can't be called from this process.
	ReadOrder(ctx context.Context, account message.Account, orderID string, rowID int64) (order.Snapshot, string, error)
}

// Explained is why an order is, or is not, where somebody looks for it: on each account that has it, or on which it may be.
type Explained struct {
	Reference    string                `json:"reference"`
	At           time.Time             `json:"at"`
	Explanations []explain.Explanation `json:"explanations"` // never empty
	Unexplained  []string              `json:"unexplained,omitempty"`
}

// Limits of one explanation.
const (
	mostExplained = 10  // orders, or accounts on which one may be
	longestName   = 200 // of a reference, in bytes
)

// Explain explains an order by its reference or channel order id: on one account or, if account is empty, on every account that has it. One
// that no account has is looked for on those whose order ids look like it. Each account's channel is asked once.
func (s *Starter) Explain(ctx context.Context, reference, account string, channels OrderReader) (Explained, error) {
	out := Explained{Reference: reference, At: time.Now().UTC()}
	switch {
	case strings.TrimSpace(reference) == "":
		return out, &UsageError{Problem: "no order is given: give its full reference or channel order id, as the channel shows it"}
	case len(reference) > longestName:
		return out, &UsageError{Problem: fmt.Sprintf("the reference has %d characters, at most %d are looked for: give one order's", len(reference), longestName)}
	}
	subjects, err := s.subjects(ctx, &out, account)
	if err != nil {
		return out, err
	}
	out.Explanations = make([]explain.Explanation, len(subjects))
	var g errgroup.Group
	g.SetLimit(deliveries)
	for i, sub := range subjects {
		g.Go(func() (err error) {
			out.Explanations[i], err = s.explainOne(ctx, sub, out.At, channels)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return out, fmt.Errorf("explain order %s: %w", reference, err)
	}
	explain.Sort(out.Explanations)
	return out, nil
}

// subject is an order that is explained, on one account.
type subject struct {
	reference string
	account   accounts.Account
	row       *orders.OrderRow // nil: it is not saved
	elsewhere []explain.Place
	sites     []string // of the other accounts that are shown the same orders
}

// subjects returns what is to be explained: the orders with the reference, or the accounts on which it may be.
func (s *Starter) subjects(ctx context.Context, out *Explained, account string) ([]subject, error) {
	all, err := s.Store.Accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	if account != "" && !slices.ContainsFunc(all, func(a accounts.Account) bool { return a.ID == account }) {
		return nil, &UsageError{Problem: fmt.Sprintf("there is no account %q: `towpath accounts` lists them", account)}
	}
	if len(all) == 0 {
		return nil, &UsageError{Problem: "there is no account yet: write one into the accounts file and start a worker"}
	}
	rows, err := s.Store.Orders.Named(ctx, "", explain.Names(out.Reference), mostExplained+1)
	if err != nil {
		return nil, err
	}
	var list []subject
	for i := range rows {
		k := rows[i].Key
		if account == "" || k.Account.ID == account {
			list = append(list, subject{reference: out.Reference, account: accountNamed(all, k.Account.ID), row: &rows[i], elsewhere: elsewhere(rows, k)})
		}
	}
	if len(list) == 0 {
		candidates := explain.Candidates(all, out.Reference)
		if account != "" {
			candidates = []accounts.Account{accountNamed(all, account)}
		}
		for _, a := range candidates {
			list = append(list, subject{reference: out.Reference, account: a, elsewhere: elsewhere(rows, message.OrderKey{})})
		}
	}
	for i := range list {
		list[i].sites = otherSites(all, list[i].account)
	}
	for len(list) > mostExplained {
		last := list[len(list)-1]
		out.Unexplained, list = append(out.Unexplained, last.account.ID), list[:len(list)-1]
	}
	return list, nil
}

func accountNamed(all []accounts.Account, id string) accounts.Account {
	return all[slices.IndexFunc(all, func(a accounts.Account) bool { return a.ID == id })]
}

// otherSites returns the sites of the other accounts that are shown an account's orders: those of its seller. A page that is saved reads
// the same (orders.SavePage).
func otherSites(all []accounts.Account, of accounts.Account) []string {
	var out []string
	for _, a := range all {
		if a.ID != of.ID && a.Channel == of.Channel && a.Endpoint == of.Endpoint && a.Seller == of.Seller && a.Enabled && a.Marketplace != "" {
			out = append(out, a.Marketplace)
		}
	}
	return out
}

// elsewhere returns where orders of a list are, apart from one of them.
func elsewhere(rows []orders.OrderRow, but message.OrderKey) []explain.Place {
	var out []explain.Place
	for _, r := range rows {
		if r.Key.RowID != but.RowID {
			out = append(out, explain.Place{Account: r.Key.Account.ID, OrderID: r.Key.OrderID, State: r.State})
		}
	}
	return out
}

// explainOne gathers the evidence of one order, from the store and from its channel, and has it judged.
func (s *Starter) explainOne(ctx context.Context, sub subject, now time.Time, channels OrderReader) (explain.Explanation, error) {
	e := explain.Evidence{Reference: sub.reference, Now: now, Account: sub.account, Elsewhere: sub.elsewhere}
	var answer explain.Answer
	var g errgroup.Group
	g.Go(func() error {
		answer = s.askChannel(ctx, sub, now, channels)
		return nil
	})
	err := s.gather(ctx, sub, &e)
	if err := errors.Join(err, g.Wait()); err != nil {
		return explain.Explanation{}, err
	}
	e.Channel = answer
	x := explain.Explain(e)
	if sub.row != nil {
		x.RowID = sub.row.Key.RowID
	}
	return x, nil
}
