package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
)

// DecideHeld ends an import that was saved in parts: risky levels stay held if they are many for the account, and are sent if they
// are few. minAge excludes recent holds, for callers that don't know whether the import still runs. It returns the accounts that
// now have dirty levels.
func (s *Store) DecideHeld(ctx context.Context, minAge time.Duration) (dirty []string, err error) {
	err = s.Write(ctx, "decide held levels", func(ctx context.Context, t *db.Tx) error {
		dirty = nil
		b := NewBrake(t, false)
		released, err := b.decideHeld(ctx, minAge)
		if err != nil || len(b.Accounts) == 0 {
			return err
		}
		if err := b.UpdateIncidents(ctx); err != nil || released == 0 {
			return err
		}
		dirty, err = DirtyAccounts(ctx, t)
		return err
	})
	return dirty, err
}

// decideHeld decides about all holds without a decision, account by account.
func (b *Brake) decideHeld(ctx context.Context, minAge time.Duration) (released int, err error) {
	var keep, release []string
	err = b.Query(ctx, `SELECT l.account, COUNT(*), SUM(CASE WHEN l.held_decided = 0 THEN 1 ELSE 0 END), MAX(CASE WHEN l.held_decided = 0 THEN l.held_at ELSE 0 END),
			(SELECT COUNT(*) FROM links x WHERE x.account = l.account AND x.channel_fulfils = 0)
		FROM links l WHERE l.held_at > 0 GROUP BY l.account
		HAVING MIN(l.held_decided) = 0 ORDER BY l.account`, func(rows *sql.Rows) error { // of other accounts the listings need not be counted
		var account string
		var h stock.Holds
		if err := rows.Scan(&account, &h.Held, &h.Undecided, &h.Newest, &h.Listings); err != nil {
			return err
		}
		switch {
		case !h.Due(b.Now - minAge.Microseconds()):
			return nil
		case h.Stay():
			keep = append(keep, account)
		default:
			release = append(release, account)
		}
		b.Accounts[account] = true
		return nil
	})
	if err != nil {
		return 0, err
	}
	if len(keep) > 0 {
		_, err = b.Exec(ctx, `UPDATE links SET held_decided = 1
			WHERE held_at > 0 AND held_decided = 0 AND account IN (SELECT r.value FROM {{rows 1}})`, db.Texts(keep))
		if err != nil {
			return 0, err
		}
	}
	if len(release) == 0 {
		return 0, nil
	}
	return b.Exec(ctx, `UPDATE links SET `+LetGo+`
		WHERE held_at > 0 AND held_decided = 0 AND account IN (SELECT r.value FROM {{rows 1}})`, db.Texts(release))
}

// LetGo removes the hold of a link, as stock.Track.Hold does with stock.NoHold, and marks its level to be sent.
const LetGo = `held = 0, held_cap = -1, held_at = 0, held_decided = 0, held_version = 0, dirty_version = dirty_version + 1`

// ReleaseHeld sends what the brake holds on an account, for some channel SKUs or, without any, for all. It returns the number of
// levels.
func (s *Store) ReleaseHeld(ctx context.Context, account string, channelSKUs []string) (released int, err error) {
	if _, err := s.accounts.Account(ctx, account); err != nil {
		return 0, err
	}
	err = s.Write(ctx, "release held levels of "+account, func(ctx context.Context, t *db.Tx) error {
		released, err = t.Exec(ctx, `UPDATE links SET `+LetGo+`, cause = CAST($3 AS TEXT)
			WHERE held_at > 0 AND account = CAST($2 AS TEXT)
				AND (CAST($4 AS BIGINT) = 0 OR channel_sku IN (SELECT r.value FROM {{rows 1}}))`,
			db.Texts(channelSKUs), account, string(stock.ByRelease), len(channelSKUs))
		if err != nil || released == 0 {
			return err
		}
		b := NewBrake(t, false)
		b.Accounts[account] = true
		return b.UpdateIncidents(ctx)
	})
	return released, err
}

// HeldLevel is a level that the brake holds.
type HeldLevel struct {
	Account    string    `json:"account"`
	ChannelSKU string    `json:"channelSku"`
	SKU        string    `json:"sku"`
	Listed     int       `json:"listed"` // what the channel lists; stock.UnknownListed: nobody knows
	Sends      int       `json:"sends"`  // what is sent while it is held: what sales leave of it
	Would      int       `json:"would"`  // what would be listed once it is released
	Since      time.Time `json:"since"`
	Cause      string    `json:"cause"` // what made it dirty last
	Cursor     string    `json:"-"`     // where a list that ends with this one goes on
}

// HeldLevels returns what the brake holds, sorted by account and channel SKU, for one account or (empty) all, after a cursor. An
// invalid cursor is ErrBadCursor.
func (s *Store) HeldLevels(ctx context.Context, account, after string, limit int) ([]HeldLevel, error) {
	from, err := db.CursorAfter("held", after)
	if err != nil {
		return nil, err
	}
	var out []HeldLevel
	index := map[LinkName]int{}
	err = s.Read(ctx, `SELECT l.account, l.channel_sku, l.held_at, l.cause FROM links l
		WHERE l.held_at > 0 AND (CAST($1 AS TEXT) = '' OR l.account = CAST($1 AS TEXT)) AND (l.account, l.channel_sku) > ($2, $3)
		ORDER BY l.account, l.channel_sku LIMIT $4`, func(rows *sql.Rows) error {
		var h HeldLevel
		var since int64
		err := rows.Scan(&h.Account, &h.ChannelSKU, &since, &h.Cause)
		h.Since, h.Cursor = db.At(since), db.Cursor{"held", h.Account, h.ChannelSKU}.Text()
		index[LinkName{h.Account, h.ChannelSKU}] = len(out)
		out = append(out, h)
		return err
	}, account, from[1], from[2], db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list held levels: %w", err)
	}
	var names []LinkName
	for _, h := range out {
		names = append(names, LinkName{h.Account, h.ChannelSKU})
	}
	err = linkStates(ctx, s.Read, ofLinks(names), func(l linkState) error {
		h := &out[index[l.LinkName]]
		h.SKU, h.Listed, h.Sends, h.Would = l.sku, l.listed, l.offer.Level(l.hold), l.offer.Level(stock.NoHold)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list held levels: %w", err)
	}
	return out, nil
}

// UpdateIncidents counts what the brake holds for good on the accounts whose holds changed.
func (b *Brake) UpdateIncidents(ctx context.Context) error {
	c := incidents.Count(incident.Brake)
	err := b.Query(ctx, `SELECT a.id, COALESCE(l.channel_sku, ''), CASE WHEN l.channel_sku IS NULL THEN 0 ELSE 1 END, `+incidents.SavedColumns+`
		FROM {{rows 1}} CROSS JOIN accounts a `+incidents.Saved("$2", "a.id")+` LEFT JOIN links l ON l.account = a.id AND l.held_at > 0 AND l.held_decided = 1
		WHERE a.id = r.value ORDER BY a.id, l.channel_sku`, c.Scan, db.Texts(db.KeysOf(b.Accounts)), string(incident.Brake))
	if err != nil {
		return err
	}
	return c.Save(ctx, b.Tx)
}
