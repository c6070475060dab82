package runs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/store/db"
)

// LogSource is what a row of the log is about. Rows of the same moment are in this order.
type LogSource int

// The sources.
const (
	LogBegan LogSource = iota // a run began
	LogCall                   // a call that was answered: of a run's log all, else those about packages
	LogFault                  // a call that failed
	LogItem                   // an item of a run: of a run's log all, else those in error
	LogEnded                  // a run ended
	logSources
)

// LogRow is one row of the automation log. It is read from what is recorded anyway.
type LogRow struct {
	At      time.Time
	Source  LogSource
	ID      string // of the run, the call, the fault or the item
	Account string
	Kind    RunKind // empty: it belongs to no run
	Run     Run     // of LogBegan and LogEnded
	Fault   FaultRow
	Again   time.Time // when the call that failed was made again; zero: it was not
	Item    Item
	Level   int // of an item that is a level: what was sent; -1: not known
	Call    Call
	Order   string // the channel's id of the order that the call was about
	// Reference is what people call the order.
	Reference string
}

// Mark is the position of a row, as LogFilter takes it.
func (r LogRow) Mark() string { return fmt.Sprintf("%d-%d-%s", r.At.UnixMicro(), r.Source, r.ID) }

// LogFilter selects rows of the log.
type LogFilter struct {
	Account string // must be given
	RunID   string // of this run only
	Kind    RunKind
	Errors  bool // what failed only
	Since   time.Time
	Until   time.Time // only what was before this moment
	Mark    string    // continue after this row: with Upwards after it in time, else before it
	Upwards bool      // the oldest first; false: the newest first
	Limit   int
}

// logMark is a parsed Mark.
type logMark struct {
	at     int64
	source LogSource
	id     string
}

// ErrNoMark means that a text is not the position of a row of the log.
var ErrNoMark = errors.New("not a position in the log")

func parseMark(text string) (*logMark, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // the beginning
	}
	parts := strings.SplitN(text, "-", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%q: %w", text, ErrNoMark)
	}
	at, err := strconv.ParseInt(parts[0], 10, 64)
	source, err2 := strconv.Atoi(parts[1])
	if err != nil || err2 != nil || source < 0 || source >= int(logSources) {
		return nil, fmt.Errorf("%q: %w", text, ErrNoMark)
	}
	if _, err := strconv.ParseInt(parts[2], 10, 64); err != nil && (LogSource(source) == LogCall || LogSource(source) == LogItem) {
		return nil, fmt.Errorf("%q: %w", text, ErrNoMark)
	}
	return &logMark{at, LogSource(source), parts[2]}, nil
}

// Log returns rows of the automation log of an account.
func (s *Store) Log(ctx context.Context, f LogFilter) ([]LogRow, error) {
	mark, err := parseMark(f.Mark)
	if err != nil {
		return nil, err
	}
	var out []LogRow
	for _, read := range []func(context.Context, LogFilter, *logMark) ([]LogRow, error){s.logBegan, s.logCalls, s.logFaults, s.logItems, s.logEnded} {
		rows, err := read(ctx, f, mark)
		if err != nil {
			return nil, fmt.Errorf("read the log of %s: %w", f.Account, err)
		}
		out = append(out, rows...)
	}
	slices.SortFunc(out, func(a, b LogRow) int {
		order := a.Compare(b)
		if f.Upwards {
			return order
		}
		return -order
	})
	return out[:min(len(out), f.Limit)], nil
}

// Compare compares two rows by time, the oldest first.
func (r LogRow) Compare(b LogRow) int {
	return cmp.Or(r.At.Compare(b.At), cmp.Compare(r.Source, b.Source), compareIDs(r.ID, b.ID))
}

// compareIDs compares numbers as numbers.
func compareIDs(a, b string) int {
	x, err := strconv.ParseInt(a, 10, 64)
	y, err2 := strconv.ParseInt(b, 10, 64)
	if err == nil && err2 == nil {
		return cmp.Compare(x, y)
	}
	return strings.Compare(a, b)
}

// place adds the conditions of position and time for one source, whose rows have a time and an id in the columns. The position stands first: of several
// lower or upper bounds of a column SQLite searches from the first.
func (f LogFilter) place(w *db.Where, m *logMark, source LogSource, at, id string) {
	f.behind(w, m, source, at, id)
	if !f.Since.IsZero() {
		w.And(at+` >= %s`, db.Micro(f.Since))
	}
	if !f.Until.IsZero() {
		w.And(at+` < %s`, db.Micro(f.Until))
	}
}

// behind leaves out what the pages before have shown.
func (f LogFilter) behind(w *db.Where, m *logMark, source LogSource, at, id string) {
	if m == nil {
		return
	}
	than := "<"
	if f.Upwards {
		than = ">"
	}
	switch {
	case source == m.source:
		var value any = m.id
		if source == LogCall || source == LogItem {
			value, _ = strconv.ParseInt(m.id, 10, 64) // parseMark has read it
		}
		w.And(`(`+at+`, `+id+`) `+than+` (%s, %s)`, m.at, value)
	case (source < m.source) != f.Upwards:
		w.And(at+` `+than+`= %s`, m.at)
	default:
		w.And(at+` `+than+` %s`, m.at)
	}
}

// order returns the end of a source's query.
func (f LogFilter) order(w *db.Where, at, id string) string {
	way := " DESC"
	if f.Upwards {
		way = ""
	}
	return ` ORDER BY ` + at + way + `, ` + id + way + ` LIMIT ` + w.Arg(db.Limited(f.Limit))
}

// kindOf is the kind of what belongs to a run o, or to a package and no run.
func kindOf(packageID string) string {
	return `COALESCE(o.kind, CASE WHEN ` + packageID + ` <> '' THEN '` + string(RunShipments) + `' ELSE '' END)`
}

func (s *Store) logBegan(ctx context.Context, f LogFilter, m *logMark) ([]LogRow, error) {
	if f.Errors {
		return nil, nil
	}
	return s.logRuns(ctx, f, m, LogBegan, `o.started_at`, func(r Run) time.Time { return r.StartedAt })
}

func (s *Store) logEnded(ctx context.Context, f LogFilter, m *logMark) ([]LogRow, error) {
	return s.logRuns(ctx, f, m, LogEnded, `o.ended_at`, func(r Run) time.Time { return r.EndedAt })
}
