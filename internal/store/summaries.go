package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
)

// AccountSummary is an account at a glance.
type AccountSummary struct {
	accounts.Account
	Orders  map[order.State]int       `json:"orders"`
	Dirty   int                       `json:"dirty"`   // listings whose level is to be pushed
	Refused int                       `json:"refused"` // listings whose level the channel refused: not sent again before something changes
	Parked  int                       `json:"parked"`  // workflows that wait for a person
	Faults  int                       `json:"faults"`  // calls that failed in the last hour, also those that were repeated with success
	ByCode  map[string]int            `json:"-"`       // of Faults, how many had a code, or a class where it had none
	LastRun map[runs.RunKind]runs.Run `json:"lastRun"`
	// Waits are the runs that the channel has asked to wait with, by kind.
	Waits map[runs.RunKind]runs.Wait `json:"waits,omitempty"`
}

// Summaries returns a summary of every account.
func (s *Store) Summaries(ctx context.Context) ([]AccountSummary, error) {
	accounts, err := s.Accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]AccountSummary, len(accounts))
	index := map[string]*AccountSummary{}
	for i, a := range accounts {
		out[i] = AccountSummary{Account: a, Orders: map[order.State]int{}, LastRun: map[runs.RunKind]runs.Run{}}
		index[a.ID] = &out[i]
	}
	count := func(text string, set func(a *AccountSummary, word string, n int), args ...any) {
		if err != nil {
			return
		}
		err = s.Read(ctx, text, func(rows *sql.Rows) error {
			var account, word string
			var n int
			if err := rows.Scan(&account, &word, &n); err != nil {
				return err
			}
			if a := index[account]; a != nil {
				set(a, word, n)
			}
			return nil
		}, args...)
	}
	counts, err := s.orderCounts(ctx)
	if err != nil {
		return nil, fmt.Errorf("summarise accounts: count orders: %w", err)
	}
	for _, c := range counts {
		if a := index[c.Account]; a != nil {
			a.Orders[c.State] = c.Orders
		}
	}
	count(`SELECT l.account, '', COUNT(*) FROM links l WHERE `+levels.Unsent+` GROUP BY l.account`,
		func(a *AccountSummary, _ string, n int) { a.Dirty = n })
	count(`SELECT account, '', COUNT(*) FROM links WHERE `+levels.RefusedLinks+` GROUP BY account`,
		func(a *AccountSummary, _ string, n int) { a.Refused = n })
	count(`SELECT p.account, COALESCE(f.code, ''), COUNT(*) FROM parked p LEFT JOIN faults f ON f.id = p.fault_id GROUP BY 1, 2`,
		func(a *AccountSummary, code string, n int) {
			if incident.NeedsPerson(code) {
				a.Parked += n
			}
		})
	count(`SELECT f.account, CASE WHEN f.code <> '' THEN f.code ELSE f.class END, COUNT(*) FROM accounts a CROSS JOIN faults f WHERE f.account = a.id AND f.at >= $1 GROUP BY 1, 2`,
		func(a *AccountSummary, code string, n int) {
			if a.ByCode == nil {
				a.ByCode = map[string]int{}
			}
			a.Faults, a.ByCode[code] = a.Faults+n, n
		}, time.Now().Add(-register.Recently).UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("summarise accounts: %w", err)
	}
	waits, err := s.Runs.Waits(ctx)
	if err != nil {
		return nil, fmt.Errorf("summarise accounts: %w", err)
	}
	for _, w := range waits {
		if a := index[w.Account]; a != nil {
			if a.Waits == nil {
				a.Waits = make(map[runs.RunKind]runs.Wait)
			}
			a.Waits[w.Kind] = w
		}
	}
	newest, err := s.Runs.NewestOf(ctx, runs.RunOrders, runs.RunStock, runs.RunShipments)
	if err != nil {
		return nil, fmt.Errorf("summarise accounts: %w", err)
	}
	for _, r := range newest {
		if a := index[r.Account]; a != nil {
			a.LastRun[r.Kind] = r
		}
	}
	return out, nil
}

// Backlog is an account's work that waits for calls to its channel.
type Backlog struct {
	Levels   int `json:"levels"`   // listings whose level is to be sent
	Feeds    int `json:"feeds"`    // feeds that the channel has not answered for
	Packages int `json:"packages"` // processed and not sent; parked ones wait for a person instead
	Scans    int `json:"scans"`    // order scans that go on
}

// packagesOnTheirWay counts the packages that are processed and not sent, parked ones apart, by account.
var packagesOnTheirWay = `SELECT o.account, COUNT(*) FROM packages p JOIN orders o ON o.id = p.order_id
	WHERE p.state IN ` + db.Words(shipment.States(), shipment.State.Unsent) + ` AND p.state IN ` + db.Words(shipment.States(), shipment.State.WaitsForCall) + `
	GROUP BY o.account`

// PackagesOnTheirWay returns how many packages of each account wait for their call or are being sent. Those that wait for a person don't count.
func (s *Store) PackagesOnTheirWay(ctx context.Context) (map[string]int, error) {
	out := make(map[string]int)
	err := s.Read(ctx, packagesOnTheirWay, func(rows *sql.Rows) error {
		var account string
		var n int
		err := rows.Scan(&account, &n)
		out[account] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count packages on their way: %w", err)
	}
	return out, nil
}

// Backlogs returns the backlog of every account that has one.
func (s *Store) Backlogs(ctx context.Context) (map[string]Backlog, error) {
	out := make(map[string]Backlog)
	for _, part := range []struct {
		text string
		set  func(*Backlog, int)
	}{
		{`SELECT l.account, COUNT(*) FROM links l WHERE ` + levels.Unsent + ` GROUP BY l.account`,
			func(b *Backlog, n int) { b.Levels = n }},
		{packagesOnTheirWay, func(b *Backlog, n int) { b.Packages = n }},
		{`SELECT account, COUNT(*) FROM level_feeds GROUP BY account`, func(b *Backlog, n int) { b.Feeds = n }},
	} {
		err := s.Read(ctx, part.text, func(rows *sql.Rows) error {
			var account string
			var n int
			if err := rows.Scan(&account, &n); err != nil {
				return err
			}
			b := out[account]
			part.set(&b, n)
			out[account] = b
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("count what waits for calls: %w", err)
		}
	}
	scans, err := s.GoingOn(ctx)
	for _, run := range scans {
		if run.Kind == runs.RunOrders {
			b := out[run.Account]
			b.Scans++
			out[run.Account] = b
		}
	}
	return out, err
}
