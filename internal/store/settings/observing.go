// Package settings saves account settings that change levels: buffer, cap and locations, and whether the account is live or
// observes. It writes accounts and account_locations, marks links as dirty, and updates the unpaid orders of an account. It
// imports the rooms up to levels.
package settings

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
)

// Store saves the settings of accounts that change levels. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New returns the room for an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }

// Live says who lets an account write to its channel.
type Live struct {
	By string // a person or a program, for the record; must be given
}

// GoLive ends the observing of an account: its levels and packages are sent from now on. All its links become dirty, because the
// channel lists what an older tool sent, and nothing is held. It reports whether the account was observing.
func (s *Store) GoLive(ctx context.Context, account string, live Live) (changed bool, err error) {
	err = s.Write(ctx, "let account "+account+" go live", func(ctx context.Context, t *db.Tx) error {
		a, err := accounts.One(ctx, t, account)
		if err != nil {
			return err
		}
		if changed, err = a.GoLive(live.By); err != nil || !changed {
			return err
		}
		if err := levels.KeepBefore(ctx, t, account, nil); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE links SET apart = '' WHERE account = $1 AND apart <> ''`, account); err != nil {
			return err
		}
		err = t.ExecAll(ctx, 1, `UPDATE accounts SET observing = 0, live_at = $2, live_by = $3 WHERE id = $1 AND observing = 1`,
			account, t.Now, db.Clean(live.By))
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE links SET `+levels.LetGo+` WHERE held_at > 0 AND account = $1`, account); err != nil {
			return err
		}
		b := levels.NewBrake(t, false)
		b.Accounts[account] = true
		if err := b.UpdateIncidents(ctx); err != nil {
			return err
		}
		return dirtyLinks(ctx, t, []string{account}, stock.ByLive)
	})
	return changed, err
}

// LiveSince returns when an account, or a sample of it, went live last, whatever it does now; the zero time: it never was.
func (s *Store) LiveSince(ctx context.Context, account string) (at time.Time, err error) {
	err = s.Read(ctx, `SELECT live_at FROM accounts WHERE id = $1`, func(rows *sql.Rows) error {
		var micro int64
		err := rows.Scan(&micro)
		at = db.At(micro)
		return err
	}, account)
	if err != nil {
		return at, fmt.Errorf("read since when account %s is live: %w", account, err)
	}
	return at, nil
}

// Observe sets an account back to observing, so that nothing is sent to its channel, nothing of a sample or of what goes back either. It reports
// whether something was live.
func (s *Store) Observe(ctx context.Context, account string) (changed bool, err error) {
	err = s.Write(ctx, "let account "+account+" observe", func(ctx context.Context, t *db.Tx) error {
		a, err := accounts.One(ctx, t, account)
		if err != nil {
			return err
		}
		changed = a.Observe()
		if err := forgetDrifts(ctx, t, account); err != nil {
			return err
		}
		n, err := t.Exec(ctx, `UPDATE links SET apart = '' WHERE account = $1 AND apart <> ''`, account)
		if err != nil || !changed {
			changed = n > 0
			return err
		}
		return t.ExecAll(ctx, 1, `UPDATE accounts SET observing = 1 WHERE id = $1 AND observing = 0`, account)
	})
	return changed, err
}

// HeldPackage is a package that was processed and not sent.
type HeldPackage struct {
	RowID     int64  `json:"-"`
	Reference string `json:"reference"` // of the order
	PackageID string `json:"package"`
}

// HeldPackages lists the packages of an account that were processed and not sent, those of orders after afterRowID.
func (s *Store) HeldPackages(ctx context.Context, account string, afterRowID int64, limit int) ([]HeldPackage, error) {
	var out []HeldPackage
	err := s.Read(ctx, `SELECT o.id, o.reference, p.package_id FROM packages p JOIN orders o ON o.id = p.order_id
		WHERE p.state IN `+db.Words(shipment.States(), shipment.State.Unsent)+` AND o.account = $1 AND o.id > $2 ORDER BY o.id, p.number LIMIT $3`, func(rows *sql.Rows) error {
		var h HeldPackage
		err := rows.Scan(&h.RowID, &h.Reference, &h.PackageID)
		out = append(out, h)
		return err
	}, account, afterRowID, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list held packages of %s: %w", account, err)
	}
	return out, nil
}
