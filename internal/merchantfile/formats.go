package merchantfile

import "slices"

// definition describes how a format is recognised and read.
type definition struct {
	Format
	needs [][]string // each: the names one of which must be a column, in plain spelling
	never []string   // columns that only another format has
	only  []string   // where not empty: no other columns, for a header that says little
	tab   bool       // only where tabs stand between the cells
	bare  bool       // Amazon's: where tabs stand between the cells, nothing is quoted
	bind  func(h *header, o Options) shape
}

// shape describes what a file of the format can be read for, with its columns found. Its functions take the rows of
// one product or listing if key is set, else one row.
type shape struct {
	key      func(row) string // rows with the same answer belong together; empty: to no other row. nil: none does
	last     column           // the last column that each row must reach; zero: the first
	numbers  []column         // how they are written is decided before any row is read
	dates    []column
	products func(*page, []row) (product, bool)
	stock    func(*page, []row, func(StockRow) error) error
	listing  func(*page, []row) []ListingRow
	packed   func(*page, row) (PackageRow, bool)
	sold     func(*page, []row) (SoldOrder, bool)
	lacks    map[Kind]string // what the format holds and this file does not, and why
	notes    []string        // shown with every reading
}

// formats are the known formats. The first match is used: a format that needs more columns is before one that needs
// fewer of them.
var formats = slices.Concat(
	shopifyFormats,
	amazonFormats,
	ebayFormats,
	wooFormats,
	shipstationFormats,
	linnworksFormats,
	orderFormats,
	ownFormats,
)

// fits reports whether a header can belong to this format.
func (d *definition) fits(h *header, tabs bool) bool {
	if d.tab && !tabs || slices.ContainsFunc(d.never, func(n string) bool { return h.has(n) }) {
		return false
	}
	if len(d.only) > 0 && slices.ContainsFunc(h.names, func(n string) bool { return !slices.Contains(d.only, plain(n)) }) {
		return false
	}
	return len(d.missing(h)) == 0
}

// missing returns the columns that the format needs and the header lacks, by their first name.
func (d *definition) missing(h *header) []string {
	var names []string
	for _, oneOf := range d.needs {
		if !h.has(oneOf...) {
			names = append(names, oneOf[0])
		}
	}
	return names
}

func need(oneOf ...string) []string { return oneOf }
