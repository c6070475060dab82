package console

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText limits a filter, in bytes. References, SKUs and ids are far shorter.
const maxText = 200

// inputs reads a page's filters. It keeps the first mistake, and the filters for links to more rows.
type inputs struct {
	path   string
	given  url.Values
	filter url.Values // filters in force, without the position in the list
	rows   int        // how many rows to show: pageSize, or a multiple of it
	spans  []option   // the usual spans of days, as daySpans has them
	err    error
}

func readInputs(r *http.Request) *inputs {
	return inputsOf(r.URL.Path, r.URL.RawQuery)
}

// inputsOf reads the filters of a list's address.
func inputsOf(path, query string) *inputs {
	in := &inputs{path: path, filter: url.Values{}}
	in.given, in.err = url.ParseQuery(query)
	if in.err != nil {
		in.err = in.bad("the address", "it can't be read")
	}
	in.readRows()
	return in
}

func badInput(what, why string) *problem {
	return &problem{Status: http.StatusBadRequest, Title: "Filter not understood", What: fmt.Sprintf("%s: %s.", what, why), Do: "Correct it, or begin again without filters."}
}

// badForm is the problem that a form is not one of the console's, or not complete. back is the page that has the form; empty: the overview.
func badForm(why, back string) error {
	return &problem{Status: http.StatusBadRequest, Title: "Form not understood", What: "Nothing was changed: " + why + ".", Do: "Open the page again and send its form.", Back: back}
}

// text returns a filter without surrounding spaces.
func (in *inputs) text(name string) string {
	s := strings.TrimSpace(in.given.Get(name))
	if !plainText(s) {
		in.fail(name, fmt.Sprintf("want at most %d bytes of plain text", maxText))
		return ""
	}
	in.keep(name, s)
	return s
}

func plainText(s string) bool {
	return len(s) <= maxText && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// choice returns a filter that is one of a list, or empty.
func (in *inputs) choice(name string, allowed []string) string {
	s := in.text(name)
	if s != "" && !slices.Contains(allowed, s) {
		in.fail(name, fmt.Sprintf("%q is not one of %s", s, strings.Join(allowed, ", ")))
		return ""
	}
	return s
}

// position returns the number at which the list begins. It is not a filter.
func (in *inputs) position() int64 { return in.row("after") }

// row returns the number of a row that is no filter; 0: none is given.
func (in *inputs) row(name string) int64 {
	s := in.given.Get(name)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 || n == math.MaxInt64 {
		in.fail(name, "want the number of a row")
		return 0
	}
	return n
}

// mark returns the text after which the list begins. It is not a filter.
func (in *inputs) mark() string {
	s := in.given.Get("after")
	if !plainText(s) {
		in.fail("after", fmt.Sprintf("want at most %d bytes of plain text", maxText))
		return ""
	}
	return s
}

func (in *inputs) keep(name, value string) {
	if value != "" {
		in.filter.Set(name, value)
	}
}

// bad is the problem that a filter is not understood; it leads to the same page without filters.
func (in *inputs) bad(what, why string) error {
	p := badInput(what, why)
	p.Back, p.Afresh = in.path, true
	return p
}

func (in *inputs) fail(name, why string) {
	if in.err == nil {
		in.err = in.bad("Filter "+name, why)
	}
}

// with returns the page's address with the same filters and one more value.
func (in *inputs) with(name, value string) string {
	q := maps.Clone(in.filter)
	if name != "" && value != "" {
		q.Set(name, value)
	} else if name != "" {
		q.Del(name)
	}
	if len(q) == 0 {
		return in.path
	}
	return in.path + "?" + q.Encode()
}

func words[T ~string](all []T) []string {
	list := make([]string, len(all))
	for i, v := range all {
		list[i] = string(v)
	}
	return list
}
