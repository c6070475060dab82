package console

import (
	"database/sql"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// grows are the tables that grow with every order or run: no page reads one of them whole, or all that an account has there.
var grows = []string{"orders", "order_lines", "runs", "run_items", "calls", "faults", "packages", "package_lines", "movements"}

var (
	reads   = regexp.MustCompile(`(?:FROM|JOIN|,)\s+(\w+)(?: AS)? (\w+)`)
	scans   = regexp.MustCompile(`^SCAN (\w+)(?: USING(?: COVERING)? INDEX (\w+))?$`)
	ofOne   = regexp.MustCompile(`^SEARCH (\w+) USING(?: COVERING)? INDEX (\w+) \((account=\?|state=\?|kind=\?)\)$`)
	ranged  = regexp.MustCompile(`^SEARCH (\w+) USING(?: COVERING)? INDEX (\w+) \(account=\? AND \w+[<>]\?\)$`)
	linked  = regexp.MustCompile(`href="(/[^"#]*)`)
	numbers = regexp.MustCompile(`\d+`)
)

// statements is what pages had the database do, each text once, with the arguments it had at first.
type statements struct {
	mu  sync.Mutex
	all map[string][]any
}

func (s *statements) note(text string, args []any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.all[text]; !known && (strings.HasPrefix(text, "SELECT") || strings.HasPrefix(text, "WITH")) {
		s.all[text] = slices.Clone(args)
	}
}

// wander asks for the pages and those that they link to, of those that differ only in a number one.
func (b *fixture) wander(waiting []string) {
	seen := map[string]bool{}
	for len(waiting) > 0 {
		path := html.UnescapeString(waiting[0])
		waiting = waiting[1:]
		u, err := url.Parse(path)
		require.NoError(b.t, err)
		q := u.Query()
		q.Del("after")
		kind := numbers.ReplaceAllString(u.Path+"?"+q.Encode(), "0")
		if seen[kind] || len(q) > 2 || strings.Contains(u.Path, "download") || strings.HasPrefix(u.Path, "/assets") {
			continue
		}
		seen[kind] = true
		w := httptest.NewRecorder()
		b.web.ServeHTTP(w, httptest.NewRequestWithContext(b.ctx, http.MethodGet, path, http.NoBody))
		require.Less(b.t, w.Code, http.StatusInternalServerError, path)
		for _, l := range linked.FindAllStringSubmatch(w.Body.String(), -1) {
			waiting = append(waiting, l[1])
		}
	}
}

// planStep is a line of SQLite's plan of a statement.
type planStep struct {
	within int // the step that it is a part of
	line   string
}

// wholesale returns the lines of a plan by which a statement reads a whole table, or all that an account has in it. Partial indexes have few rows, and lists
// of orders have limits of their own.
func wholesale(text string, plan []planStep, partial map[string]bool) (bad []string) {
	if strings.HasPrefix(text, "WITH found AS (SELECT o.id") {
		return nil
	}
	tables := map[string]bool{}
	for _, m := range reads.FindAllStringSubmatch(text, -1) {
		if slices.Contains(grows, m[1]) {
			tables[m[1]], tables[m[2]] = true, true
		}
	}
	for _, p := range plan {
		sorted := slices.Contains(plan, planStep{p.within, "USE TEMP B-TREE FOR ORDER BY"})
		m := scans.FindStringSubmatch(p.line)
		if m == nil {
			m = ofOne.FindStringSubmatch(p.line)
		}
		if m == nil && sorted { // of a range all is read
			m = ranged.FindStringSubmatch(p.line)
		}
		if len(m) > 2 && tables[m[1]] && !partial[m[2]] && (sorted || !strings.Contains(text, "LIMIT")) {
			bad = append(bad, p.line)
		}
	}
	return bad
}

// allowed are statements that read much on purpose, by their beginning.
var allowed = []string{
	"SELECT account, state, COUNT(*) FROM orders", // finished orders every 10 s
	"SELECT COALESCE((SELECT MAX(o.started_at)",   // the first of an index
}

// Without statistics SQLite guesses how much an index finds. A page whose statement is planned to read a whole table answers at once in every test, and takes
// seconds in a shop that has worked for years: no page has such a plan.
func TestNoPageReadsWholeTables(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	pages := b.allPages()
	found := statements{all: map[string][]any{}}
	b.store.Watch(found.note)
	b.wander(pages)
	b.store.Watch(func(string, []any) {})
	partial := map[string]bool{}
	require.NoError(t, b.store.Read(b.ctx, `SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %' AND sql NOT LIKE '%ended_at > 0'`, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		partial[name] = true
		return err
	}))
	require.Greater(t, len(found.all), 300)
	for text, args := range found.all {
		if !slices.ContainsFunc(allowed, func(begins string) bool { return strings.HasPrefix(text, begins) }) {
			require.Empty(t, wholesale(text, b.planOf(text, args), partial), text)
		}
	}
}

// planOf returns the lines of SQLite's plan of a statement.
func (b *fixture) planOf(text string, args []any) (plan []planStep) {
	require.NoError(b.t, b.store.Read(b.ctx, `EXPLAIN QUERY PLAN `+text, func(rows *sql.Rows) error {
		var id, unused int
		var s planStep
		err := rows.Scan(&id, &s.within, &unused, &s.line)
		plan = append(plan, s)
		return err
	}, args...))
	return plan
}

// The rule finds what took seconds among a million orders: orders read by account for the sake of their order, and an account's runs sorted for their newest.
func TestPlansThatReadWholeTablesAreFound(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		text, line string
		plan       []planStep
	}{
		{"SELECT COUNT(*) OVER (PARTITION BY o.account) FROM orders o", "SCAN o USING INDEX orders_newest", nil},
		{"SELECT o.id FROM runs o WHERE o.account = $1 ORDER BY o.started_at LIMIT 1", "SEARCH o USING INDEX runs_ended_of_account (account=? AND ended_at>?)", []planStep{{3, "USE TEMP B-TREE FOR ORDER BY"}}},
	} {
		require.Equal(t, []string{one.line}, wholesale(one.text, append(one.plan, planStep{3, one.line}), nil))
	}
	require.Empty(t, wholesale("SELECT o.id FROM runs o ORDER BY o.started_at LIMIT 1", []planStep{{0, "SCAN o USING INDEX runs_newest"}, {3, "USE TEMP B-TREE FOR ORDER BY"}}, nil))
	require.Empty(t, wholesale("SELECT p.id FROM parked p", []planStep{{0, "SCAN p"}}, nil))
}
