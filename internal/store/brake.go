package store

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/stock"
)

// brake watches a change that may be a mistake: what the links offer before it, and after. It holds the difference
// where the change would empty a level or multiply it (stock.Brake), and lets go of it again when there are few such
// levels on the account. Nothing of it is seen outside the transaction. Accounts that observe have no brake: nothing
// is sent for them.
type brake struct {
	*tx
	part     bool // one of several changes that are judged together, by JudgeHeld
	scope    linkScope
	before   map[linkName]linkState
	accounts map[string]bool // with holds that changed
}

func (t *tx) newBrake(part bool) *brake {
	return &brake{tx: t, part: part, accounts: map[string]bool{}}
}

// watch reads what the links of a scope offer.
func (b *brake) watch(ctx context.Context, scope linkScope) (*brake, error) {
	b.scope, b.before = scope, map[linkName]linkState{}
	return b, b.store.linkStates(ctx, b.conn, scope.live(), func(l linkState) error {
		b.before[l.linkName] = l
		return nil
	})
}

// watch watches what the ledger is about to change, where a cause of it may be held. The parts of an import are
// judged when it is complete.
func (g *ledger) watch(ctx context.Context) (*brake, error) {
	b := g.tx.newBrake(false)
	var skus []string
	for sku, cause := range g.Touched() {
		if cause.MayBrake() {
			skus = append(skus, sku)
			b.part = b.part || cause == stock.ByImport
		}
	}
	if len(skus) == 0 {
		return b, nil
	}
	slices.Sort(skus)
	return b.watch(ctx, ofSKUs(skus))
}

func (t *tx) watchSKUs(ctx context.Context, skus []string) (*brake, error) {
	return t.newBrake(false).watch(ctx, ofSKUs(skus))
}

func (t *tx) watchAccounts(ctx context.Context, accounts []string) (*brake, error) {
	if len(accounts) == 0 {
		return t.newBrake(false), nil
	}
	return t.newBrake(false).watch(ctx, ofAccounts(accounts))
}

// watchLinks watches one batch of links after the other.
func (b *brake) watchLinks(ctx context.Context, names []linkName) (*brake, error) {
	return b.watch(ctx, ofLinks(names))
}

// settle holds and judges, after the change.
func (b *brake) settle(ctx context.Context) error {
	if err := b.hold(ctx); err != nil {
		return err
	}
	return b.judge(ctx)
}

// heldRow is what the brake holds of a link.
type heldRow struct {
	Account    string `db:"account"`
	ChannelSKU string `db:"channel_sku"`
	Held       int    `db:"held"`
	HeldCap    int    `db:"held_cap"`
	Holds      bool   `db:"holds"`
}

// hold compares with what the links offer now, and holds what is risky.
func (b *brake) hold(ctx context.Context) error {
	if b.before == nil {
		return nil
	}
	var rows []linkState
	err := b.store.linkStates(ctx, b.conn, b.scope.live(), func(now linkState) error {
		var hold stock.Hold
		if was, known := b.before[now.linkName]; known { // another reference alone is another address, not another level
			hold = stock.Brake(now.listed, was.offer, now.offer, now.hold)
		} else {
			hold = stock.BrakeNew(now.listed, now.offer)
		}
		if hold != now.hold {
			now.hold, now.held = hold, hold != stock.NoHold
			rows = append(rows, now)
			b.accounts[now.account] = true
		}
		return nil
	})
	if err != nil || len(rows) == 0 {
		return err
	}
	// What was clean, or dirty for nothing but what is held, is not sent for this change. Where a sale waits to be
	// sent, it goes on waiting, less what is held.
	_, err = b.exec(ctx, `WITH now AS MATERIALIZED (
			SELECT {{values 1}} FROM {{rows 1}})
		UPDATE links SET held = now.held, held_cap = now.held_cap,
			held_at = CASE WHEN now.holds = 0 THEN 0 WHEN links.held_at > 0 THEN links.held_at ELSE CAST($2 AS BIGINT) END,
			held_judged = CASE WHEN now.holds = 1 AND links.held_at > 0 THEN links.held_judged ELSE 0 END,
			held_version = CASE WHEN now.holds = 0 THEN 0
				WHEN links.clean_version >= links.dirty_version - 1 OR links.held_version >= links.dirty_version - 1
					OR links.failed_version >= links.dirty_version - 1 OR links.clean_version = 0 THEN links.dirty_version
				ELSE links.held_version END
		FROM now WHERE links.account = now.account AND links.channel_sku = now.channel_sku`,
		rowsBy(rows, func(l linkState) heldRow { return heldRow{l.account, l.channelSKU, l.hold.Units, l.hold.Cap, l.held} }), b.tx.now)
	return err
}

// judge decides about what the change holds on the accounts whose holds it changed.
func (b *brake) judge(ctx context.Context) error {
	if len(b.accounts) == 0 {
		return nil
	}
	if !b.part {
		if _, err := b.judgeHeld(ctx, 0); err != nil {
			return err
		}
	}
	return b.settleHeld(ctx)
}
