package runs

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/db"
)

// FaultFilter selects faults of one account, newest first; Before is the ID of the last one shown.
type FaultFilter struct {
	Account string // must be given
	Class   channel.Class
	From    time.Time // only those at this moment or later
	To      time.Time // only those before this moment
	Before  string
	Limit   int

	// What they hit; empty: whatever it was.
	RunID     string
	OrderRow  int64
	PackageID string // of OrderRow
	SKU       string // the channel's

	IDs []string // these only; nil: all
}

// where returns the conditions on faults f.
func (filter FaultFilter) where() db.Where {
	w := db.Where{}
	if filter.Account != "" {
		w.And(`f.account = %s`, filter.Account)
	}
	if filter.Class != "" {
		w.And(`f.class = %s`, string(filter.Class))
	}
	if !filter.From.IsZero() {
		w.And(`f.at >= %s`, db.Micro(filter.From))
	}
	if !filter.To.IsZero() {
		w.And(`f.at < %s`, db.Micro(filter.To))
	}
	filter.hitting(&w)
	return w
}

// hitting adds the conditions of what was hit.
func (filter FaultFilter) hitting(w *db.Where) {
	for column, is := range map[string]string{"f.run_id": filter.RunID, "f.package_id": filter.PackageID, "f.channel_sku": filter.SKU} {
		if is != "" {
			w.And(column+` = %s`, is)
		}
	}
	if filter.IDs != nil {
		names := make([]string, len(filter.IDs))
		for i, id := range filter.IDs {
			names[i] = w.Arg(id)
		}
		w.Conditions = append(w.Conditions, `f.id IN ('', `+strings.Join(names, ", ")+`)`)
	}
	if filter.RunID != "" {
		w.And(`f.run_id <> ''`) // as the index of runs' faults says
	}
	if filter.OrderRow != 0 {
		w.And(`f.order_id = %s`, filter.OrderRow)
	}
}

// Faults lists faults of an account, newest first, with their raw words: which remedy fits may depend on them.
func (s *Store) Faults(ctx context.Context, filter FaultFilter) ([]FaultRow, error) {
	w := filter.where()
	if filter.Account == "" {
		w.Conditions = append(w.Conditions, `f.account = ''`)
	}
	if filter.Before != "" {
		w.And(`(f.at, f.id) < (SELECT at, id FROM faults WHERE id = %s)`, filter.Before)
	}
	var out []FaultRow
	err := s.Read(ctx, `SELECT `+FaultColumns+`, f.account, COALESCE(a.endpoint, ''), f.at, f.raw, `+hitColumns+`
		FROM faults f LEFT JOIN accounts a ON a.id = f.account`+hitOrder+w.Text()+
		` ORDER BY f.at DESC, f.id DESC LIMIT `+w.Arg(db.Limited(filter.Limit)), func(rows *sql.Rows) error {
		var (
			row    FaultRow
			fields FaultFields
			when   int64
			calls  string
		)
		dest := append(fields.Dest(), &row.Account, &row.Endpoint, &when, &row.Words)
		if err := rows.Scan(append(dest, row.hit(&calls)...)...); err != nil {
			return err
		}
		if err := row.made(calls); err != nil {
			return err
		}
		row.Fault, row.At, row.Raw = *fields.Fault(), db.At(when), row.Words
		row.Hit.SKU = row.SKU
		out = append(out, row)
		return nil
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list faults of %s: %w", filter.Account, err)
	}
	return out, nil
}

// FaultTotals are how many faults a list has. Counts end at db.MostCounted + 1, which means more than db.MostCounted.
type FaultTotals struct {
	Faults  int                   `json:"faults"`
	Classes map[channel.Class]int `json:"classes"` // of the same list without its class
}

// FaultTotals counts the faults of an account, or (empty) of all, by their class. Before and Limit don't matter.
func (s *Store) FaultTotals(ctx context.Context, f FaultFilter) (FaultTotals, error) {
	t := FaultTotals{Classes: map[channel.Class]int{}}
	one := f
	for _, one.Class = range channel.Classes() {
		n, err := s.CountUpTo(ctx, `faults f`, one.where())
		if err != nil {
			return t, fmt.Errorf("count faults of class %s: %w", one.Class, err)
		}
		if n > 0 {
			t.Classes[one.Class] = n
		}
		if f.Class == "" || f.Class == one.Class {
			t.Faults = min(t.Faults+n, db.MostCounted+1)
		}
	}
	return t, nil
}
