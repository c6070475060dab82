package levels

import (
	"context"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// Brake watches a change that may be a mistake: it compares what links offer before and after. It holds the difference where the
// change would set a level to zero or to a multiple (stock.Brake), and releases it when the account has few such levels. All of
// this happens in the transaction. Accounts that observe have no brake, because nothing is sent for them.
type Brake struct {
	*db.Tx
	Part     bool // one of several changes that DecideHeld decides about together
	scope    linkScope
	before   map[LinkName]linkState
	Accounts map[string]bool // with holds that changed
}

// NewBrake is a brake that watches nothing so far. part: DecideHeld decides about its changes together with others.
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

// WatchNewLinks watches links that are not there yet, so that there is nothing to read.
func (b *Brake) WatchNewLinks(names []LinkName) *Brake {
	b.scope, b.before = ofLinks(names), map[LinkName]linkState{}
	return b
}

// Apply holds and releases levels after the change.
func (b *Brake) Apply(ctx context.Context) error {
	if err := b.Hold(ctx); err != nil {
		return err
	}
	return b.Decide(ctx)
}

// heldRow has the units that the brake holds for a link, with the version of the level that they were decided for.
type heldRow struct {
	LinkName
	Held        int   `db:"held"`
	HeldCap     int   `db:"held_cap"`
	Version     int64 `db:"version"`
	HeldVersion int64 `db:"held_version"`
	HeldAt      int64 `db:"held_at"`
	HoldDecided bool  `db:"held_decided"`
}

// Hold compares with what the links offer now, and holds risky differences.
func (b *Brake) Hold(ctx context.Context) error {
	if b.before == nil {
		return nil
	}
	var rows []heldRow
	err := linkStates(ctx, b.Query, b.scope.live(), func(now linkState) error {
		var before *stock.Offer
		if was, known := b.before[now.LinkName]; known { // another reference alone is another address, not another level
			before = &was.offer
		}
		if hold := stock.Braked(now.listed, before, now.offer, now.hold); hold != now.hold {
			t := now.track
			t.Hold(hold, b.Now)
			rows = append(rows, heldRow{now.LinkName, hold.Units, hold.Cap, t.Dirty, t.Held, t.HeldAt, t.HoldDecided})
			b.Accounts[now.Account] = true
		}
		return nil
	})
	if err != nil || len(rows) == 0 {
		return err
	}
	return b.ExecAll(ctx, len(rows), `WITH now AS MATERIALIZED (
			SELECT {{values 1}} FROM {{rows 1}})
		UPDATE links SET held = now.held, held_cap = now.held_cap, held_version = now.held_version, held_at = now.held_at, held_decided = now.held_decided
		FROM now WHERE links.account = now.account AND links.channel_sku = now.channel_sku AND links.dirty_version = now.version`, db.RowsOf(rows))
}

// Decide decides which of the changed holds stay, account by account.
func (b *Brake) Decide(ctx context.Context) error {
	if len(b.Accounts) == 0 {
		return nil
	}
	if !b.Part {
		if _, err := b.decideHeld(ctx, 0); err != nil {
			return err
		}
	}
	return b.UpdateIncidents(ctx)
}
