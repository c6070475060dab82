package platform

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/remedy"
)

// trialPatience limits the harmless calls before an account is resumed.
const trialPatience = 30 * time.Second

// TestAccount asks an account's channel with harmless calls whether it accepts the account again; with kinds of work, also whether it allows these, as far as a
// call can tell. The channel's own texts are saved in the store; the error has the fault and its remedy.
func (p *Platform) TestAccount(ctx context.Context, id string, works ...account.Work) error {
	conn, err := p.Connection(ctx, id)
	if err != nil {
		return err
	}
	asking, cancel := context.WithTimeout(ctx, trialPatience)
	defer cancel()
	if err = conn.Test(asking); err != nil {
		return p.notAccepted(ctx, id, channel.AsFault(err, "test"))
	}
	if len(works) == 0 {
		return nil
	}
	for _, c := range conn.Checks(asking) {
		if c.Fault != nil && slices.ContainsFunc(works, func(w account.Work) bool { return concerns(c.Capability, w) }) {
			return p.notAccepted(ctx, id, c.Fault)
		}
	}
	return nil
}

// concerns reports whether a capability of channel.Check is needed for a kind of work. Which words say so, the adapters decide; a test holds them to it.
func concerns(capability string, w account.Work) bool {
	words := map[account.Work][]string{
		account.Orders: {"orders"}, account.Stock: {"stock", "inventory"}, account.Shipments: {"ship"}, account.Listings: {"listings", "publish", "categories", "products"},
	}
	return slices.ContainsFunc(words[w], func(word string) bool { return strings.Contains(capability, word) })
}

// notAccepted keeps the channel's words and returns what is wrong, with what to do.
func (p *Platform) notAccepted(ctx context.Context, id string, f *channel.Fault) error {
	ctx = context.WithoutCancel(ctx)
	if err := p.Store.Runs.SaveFaults(ctx, id, []*channel.Fault{f}); err != nil {
		return fmt.Errorf("the channel does not accept %s: %s; its own text could not be saved: %w", id, f.Text(), err)
	}
	acc, _ := p.Store.Accounts.Account(ctx, id) // only the accounts file may know it yet
	var lines []string
	if r := p.Starter.Advice(ctx, f, acc.Channel, remedy.Names{Account: id}); r != nil {
		lines = r.Lines()
	}
	return fmt.Errorf("the channel does not accept %s: %s\n%s", id, f.Text(), strings.Join(lines, "\n"))
}
