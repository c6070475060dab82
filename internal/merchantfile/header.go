package merchantfile

import (
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
)

// header is the row that names the columns.
type header struct {
	line  int
	names []string       // as the file writes them, trimmed
	at    map[string]int // by plain name; the first of several
	twice map[string]int // plain names that stand twice, and where again
	used  [][]Kind       // what each column is read for; none: it is left out
	kinds []Kind         // what the columns that are found next are for
}

// plain returns a column's name for comparison: lower case, without quotation marks and extra spaces.
func plain(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(unquoted(name)), " "))
}

// unquoted removes quotation marks around a name, which stay where a file is read without quoting.
func unquoted(name string) string {
	name = strings.TrimSpace(name)
	if inner, ok := strings.CutPrefix(name, `"`); ok && strings.HasSuffix(inner, `"`) {
		return strings.TrimSuffix(inner, `"`)
	}
	return name
}

func newHeader(line int, cells []string) *header {
	h := &header{line: line, at: map[string]int{}, twice: map[string]int{}, used: make([][]Kind, len(cells))}
	for i, cell := range cells {
		name := unquoted(cell)
		h.names = append(h.names, strings.Clone(name))
		if _, again := h.at[plain(name)]; again {
			h.twice[plain(name)] = i
		} else {
			h.at[plain(name)] = i
		}
	}
	return h
}

// has reports whether a column has one of some names.
func (h *header) has(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { _, ok := h.at[n]; return ok })
}

// use sets what the columns found next are read for.
func (h *header) use(kinds ...Kind) { h.kinds = kinds }

// find returns the first column with one of some names, and marks it as used.
func (h *header) find(names ...string) column {
	for _, n := range names {
		if i, ok := h.at[n]; ok {
			return h.claim(i)
		}
	}
	return column{at: -1}
}

func (h *header) claim(i int) column {
	h.used[i] = append(h.used[i], h.kinds...)
	return column{at: i, name: h.names[i]}
}

// beginning returns every column whose name begins with a word, with the rest of its name.
func (h *header) beginning(word string) []column {
	var found []column
	for i, name := range h.names {
		if fields := strings.Fields(name); len(fields) > 1 && strings.EqualFold(fields[0], word) {
			c := h.claim(i)
			c.rest = strings.Join(fields[1:], " ")
			found = append(found, c)
		}
	}
	return found
}

// doubled returns a mistake for each used column whose name occurs twice: it is unknown which one is meant.
func (h *header) doubled() []catalogue.Mistake {
	var all []catalogue.Mistake
	for name, again := range h.twice {
		if first := h.at[name]; name != "" && len(h.used[first]) > 0 {
			all = append(all, catalogue.Mistake{
				Line: h.line, Column: h.names[first], What: "two columns have this name, " + ordinal(first+1) + " and " + ordinal(again+1),
				Want: "one of them, the other removed or renamed",
			})
		}
	}
	slices.SortFunc(all, func(a, b catalogue.Mistake) int { return strings.Compare(a.Column, b.Column) })
	return all
}

// columns returns the names of the columns used (or not used) for one of some kinds. No kinds: any.
func (h *header) columns(used bool, kinds []Kind) []string {
	var names []string
	for i, name := range h.names {
		is := len(h.used[i]) > 0
		if len(kinds) > 0 {
			is = slices.ContainsFunc(h.used[i], func(k Kind) bool { return slices.Contains(kinds, k) })
		}
		if name != "" && is == used {
			names = append(names, name)
		}
	}
	return names
}

// column is the position of a column. A header returns it by name.
type column struct {
	at   int    // -1: the file has no such column
	name string // as the file writes it
	rest string // of a name that begins with a known word: "price amazon-uk" has "amazon-uk"
}

func (c column) there() bool { return c.at >= 0 }

// row is one row of data.
type row struct {
	line  int
	cells []string
}

// get returns a cell without surrounding space; empty if the row or the file has none.
func (r row) get(c column) string {
	if c.at < 0 || c.at >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[c.at])
}

func (r row) empty() bool {
	return !slices.ContainsFunc(r.cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// own returns a copy of the row that stays valid after the next row is read.
func (r row) own() row { return row{r.line, slices.Clone(r.cells)} }
