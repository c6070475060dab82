package accounts

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/db"
)

// RateSource is where an account's rate for an operation comes from.
type RateSource string

// The sources of rates in order of precedence. Only the first two are stored as rates.
const (
	RateByHand    RateSource = "hand"      // towpath limits set, until it is reset
	RateFromFile  RateSource = "file"      // the accounts file
	RateObserved  RateSource = "channel"   // what the channel's answers say
	RatePublished RateSource = "published" // the table of budgets
)

// Words returns the source as text for operators.
func (s RateSource) Words() string {
	switch s {
	case RateByHand:
		return "set by hand"
	case RateFromFile:
		return "accounts file"
	case RateObserved:
		return "the channel's word"
	case RatePublished:
	}
	return "published"
}

// Rate is an account's rate for an operation in turns per second, in place of the published budget.
type Rate struct {
	Account   string
	Operation channel.Operation
	Source    RateSource
	PerSecond float64
	SetAt     time.Time
}

// SetRate sets a rate by hand. It stays until ResetRate, whatever the accounts file says.
func (s *Store) SetRate(ctx context.Context, account string, op channel.Operation, perSecond float64) error {
	return s.Write(ctx, fmt.Sprintf("set rate of %s for %s", account, op), func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `INSERT INTO limits (account, operation, source, rate, set_at)
			VALUES ($1, $2, $3, CAST($4 AS DOUBLE PRECISION), $5)
			ON CONFLICT (account, operation, source) DO UPDATE SET rate = excluded.rate, set_at = excluded.set_at`,
			account, string(op), string(RateByHand), perSecond, t.Now)
		return err
	})
}

// ResetRate removes a rate that was set by hand, or all of the account's when op is empty. It returns their number.
func (s *Store) ResetRate(ctx context.Context, account string, op channel.Operation) (n int, err error) {
	err = s.Write(ctx, "reset rates of "+account, func(ctx context.Context, t *db.Tx) error {
		n, err = t.Exec(ctx, `DELETE FROM limits WHERE account = $1 AND source = $2
			AND (CAST($3 AS TEXT) = '' OR operation = CAST($3 AS TEXT))`, account, string(RateByHand), string(op))
		return err
	})
	return n, err
}

// rateRow is a rate of the accounts file.
type rateRow struct {
	Account   string            `db:"account"`
	Operation channel.Operation `db:"operation"`
	PerSecond float64           `db:"rate"`
}

// SaveFileRates replaces the rates from the accounts file for these accounts.
func (s *Store) SaveFileRates(ctx context.Context, rates map[string]map[channel.Operation]float64) error {
	var accounts []string
	var list []Rate
	for account, byOperation := range rates {
		accounts = append(accounts, account)
		for op, perSecond := range byOperation {
			list = append(list, Rate{Account: account, Operation: op, PerSecond: perSecond})
		}
	}
	return s.Write(ctx, "save rates of the accounts file", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `DELETE FROM limits WHERE source = $2 AND account IN (SELECT r.value FROM {{rows 1}})`,
			db.Texts(accounts), string(RateFromFile))
		if err != nil {
			return err
		}
		_, err = t.Exec(ctx, `INSERT INTO limits ({{columns 1}}, source, set_at)
			SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS BIGINT) FROM {{rows 1}} WHERE true`,
			db.RowsBy(list, func(r Rate) rateRow { return rateRow{r.Account, r.Operation, r.PerSecond} }), string(RateFromFile), t.Now)
		return err
	})
}

// Rates returns the rates of an account from the accounts file or set by hand, or of all accounts when account is empty.
func (s *Store) Rates(ctx context.Context, account string) ([]Rate, error) {
	var out []Rate
	err := s.Read(ctx, `SELECT account, operation, source, rate, set_at FROM limits
		WHERE CAST($1 AS TEXT) = '' OR account = CAST($1 AS TEXT) ORDER BY account, operation, source`, func(rows *sql.Rows) error {
		var r Rate
		var setAt int64
		if err := rows.Scan(&r.Account, &r.Operation, &r.Source, &r.PerSecond, &setAt); err != nil {
			return err
		}
		r.SetAt = db.At(setAt)
		out = append(out, r)
		return nil
	}, account)
	if err != nil {
		return nil, fmt.Errorf("read rates: %w", err)
	}
	return out, nil
}

// observedRow has what a channel reported about a budget.
type observedRow struct {
	Call      string    `db:"call"`
	PerSecond float64   `db:"per_second"`
	Burst     float64   `db:"burst"`
	Left      float64   `db:"remaining"`
	Restores  float64   `db:"restores"`
	At        time.Time `db:"observed_at"`
}

// SaveObservedRates saves the budgets that an account's channel reported. Later reports stay. Infinite limits are left out, because a
// database can't store them.
func (s *Store) SaveObservedRates(ctx context.Context, account string, observed []channel.ObservedRate) error {
	observed = slices.DeleteFunc(slices.Clone(observed), channel.ObservedRate.Unbounded)
	return s.Write(ctx, "save what was observed of the budgets of "+account, func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `INSERT INTO observed_rates ({{columns 1}}, account) SELECT {{values 1}}, CAST($2 AS TEXT) FROM {{rows 1}} WHERE true
			ON CONFLICT (account, call) DO UPDATE SET per_second = excluded.per_second, burst = excluded.burst,
				remaining = excluded.remaining, restores = excluded.restores, observed_at = excluded.observed_at
			WHERE excluded.observed_at > observed_rates.observed_at`,
			db.RowsBy(observed, func(l channel.ObservedRate) observedRow {
				return observedRow{l.Call, l.PerSecond, l.Burst, l.Left, l.Restores, l.At}
			}), account)
		return err
	})
}

// ObservedRates returns the budgets that the channels reported, by account.
func (s *Store) ObservedRates(ctx context.Context) (map[string][]channel.ObservedRate, error) {
	out := make(map[string][]channel.ObservedRate)
	err := s.Read(ctx, `SELECT account, call, per_second, burst, remaining, restores, observed_at FROM observed_rates
		ORDER BY account, call`, func(rows *sql.Rows) error {
		var account string
		var l channel.ObservedRate
		var at int64
		if err := rows.Scan(&account, &l.Call, &l.PerSecond, &l.Burst, &l.Left, &l.Restores, &at); err != nil {
			return err
		}
		l.At = db.At(at)
		out[account] = append(out[account], l)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what was observed of budgets: %w", err)
	}
	return out, nil
}
