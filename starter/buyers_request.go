package starter

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/buyers"
)

// AnswerRequest asks to do what a request of Shopify's about buyers' data says.
type AnswerRequest struct {
	Request buyer.Request
	By      string // who asks
	Reason  string // kept in the log, behind the topic
	Path    string // of a data request: the file to write; it must not exist
}

// RequestAnswered is the result.
type RequestAnswered struct {
	Topic      buyer.Topic       `json:"topic"`
	Shop       string            `json:"shop"`
	Accounts   []string          `json:"accounts"`
	Orders     int               `json:"orders"` // that had a record
	Forgotten  int               `json:"forgotten"`
	File       string            `json:"file,omitempty"`
	Unreadable []UnreadableBuyer `json:"unreadable"` // of a data request: records that can't be read
}

// HeldBuyer is what is held of an order's buyer, as a data request is answered.
type HeldBuyer struct {
	Account   string      `json:"account"`
	OrderID   string      `json:"orderId"`
	Reference string      `json:"reference"`
	PlacedAt  time.Time   `json:"placedAt"`
	Buyer     order.Buyer `json:"buyer"`
}

// requestBatch is how many records are removed in one transaction.
const requestBatch = 500

// AnswerRequest forgets the buyers that a request names, within the shop's accounts, or writes what is held of them to a file, which counts
// as showing. It may be repeated, also after it was interrupted.
func (s *Starter) AnswerRequest(ctx context.Context, a AnswerRequest) (RequestAnswered, error) {
	out := RequestAnswered{Topic: a.Request.Topic, Shop: a.Request.Shop, Accounts: []string{}, Unreadable: []UnreadableBuyer{}}
	data := a.Request.Topic == buyer.DataRequest
	switch {
	case strings.TrimSpace(a.By) == "":
		return out, &UsageError{Problem: "nobody is named who asks: the log must have who saw or removed a buyer"}
	case data != (a.Path != ""):
		return out, &UsageError{Problem: "--out FILE is for " + string(buyer.DataRequest) + ", and needed there"}
	}
	list, err := s.Store.Accounts.List(ctx)
	if err != nil {
		return out, err
	}
	for _, acc := range list {
		if acc.Channel == channel.Shopify && strings.EqualFold(acc.Marketplace, a.Request.Shop) {
			out.Accounts = append(out.Accounts, acc.ID)
		}
	}
	if len(out.Accounts) == 0 {
		return out, &UsageError{Problem: fmt.Sprintf("no account is of the shop %s: `towpath accounts` shows which shops there are", a.Request.Shop)}
	}
	if data {
		err := s.writeHeld(ctx, a, &out)
		return out, err
	}
	for _, account := range out.Accounts {
		if err := s.redact(ctx, account, a, &out); err != nil {
			return out, err
		}
	}
	return out, nil
}

// reason is what the log says of a request; it has nothing of the buyer.
func (a AnswerRequest) reason() string {
	words := "Shopify " + string(a.Request.Topic)
	if a.Request.Number > 0 {
		words += fmt.Sprintf(" %d", a.Request.Number)
	}
	if a.Reason != "" {
		words += ": " + a.Reason
	}
	return words
}

// held returns the next orders that a request is about.
func (s *Starter) held(ctx context.Context, account string, r buyer.Request, limit int) ([]buyers.HeldOrder, error) {
	if r.Topic == buyer.ShopRedact {
		return s.Store.Buyers.HeldOf(ctx, account, limit)
	}
	return s.Store.Buyers.Held(ctx, buyers.Held{Account: account, OrderIDs: r.Orders, Email: r.Email, Phone: r.Phone, Limit: limit})
}

// redact forgets an account's buyers that a request is about.
func (s *Starter) redact(ctx context.Context, account string, a AnswerRequest, out *RequestAnswered) error {
	for {
		list, err := s.held(ctx, account, a.Request, requestBatch)
		if err != nil || len(list) == 0 {
			return err
		}
		done, err := s.forget(ctx, rowsOf(list), a.By, a.reason())
		out.Orders, out.Forgotten = out.Orders+done.Orders, out.Forgotten+done.Forgotten
		if err != nil {
			return err
		}
	}
}

func rowsOf(list []buyers.HeldOrder) []int64 {
	rows := make([]int64, len(list))
	for i, o := range list {
		rows[i] = o.RowID
	}
	return rows
}

// writeHeld writes what is held of a buyer to a file that only its owner can read.
func (s *Starter) writeHeld(ctx context.Context, a AnswerRequest, out *RequestAnswered) error {
	target, err := newTarget(a.Path, nil)
	if err != nil {
		return err
	}
	defer target.drop()
	list := []HeldBuyer{}
	for _, account := range out.Accounts {
		held, err := s.held(ctx, account, a.Request, maxForget)
		if err != nil {
			return err
		}
		found, err := s.showHeld(ctx, held, a, out)
		if err != nil {
			return err
		}
		list = append(list, found...)
	}
	encoder := json.NewEncoder(target)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(map[string][]HeldBuyer{"orders": list}); err != nil {
		return fmt.Errorf("write %s: %w", a.Path, err)
	}
	out.Orders, out.File = len(list), a.Path
	return target.finish()
}

// showHeld returns the buyers of orders, whose log then says who has seen them.
func (s *Starter) showHeld(ctx context.Context, held []buyers.HeldOrder, a AnswerRequest, out *RequestAnswered) ([]HeldBuyer, error) {
	var list []HeldBuyer
	for batch := range slices.Chunk(held, requestBatch) {
		found, unreadable, err := s.Store.Buyers.ShowReadable(ctx, rowsOf(batch), buyers.Act{By: a.By, What: buyers.Shown, Reason: a.reason()})
		if err != nil {
			return nil, err
		}
		for _, o := range batch {
			if why := unreadable[o.RowID]; why != nil {
				out.Unreadable = append(out.Unreadable, UnreadableBuyer{Account: o.Account, OrderID: o.OrderID, Reference: o.Reference, Why: why.Error()})
				continue
			}
			list = append(list, HeldBuyer{Account: o.Account, OrderID: o.OrderID, Reference: o.Reference, PlacedAt: o.PlacedAt, Buyer: found[o.RowID]})
		}
	}
	return list, nil
}
