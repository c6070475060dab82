package console

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// mostRows is how many rows one page shows at most, including those added by "View more". A longer list continues on another
// page, so that refreshing stays cheap.
const mostRows = 10 * pageSize

// list is a page's list, in the same form on every page: first counts, then filters and sort, which are in the
// address, then rows and links to more rows. Each page's template defines its columns, rows and empty list.
//
// "View more" is a link to the rows after the last one. With a script the page appends them instead and adds rows=50
// to its address, so that a reload and an update show the same rows.
type list[T any] struct {
	Name     string   // what the rows are, many of them: "orders"
	Tabs     []option // each a count and a filter
	Fields   []field
	Rows     []T
	Filtered bool
	Later    bool   // it does not begin with the first rows
	More     string // the next rows; empty: there are none
	First    string // the first rows; empty: these are they
	Appends  bool   // the next rows may be appended here
	Totals   string // what the rows come to, all of them and not only those shown; empty: that is not counted
	Zone     string // in which the filter's days are; empty: UTC
	in       *inputs
	columns  map[string]columnWays // by label: those that the list can be sorted by
	sorted   string
	usual    string // the sort without a choice
}

// field is one filter of a list's form: a search, a choice or, a day or, with none of these, a tick.
type field struct {
	Name, Label, Value string
	Search             bool
	Day                bool // a date
	Hidden             bool // kept as it is: a tab says it
	Options            []option
}

// option is a choice in a form or a row of tabs.
type option struct {
	Value, Label string
	Last         string // the last day of a span that begins with Value
	Title        string // what it means
	Href         string
	Chosen       bool
	Counted      bool
	Count        int  // when Counted
	AtLeast      bool // counting stopped there
}

// capped says of a count that it ended after so many.
func (o *option) capped(most int) {
	if o.Count > most {
		o.Count, o.AtLeast = most, true
	}
}

func newList[T any](in *inputs, name string) *list[T] {
	return &list[T]{Name: name, in: in}
}

// Page returns how many rows "View more" adds.
func (l *list[T]) Page() int { return pageSize }

// Most returns how many rows a page shows at most.
func (l *list[T]) Most() int { return mostRows }

// Action returns the target of the filters' form.
func (l *list[T]) Action() string { return l.in.path }

// Value returns the value of a filter, or an empty string.
func (l *list[T]) Value(name string) string { return l.in.filter.Get(name) }

// Asks reports whether the form has any inputs; tabs alone need none.
func (l *list[T]) Asks() bool {
	return slices.ContainsFunc(l.Fields, func(f field) bool { return !f.Hidden })
}

// filter adds a field to the form and returns its value.
func (l *list[T]) filter(f field) string {
	l.Fields = append(l.Fields, f)
	l.Filtered = l.Filtered || f.Value != ""
	return f.Value
}

// search adds a filter for a text.
func (l *list[T]) search(name, label string) string {
	return l.filter(field{Name: name, Label: label, Value: l.in.text(name), Search: true})
}

// account adds a filter for one of the accounts and returns its id.
func (l *list[T]) account(g *glance) string {
	id := l.choose("account", "Account", g.ids(), "all accounts")
	ids := l.Fields[len(l.Fields)-1].Options
	for i := range ids[1:] {
		ids[i+1].Label = ids[i+1].Value
	}
	return id
}

// choose adds a filter for one of a list's values, which are shown with spaces.
func (l *list[T]) choose(name, label string, allowed []string, all string) string {
	chosen := l.in.choice(name, allowed)
	return l.filter(field{Name: name, Label: label, Value: chosen, Options: options(allowed, chosen, all)})
}

// day adds a filter for a date: what happened since its beginning, UTC.
func (l *list[T]) day(name, label string) time.Time {
	return l.dayIn(name, label, time.UTC, time.Now())
}

// tick adds a filter that is on or off.
func (l *list[T]) tick(name, label string) bool {
	return l.filter(field{Name: name, Label: label, Value: l.in.choice(name, []string{"1"})}) == "1"
}

// sort adds the order of the rows: one for which the store has an index, the first unless another is chosen.
func (l *list[T]) sort(ways ...string) string {
	chosen := l.in.choice("sort", ways)
	all := options(ways[1:], chosen, strings.ReplaceAll(ways[0], "-", " "))
	if chosen == ways[0] {
		chosen = ""
		l.in.filter.Del("sort")
	}
	all[0].Chosen = chosen == ""
	l.Fields = append(l.Fields, field{Name: "sort", Label: "Sort", Value: chosen, Options: all})
	if l.usual, l.sorted = ways[0], chosen; chosen == "" {
		l.sorted = ways[0]
	}
	return l.sorted
}

// tabs adds a filter shown above the list, with a count for each value and under "" for all; counts may be nil. Values with count
// 0 are left out unless chosen. Call it after all other filters.
func (l *list[T]) tabs(name, chosen, all string, values []string, counts map[string]int) {
	l.Fields = append(l.Fields, field{Name: name, Value: chosen, Hidden: true})
	l.Filtered = l.Filtered || chosen != ""
	for _, o := range options(values, chosen, all) {
		o.Counted, o.Count = counts != nil, counts[o.Value]
		if o.Counted && o.Count == 0 && !o.Chosen && o.Value != "" {
			continue
		}
		o.Href = l.in.with(name, o.Value)
		l.Tabs = append(l.Tabs, o)
	}
}

// atMost says of the tabs' counts that they ended after so many.
func (l *list[T]) atMost(most int) {
	for i := range l.Tabs {
		l.Tabs[i].capped(most)
	}
}

// counts adds to the choices of a field how many rows each has, where that is counted, which ended after so many.
func (l *list[T]) counts(name string, counts map[string]int, most int) {
	for _, f := range l.Fields {
		if f.Name != name {
			continue
		}
		for i := range f.Options {
			o := &f.Options[i]
			o.Count, o.Counted = counts[o.Value]
			o.capped(most)
		}
	}
}

// limit returns how many rows to read: those shown, and one to know whether there are more.
func (l *list[T]) limit() int { return l.in.rows + 1 }

// fill adds the store's rows, at most limit of them. cursor returns where a list that ends with a row continues.
func (l *list[T]) fill(rows []T, cursor func(T) string) {
	l.Later = l.in.given.Get("after") != ""
	if l.Later {
		l.First = l.in.with("", "")
	}
	l.Rows = rows
	if len(rows) >= l.limit() {
		l.Rows = rows[:l.in.rows]
		l.more(cursor(l.Rows[len(l.Rows)-1]))
	}
}

// more adds the link to the rows after the cursor.
func (l *list[T]) more(cursor string) {
	l.More = l.in.with("after", cursor)
	l.Appends = l.in.rows+pageSize <= mostRows
}

// rowsWanted are the numbers of rows that a page may be asked to show.
var rowsWanted = func() (all []string) {
	for n := pageSize; n <= mostRows; n += pageSize {
		all = append(all, strconv.Itoa(n))
	}
	return all
}()

// readRows reads how many rows the page shows. This is no filter.
func (in *inputs) readRows() {
	in.rows = pageSize
	s := in.given.Get("rows")
	if s == "" {
		return
	}
	if !slices.Contains(rowsWanted, s) {
		in.fail("rows", "want one of "+strings.Join(rowsWanted, ", "))
		return
	}
	in.rows, _ = strconv.Atoi(s) // it is one of them
}

func options[T ~string](all []T, chosen T, first string) []option {
	list := []option{{Label: first, Chosen: chosen == ""}}
	for _, v := range all {
		list = append(list, option{Value: string(v), Label: strings.ReplaceAll(string(v), "-", " "), Chosen: v == chosen})
	}
	return list
}
