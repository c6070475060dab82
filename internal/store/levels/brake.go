package levels

import (
	"context"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// Brake watches a change that may be a mistake: what the links offer before it, and after. It holds the difference
// where the change would empty a level or multiply it (stock.Brake), and lets go of it again when there are few such
// levels on the account. Nothing of it is seen outside the transaction. Accounts that observe have no brake: nothing
// is sent for them.
type Brake struct {
	*db.Tx
	Part     bool // one of several changes that are judged together, by JudgeHeld
	scope    linkScope
	before   map[LinkName]linkState
	Accounts map[string]bool // with holds that changed
}

// NewBrake is a brake that watches nothing so far. part: its changes are judged together with others, by JudgeHeld.
func NewBrake(t *db.Tx, part bool) *Brake {
	return &Brake{Tx: t, Part: part, Accounts: map[string]bool{}}
}

// Watch reads what the links of a scope offer.
func (b *Brake) Watch(ctx context.Context, scope linkScope) (*Brake, error) {
	b.scope, b.before = scope, map[LinkName]linkState{}
	return b, linkStates(ctx, b.Query, scope.live(), func(l linkState) error {
		b.before[l.LinkName] = l
		return nil
	})
}

// WatchSKUs watches the links of some SKUs.
func WatchSKUs(ctx context.Context, t *db.Tx, skus []string) (*Brake, error) {
	return NewBrake(t, false).Watch(ctx, OfSKUs(skus))
}

// WatchAccounts watches all links of some accounts.
func WatchAccounts(ctx context.Context, t *db.Tx, accounts []string) (*Brake, error) {
	if len(accounts) == 0 {
		return NewBrake(t, false), nil
	}
	return NewBrake(t, false).Watch(ctx, ofAccounts(accounts))
}

// WatchLinks watches one batch of links after the other.
func (b *Brake) WatchLinks(ctx context.Context, names []LinkName) (*Brake, error) {
	return b.Watch(ctx, ofLinks(names))
}

// Settle holds and judges, after the change.
func (b *Brake) Settle(ctx context.Context) error {
	if err := b.Hold(ctx); err != nil {
		return err
	}
	return b.Judge(ctx)
}

// heldRow is what the brake holds of a link.
type heldRow struct {
	Account    string `db:"account"`
	ChannelSKU string `db:"channel_sku"`
	Held       int    `db:"held"`
	HeldCap    int    `db:"held_cap"`
	Holds      bool   `db:"holds"`
}

// Hold compares with what the links offer now, and holds what is risky.
func (b *Brake) Hold(ctx context.Context) error {
	if b.before == nil {
		return nil
	}
	var rows []linkState
	err := linkStates(ctx, b.Query, b.scope.live(), func(now linkState) error {
		var hold stock.Hold
		if was, known := b.before[now.LinkName]; known { // another reference alone is another address, not another level
			hold = stock.Brake(now.listed, was.offer, now.offer, now.hold)
		} else {
			hold = stock.BrakeNew(now.listed, now.offer)
		}
		if hold != now.hold {
			now.hold, now.held = hold, hold != stock.NoHold
			rows = append(rows, now)
			b.Accounts[now.Account] = true
		}
		return nil
	})
	if err != nil || len(rows) == 0 {
		return err
	}
	// What was clean, or dirty for nothing but what is held, is not sent for this change. Where a sale waits to be
	// sent, it goes on waiting, less what is held.
	_, err = b.Exec(ctx, `WITH now AS MATERIALIZED (
			SELECT {{values 1}} FROM {{rows 1}})
		UPDATE links SET held = now.held, held_cap = now.held_cap,
			held_at = CASE WHEN now.holds = 0 THEN 0 WHEN links.held_at > 0 THEN links.held_at ELSE CAST($2 AS BIGINT) END,
			held_judged = CASE WHEN now.holds = 1 AND links.held_at > 0 THEN links.held_judged ELSE 0 END,
			held_version = CASE WHEN now.holds = 0 THEN 0
				WHEN links.clean_version >= links.dirty_version - 1 OR links.held_version >= links.dirty_version - 1
					OR links.failed_version >= links.dirty_version - 1 OR links.clean_version = 0 THEN links.dirty_version
				ELSE links.held_version END
		FROM now WHERE links.account = now.account AND links.channel_sku = now.channel_sku`,
		db.RowsBy(rows, func(l linkState) heldRow { return heldRow{l.Account, l.ChannelSKU, l.hold.Units, l.hold.Cap, l.held} }), b.Tx.Now)
	return err
}

// Judge decides about what the change holds on the accounts whose holds it changed.
func (b *Brake) Judge(ctx context.Context) error {
	if len(b.Accounts) == 0 {
		return nil
	}
	if !b.Part {
		if _, err := b.judgeHeld(ctx, 0); err != nil {
			return err
		}
	}
	return b.SettleHeld(ctx)
}
