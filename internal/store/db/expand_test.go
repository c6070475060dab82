package db

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A statement is kept with the columns of its tables: the same text with others is another statement.
func TestAStatementIsKeptWithTheColumnsOfItsTables(t *testing.T) {
	t.Parallel()
	type named struct {
		Name  string `db:"name"`
		Units int    `db:"units"`
	}
	const text = `SELECT {{values 2}} FROM {{rows 2}} WHERE $1`
	for range 2 {
		for list, d := range map[string]dialect{"json_each($2)": sqlite, "jsonb_array_elements(CAST($2 AS jsonb))": postgres} {
			texts, args := d.expand(text, []any{1, Texts([]string{"a"})})
			require.Equal(t, []any{1, `[["a"]]`}, args)
			rows, args := d.expand(text, []any{1, RowsOf([]named{{"b", 2}})})
			require.Equal(t, []any{1, `[["b",2]]`}, args)
			require.Contains(t, texts, "SELECT r.value FROM")
			require.Contains(t, rows, "SELECT r.name, r.units FROM")
			require.Contains(t, rows, list)
		}
	}
}

// Beyond what a key has room for, a statement is written out each time.
func TestAStatementWithATableFarBackIsNotKept(t *testing.T) {
	t.Parallel()
	args := make([]any, len(textKey{}.tables)+1)
	const text = `SELECT {{values 9}} FROM {{rows 9}}`
	args[8] = Texts([]string{"a"})
	first, _ := sqlite.expand(text, args)
	args[8] = RowsOf([]struct {
		Name string `db:"name"`
	}{{"a"}})
	second, _ := sqlite.expand(text, args)
	require.Contains(t, first, "SELECT r.value FROM")
	require.Contains(t, second, "SELECT r.name FROM")
}
