package starter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

// LogLine is one line of the automation log: what Towpath did by itself, in words.
type LogLine struct {
	At        time.Time    `json:"at"`
	Account   string       `json:"account"`
	Kind      runs.RunKind `json:"kind,omitempty"`
	RunID     string       `json:"runId,omitempty"`
	Text      string       `json:"text"`
	Wrong     bool         `json:"wrong"`              // something failed
	Repeated  bool         `json:"repeated,omitempty"` // a call that failed, and was made again
	ErrorID   string       `json:"errorId,omitempty"`
	RequestID string       `json:"requestId,omitempty"` // for the channel's support
	Order     string       `json:"order,omitempty"`     // the channel's id of it
	Reference string       `json:"reference,omitempty"` // what people call the order
	Package   string       `json:"package,omitempty"`
	SKU       string       `json:"sku,omitempty"`
	mark      string
	source    runs.LogSource
}

// Item reports whether the line is about an item of a run.
func (l LogLine) Item() bool { return l.source == runs.LogItem }

// LogPage is a page of the log, the oldest line first.
type LogPage struct {
	Lines   []LogLine `json:"lines"`
	Earlier string    `json:"earlier,omitempty"` // where the page before it ends; empty: there is none
	Later   string    `json:"later,omitempty"`   // where the page after it begins; empty: there is none
}

// Log returns a page of the automation log, of one account or (empty) all. Without a mark it is the newest page; with one the page before it,
// or after it if the filter reads upwards. It returns a *UsageError for a run or a mark that there is not.
func (s *Starter) Log(ctx context.Context, f runs.LogFilter) (LogPage, error) {
	lines, more, err := s.logLines(ctx, f)
	if err != nil {
		return LogPage{}, err
	}
	p := LogPage{Lines: lines}
	if f.Upwards && more || !f.Upwards && f.Mark != "" && len(lines) > 0 {
		p.Later = lines[len(lines)-1].mark
	}
	if !f.Upwards && more || f.Upwards && f.Mark != "" && len(lines) > 0 {
		p.Earlier = lines[0].mark
	}
	return p, nil
}

// logAtOnce is how many lines are read at once where all are wanted.
const logAtOnce = 1000

// WholeLog calls each with all lines of a filter, the oldest first, a part at a time.
func (s *Starter) WholeLog(ctx context.Context, f runs.LogFilter, each func([]LogLine) error) error {
	f.Upwards, f.Mark, f.Limit = true, "", logAtOnce
	for {
		p, err := s.Log(ctx, f)
		if err != nil {
			return err
		}
		if err := each(p.Lines); err != nil {
			return err
		}
		if p.Later == "" {
			return nil
		}
		f.Mark = p.Later
	}
}

// logLines returns lines, the oldest first, and whether there are more in the direction of the filter.
func (s *Starter) logLines(ctx context.Context, f runs.LogFilter) (lines []LogLine, more bool, err error) {
	list, err := s.logAccounts(ctx, &f)
	if err != nil {
		return nil, false, err
	}
	want := f.Limit
	f.Limit++
	var rows []runs.LogRow
	kinds := make(map[string]channel.Kind)
	for _, a := range list {
		kinds[a.ID], f.Account = a.Channel, a.ID
		found, err := s.Store.Runs.Log(ctx, f)
		if errors.Is(err, runs.ErrNoMark) {
			return nil, false, usagef("%q is no position in the log: take the one that a page of it ends with", f.Mark)
		}
		if err != nil {
			return nil, false, err
		}
		rows = nearest(append(rows, found...), &f)
	}
	if more = len(rows) > want; more && f.Upwards {
		rows = rows[:want]
	} else if more {
		rows = rows[1:]
	}
	titles, err := s.titles(ctx, rows, kinds)
	if err != nil {
		return nil, false, err
	}
	lines = make([]LogLine, len(rows))
	for i, r := range rows {
		lines[i] = logLine(r, titles)
	}
	return lines, more, nil
}

// nearest returns the rows that come first in the direction of the filter, as many as it limits, the oldest first. When there are so many, the filter asks
// the accounts that are left for nothing that lies behind them.
func nearest(rows []runs.LogRow, f *runs.LogFilter) []runs.LogRow {
	slices.SortFunc(rows, runs.LogRow.Compare)
	if len(rows) < f.Limit {
		return rows
	}
	if f.Upwards {
		rows = rows[:f.Limit]
		f.Until = rows[f.Limit-1].At.Add(time.Microsecond)
	} else {
		rows = rows[len(rows)-f.Limit:]
		f.Since = rows[0].At
	}
	return rows
}

// logAccounts returns the accounts whose log is read: of a run, its own.
func (s *Starter) logAccounts(ctx context.Context, f *runs.LogFilter) ([]accounts.Account, error) {
	if f.RunID != "" {
		run, err := s.Run(ctx, f.RunID)
		if err != nil {
			return nil, err
		}
		if f.Account != "" && f.Account != run.Account {
			return nil, usagef("run %s is one of %s, not of %s", f.RunID, run.Account, f.Account)
		}
		f.Account = run.Account
	}
	all, err := s.Store.Accounts.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	return slices.DeleteFunc(all, func(a accounts.Account) bool { return f.Account != "" && a.ID != f.Account }), nil
}

// Run returns one run; a *UsageError when there is none with the id.
func (s *Starter) Run(ctx context.Context, id string) (runs.Run, error) {
	found, err := s.Store.Runs.List(ctx, runs.RunFilter{ID: id, Limit: 1})
	if err != nil {
		return runs.Run{}, err
	}
	if len(found) == 0 {
		return runs.Run{}, usagef("no run %q: `towpath runs list` lists them", id)
	}
	return found[0], nil
}

// titles returns the titles of the remedies for the faults of rows, by the faults' ids.
func (s *Starter) titles(ctx context.Context, rows []runs.LogRow, kinds map[string]channel.Kind) (map[string]string, error) {
	out := make(map[string]string)
	wanted := make(map[string][]string)
	note := func(r runs.FaultRow) {
		out[r.ID] = s.AdviceFor(&r.Fault, r.Words, kinds[r.Account], remedy.Names{}).Title
	}
	for _, r := range rows {
		switch r.Source {
		case runs.LogFault:
			note(r.Fault)
		case runs.LogItem, runs.LogEnded:
			if id := r.Item.FaultID + r.Run.FaultID; id != "" {
				wanted[r.Account] = append(wanted[r.Account], id)
			}
		case runs.LogBegan, runs.LogCall:
		}
	}
	for account, ids := range wanted {
		slices.Sort(ids)
		for part := range slices.Chunk(slices.Compact(ids), faultsAtOnce) {
			found, err := s.Store.Runs.Faults(ctx, runs.FaultFilter{Account: account, IDs: part, Limit: len(part)})
			if err != nil {
				return nil, err
			}
			for _, f := range found {
				note(f)
			}
		}
	}
	return out, nil
}

// faultsAtOnce is how many faults one query names.
const faultsAtOnce = 200

// logLine returns a row in words.
func logLine(r runs.LogRow, titles map[string]string) LogLine {
	l := LogLine{At: r.At, Account: r.Account, Kind: r.Kind, mark: r.Mark(), source: r.Source}
	kind := string(r.Kind)
	switch r.Source {
	case runs.LogBegan:
		l.RunID, l.Text = r.ID, wording.LogBegan(kind, r.Account)
	case runs.LogEnded:
		l.RunID, l.Wrong, l.ErrorID = r.ID, r.Run.Failed(), r.Run.FaultID
		l.Text = wording.LogEnded(kind, r.Account, RunWords(r.Run), r.Run.EndedAt.Sub(r.Run.StartedAt), titles[r.Run.FaultID])
	case runs.LogCall:
		l.RunID, l.Order, l.Reference, l.Package, l.RequestID = r.Call.RunID, r.Order, r.Reference, r.Call.PackageID, r.Call.RequestID
		l.Text = wording.LogCall(r.Call.Operation, hit(l), r.Call.Status, r.Call.Took)
	case runs.LogFault:
		l.Wrong, l.ErrorID, l.RequestID = true, r.ID, r.Fault.RequestID
		l.RunID, l.Order, l.Reference, l.Package, l.SKU = r.Fault.RunID, r.Order, r.Reference, r.Fault.PackageID, r.Fault.SKU
		wait := time.Duration(0)
		if !r.Again.IsZero() {
			wait, l.Repeated = max(r.Again.Sub(r.At), time.Millisecond), true
		}
		l.Text = wording.LogFault(&r.Fault.Fault, hit(l), wait, titles[r.ID])
	case runs.LogItem:
		i := r.Item
		l.RunID, l.Wrong, l.ErrorID, l.RequestID, l.SKU = i.RunID, i.Status == runs.ItemError, i.FaultID, i.RequestID, i.Reference
		if i.Type == "order" {
			l.Order, l.SKU = i.Reference, ""
		}
		l.Text = wording.LogItem(i.Type, i.Reference, string(i.Status), r.Level, i.Reason, titles[i.FaultID])
	}
	return l
}

// hit says what a line is about besides its run.
func hit(l LogLine) string {
	return FaultShown{FaultRow: runs.FaultRow{Order: l.Order, Reference: l.Reference, PackageID: l.Package, SKU: l.SKU}}.Hit()
}
