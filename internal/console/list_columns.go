package console

// column is the head of a column by which a list can be sorted: a link to its first sort, or to the next when it has that one already.
type column struct {
	Label  string
	Href   string
	Num    bool   // numbers, at the right
	Sorted string // ascending or descending, for aria-sort; empty: the list is sorted by something else
}

// Mark is the sign of the direction.
func (c column) Mark() string {
	return map[string]string{"ascending": "▲", "descending": "▼"}[c.Sorted]
}

// The sorts of a list by when its rows came to be.
const (
	newestFirst = "newest-first"
	oldestFirst = "oldest-first"
)

// columnWays are the sorts of a column: the one that a first click gives, and the other way round, which may be the same: there is no other. Rising: the first has the least first.
type columnWays struct {
	first, other string
	rising, num  bool
}

// Column returns the head of a column that the list's page has named in columns.
func (l *list[T]) Column(label string) column {
	ways := l.columns[label]
	c := column{Label: label, Num: ways.num, Href: l.in.with("sort", ways.first)}
	if ways.first == l.usual {
		c.Href = l.in.with("sort", "")
	}
	direction := map[bool]string{true: "ascending", false: "descending"}
	switch l.sorted {
	case ways.first:
		c.Sorted = direction[ways.rising]
		if ways.other != ways.first {
			c.Href = l.in.with("sort", ways.other)
		}
	case ways.other:
		c.Sorted = direction[!ways.rising]
	}
	return c
}
